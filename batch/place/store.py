"""An S3 server: list, get, put, delete. An object arrives whole and checksummed, or not at all.

Each object is sent by one PUT, never in parts: PUT is atomic, so nothing half-sent is ever seen or has to be
cleared away. S3 takes 5 GiB that way; the largest file of an L1C product has some 150 MB.
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from botocore.exceptions import (
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from batch.config import Settings
from batch.config import settings as from_environment
from batch.errors import VdsError
from batch.place.client import LINES, endpoint_of, make_client
from batch.place.sentences import told
from batch.place.url import Url

BLOCK = 1 << 20
PART = ".part"
MOST = 5 << 30
#: How often an object is begun again whose transfer broke off; the client itself repeats requests only.
TRIES = 3
_BROKEN_OFF = (IncompleteReadError, ReadTimeoutError, ResponseStreamingError)

Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Sum:
    """A checksum that somebody gave for a file: `algorithm` as hashlib names it, small hexadecimals."""

    algorithm: str
    hex: str


@dataclass(frozen=True)
class Found:
    """An object in a listing: size in bytes, last change in ns since 1970."""

    url: Url
    size: int
    modified: int


class Store:
    """One server with one pair of keys. InputError and VdsError name URL and server."""

    def __init__(self, settings: Settings | None = None) -> None:
        settings = settings or from_environment()
        self.endpoint = endpoint_of(settings)
        self.client: Any = make_client(settings)

    def below(self, prefix: Url) -> dict[str, Found]:
        """All objects below `prefix`, by their name relative to it. Marks of empty folders are left out."""
        begin = f"{prefix.key}/" if prefix.key else ""
        found = {}
        with told(prefix, self.endpoint, "list"):
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=prefix.bucket, Prefix=begin)
            for one in (o for page in pages for o in page.get("Contents", ())):
                if not one["Key"].endswith("/"):
                    name = one["Key"].removeprefix(begin)
                    modified = round(one["LastModified"].timestamp() * 1e3) * 1_000_000
                    found[name] = Found(prefix / name, one["Size"], modified)
        return found

    def folders(self, prefix: Url) -> list[str]:
        """Names of the folders directly below `prefix`, sorted."""
        begin = f"{prefix.key}/" if prefix.key else ""
        with told(prefix, self.endpoint, "list"):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=prefix.bucket, Prefix=begin, Delimiter="/"
            )
            return sorted(
                p["Prefix"].removeprefix(begin).rstrip("/")
                for page in pages
                for p in page.get("CommonPrefixes", ())
            )

    def read(self, url: Url) -> bytes:
        """A small object's content."""
        with told(url, self.endpoint, "read"):
            content: bytes = self.client.get_object(Bucket=url.bucket, Key=url.key)["Body"].read()
            return content

    def get(self, found: Found, target: Path, expected: Sum | None = None) -> None:
        """Fetch an object aside, compare size and checksums, give it its time, rename it to `target`.

        The object's own `sha256` (metadata) is compared as well, where it has one. VdsError if others came.
        """
        # Never the name of another process, which may still write though its lease was lost.
        aside = target.with_name(f".{target.name}.{os.getpid()}{PART}")
        with told(found.url, self.endpoint, "read"):
            for left in reversed(range(TRIES)):
                try:
                    self._receive(found, aside, expected)
                    break
                except _BROKEN_OFF:
                    if not left:
                        raise
        os.utime(aside, ns=(found.modified, found.modified))
        aside.replace(target)

    def _receive(self, found: Found, aside: Path, expected: Sum | None) -> None:
        url = found.url
        answer = self.client.get_object(Bucket=url.bucket, Key=url.key)
        wanted = [expected] if expected else []
        if own := answer["Metadata"].get("sha256"):
            wanted.append(Sum("sha256", own))
        digests = [hashlib.new(s.algorithm) for s in wanted]
        size = 0
        with aside.open("wb") as made:
            for block in answer["Body"].iter_chunks(BLOCK):
                size += made.write(block)
                for digest in digests:
                    digest.update(block)
            if not expected:  # whether it is whole after a power cut is known by its size and time alone
                made.flush()
                os.fsync(made.fileno())
        same = all(d.hexdigest() == s.hex for d, s in zip(digests, wanted, strict=True))
        if size != found.size or not same:
            aside.unlink()
            raise VdsError(
                f"{url} came with {size} bytes"
                + (f", {found.size} were expected" if size != found.size else ", not those of its checksum")
                + "; upload it again"
            )

    def put(self, path: Path, url: Url, sha256: str) -> None:
        """Send a file; the server refuses it if other bytes arrive. VdsError if it is too large."""
        size = path.stat().st_size
        if size > MOST:
            raise VdsError(
                f"{path} has {size} bytes, S3 takes at most {MOST} in one object; split the product"
            )
        with path.open("rb") as body:
            md5 = hashlib.file_digest(body, lambda: hashlib.md5(usedforsecurity=False))
            body.seek(0)
            self._put(url, body, size, md5.digest(), sha256)

    def write(self, url: Url, content: bytes) -> None:
        """Send a small object."""
        md5 = hashlib.md5(content, usedforsecurity=False)
        self._put(url, content, len(content), md5.digest(), hashlib.sha256(content).hexdigest())

    def _put(self, url: Url, body: BinaryIO | bytes, size: int, md5: bytes, sha256: str) -> None:
        with told(url, self.endpoint, "write"):
            self.client.put_object(
                Bucket=url.bucket,
                Key=url.key,
                Body=body,
                ContentLength=size,
                ContentMD5=base64.b64encode(md5).decode(),
                Metadata={"sha256": sha256},
            )

    def sha256(self, url: Url) -> str:
        """The checksum that `put` gave an object; "" if somebody else wrote it."""
        with told(url, self.endpoint, "read"):
            return str(self.client.head_object(Bucket=url.bucket, Key=url.key)["Metadata"].get("sha256", ""))

    def delete(self, url: Url) -> None:
        """Remove an object; nothing happens if it is not there."""
        with told(url, self.endpoint, "write"):
            self.client.delete_object(Bucket=url.bucket, Key=url.key)

    def check_writable(self, prefix: Url) -> None:
        """InputError unless an object can be made below `prefix`: tried, and removed."""
        probe = prefix / f".vds-{secrets.token_hex(8)}"
        self.write(probe, b"")
        self.delete(probe)


def each(function: Callable[[Item], Made], items: Iterable[Item]) -> list[Made]:
    """`function` of each item, some at once; after the first error no other is begun."""
    with ThreadPoolExecutor(LINES) as pool:
        futures = [pool.submit(function, item) for item in items]
        try:
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
