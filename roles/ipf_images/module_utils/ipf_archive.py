"""A file of `docker save`: which image it holds, whether all of it is there, and its content without a tag.

An image's id is the digest of its configuration, which names the digest of each layer's content
(`rootfs.diff_ids`): who has checked both knows every byte.
https://github.com/moby/docker-image-spec/blob/main/spec.md
"""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

CHUNK = 1 << 20
#: Manifest and configuration are some kB; layers are not kept in memory.
TEXT_MOST = 4 << 20


class RefusalError(ValueError):
    """One sentence: the image, what was expected, what was found, what to do."""


@dataclass(frozen=True)
class Image:
    """One image of a file. `bytes`: its layers, unpacked; `members`: what of the file it consists of."""

    id: str
    bytes: int
    sha256: str
    config: str
    layers: tuple[str, ...]
    members: frozenset[str]


@dataclass
class Content:
    """What one pass over the file has found, by the members' names."""

    digests: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def target(self, name: str) -> str:
        """The member that `name` leads to: older engines save a layer that comes twice as a link."""
        for _ in range(len(self.links)):
            name = self.links.get(name, name)
        return name


def read(path: str, name: str, id: str = "", sha256: str = "") -> Image:
    """The image meant for `name`, if the file is whole and is what `id` and `sha256` (hexadecimal) say.

    RefusalError otherwise.
    """
    try:
        content, found = look_into(path)
    except OSError as error:
        raise RefusalError(
            f"{name}: {path} cannot be read ({error.strerror}); is its storage mounted?"
        ) from error
    except (tarfile.TarError, EOFError, zlib.error) as error:
        size = Path(path).stat().st_size
        raise RefusalError(
            f"{name}: {path} with {size} bytes is not a whole archive ({error}), expected a file of "
            "`docker save`; fetch it again. Nothing was loaded."
        ) from error
    if sha256 and found != sha256:
        raise RefusalError(
            f"{name}: {path} has the SHA-256 {found}, expected {sha256}; fetch it again, or correct "
            "`sha256` if this is the file that is meant. Nothing was loaded."
        )
    try:
        return choose(content, path, name, id, found)
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise RefusalError(
            f"{name}: {path} lacks {error}, expected a whole file of `docker save`; fetch it again. "
            "Nothing was loaded."
        ) from error


def look_into(path: str) -> tuple[Content, str]:
    """Everything of interest in one pass, and the file's own SHA-256."""
    content = Content()
    with Path(path).open("rb") as raw:
        hashed = Hashed(raw)
        with tarfile.open(fileobj=hashed, mode="r|*", bufsize=CHUNK) as tar:
            for member in tar:
                name = posixpath.normpath(member.name)
                if member.issym() or member.islnk():
                    start = posixpath.dirname(name) if member.issym() else ""
                    content.links[name] = posixpath.normpath(posixpath.join(start, member.linkname))
                elif member.isfile():
                    source = tar.extractfile(member)
                    assert source
                    add(content, name, member.size, source)
        while hashed.read(CHUNK):
            pass
    return content, hashed.digest.hexdigest()


def add(content: Content, name: str, size: int, source: IO[bytes]) -> None:
    """Digest and size of a member's content, unpacked if gzip has packed it; its text if it is short."""
    if size <= TEXT_MOST and (name.endswith(".json") or name.startswith("blobs/")):
        content.texts[name] = source.read()
        source = io.BytesIO(content.texts[name])
    digest, length = hashlib.sha256(), 0
    unpack = None
    chunk = source.read(CHUNK)
    if chunk.startswith(b"\x1f\x8b"):
        unpack = zlib.decompressobj(wbits=31)
    while chunk:
        data = unpack.decompress(chunk) if unpack else chunk
        digest.update(data)
        length += len(data)
        chunk = source.read(CHUNK)
    content.digests[name], content.sizes[name] = digest.hexdigest(), length


def choose(content: Content, path: str, name: str, id: str, sha256: str) -> Image:
    """The one image that is meant, all of its layers checked."""
    entries = json.loads(content.texts["manifest.json"])
    there = {f"sha256:{content.digests[content.target(e['Config'])]}": e for e in entries}
    fitting = [i for i in there if i == id] if id else list(there)
    if not id and len(fitting) > 1:
        fitting = [i for i in fitting if name in (there[i].get("RepoTags") or ())]
    if len(fitting) != 1:
        expected = id or f"one image, or one named {name}"
        raise RefusalError(
            f"{name}: {path} holds {', '.join(sorted(there)) or 'no image'}, expected {expected}; correct "
            "`id`, or fetch the file again. Nothing was loaded."
        )
    entry = there[fitting[0]]
    config, layers = entry["Config"], entry["Layers"]
    expected = json.loads(content.texts[content.target(config)])["rootfs"]["diff_ids"]
    found = [f"sha256:{content.digests[content.target(layer)]}" for layer in layers]
    if found != expected:
        raise RefusalError(
            f"{name}: the layers in {path} are {found}, expected {expected} as its image says; fetch "
            "the file again. Nothing was loaded."
        )
    parts = {config, *layers}
    return Image(
        id=fitting[0],
        bytes=sum(content.sizes[content.target(layer)] for layer in layers),
        sha256=sha256,
        config=config,
        layers=tuple(layers),
        members=frozenset(parts | {content.target(p) for p in parts}),
    )


def write_untagged(path: str, image: Image, to: IO[bytes]) -> None:
    """The image alone, without the names that whoever saved it gave it, as an archive for `docker load`."""
    entry: dict[str, Any] = {"Config": image.config, "RepoTags": None, "Layers": list(image.layers)}
    text = json.dumps([entry]).encode()
    with tarfile.open(fileobj=to, mode="w|") as out, tarfile.open(path, mode="r|*", bufsize=CHUNK) as tar:
        head = tarfile.TarInfo("manifest.json")
        head.size = len(text)
        out.addfile(head, io.BytesIO(text))
        for member in tar:
            member.name = posixpath.normpath(member.name)
            if member.name in image.members:
                out.addfile(member, tar.extractfile(member) if member.isfile() else None)


class Hashed(io.RawIOBase):
    """A file whose SHA-256 is known once all of it was read."""

    def __init__(self, raw: IO[bytes]) -> None:
        self.raw, self.digest = raw, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.raw.read(size)
        self.digest.update(data)
        return data


@contextmanager
def refusals(fail: Any) -> Iterator[None]:
    """`fail(msg=…)` instead of a traceback."""
    try:
        yield
    except RefusalError as error:
        fail(msg=str(error))
