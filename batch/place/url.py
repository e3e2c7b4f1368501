"""s3:// URLs. Pure.

Parts of a key that are empty, `.` or `..` are refused everywhere, since a key becomes a path on scratch.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from batch.errors import InputError

SCHEME = "s3://"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
#: Wider than today's rules: buckets of older clouds have capitals (DIAS) and underscores.
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, order=True)
class Url:
    """A bucket and a key or prefix in it, without slashes at its ends; the bucket itself has key ""."""

    bucket: str
    key: str = ""

    def __post_init__(self) -> None:
        if not _BUCKET.fullmatch(self.bucket):
            raise InputError(f"{self} has no bucket, s3://BUCKET/PREFIX was expected; correct it")
        parts = self.key.split("/") if self.key else []
        if any(p in ("", ".", "..") or _CONTROL.search(p) for p in parts):
            raise InputError(
                f"{str(self)!r} has a part that is empty, . or .. or holds a control character: none was "
                "expected; correct it"
            )

    def __str__(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.key}" if self.key else f"{SCHEME}{self.bucket}"

    def __truediv__(self, name: str) -> "Url":
        return Url(self.bucket, f"{self.key}/{name}" if self.key or not name else name)

    @property
    def name(self) -> str:
        """Last part of the key; "" for the bucket."""
        return self.key.rpartition("/")[2]

    @property
    def parent(self) -> "Url":
        """Without the last part; the bucket's is itself, as with paths."""
        return Url(self.bucket, self.key.rpartition("/")[0])


Place = Path | Url


def place(text: str) -> Place:
    """What a user means by `text`: s3://BUCKET/PREFIX or a path. InputError for any other URL."""
    if text.startswith(SCHEME):
        bucket, _, key = text.removeprefix(SCHEME).partition("/")
        return Url(bucket, key.rstrip("/"))
    if _SCHEME.match(text):
        raise InputError(f"{text} is neither a path nor of the form s3://BUCKET/PREFIX; give one of them")
    return Path(text)
