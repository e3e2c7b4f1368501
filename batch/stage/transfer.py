"""Moving files between shared storage and scratch: linked where that is possible, else copied and checked."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from batch.errors import VdsError

BLOCK = 1 << 20


def sha256(path: Path) -> str:
    """Checksum of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def bring(source: Path, target: Path) -> None:
    """Make `target` the same file as `source`: a hard link, or a copy that was read back and compared.

    What is there already with the same size and time is left; a copy appears under its name when it is whole.
    """
    source = source.resolve()
    there = source.stat()
    if target.exists():
        known = target.stat()
        if os.path.samestat(known, there):
            return
        if (known.st_size, known.st_mtime_ns) == (there.st_size, there.st_mtime_ns):
            return
        target.unlink()
    try:
        os.link(source, target)
    except FileExistsError:
        return
    except OSError:
        copy(source, target)


def copy(source: Path, target: Path) -> str:
    """Copy aside, read back, compare, rename; gives the checksum. VdsError if other bytes come back."""
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    digest = hashlib.sha256()
    with source.open("rb") as given, aside.open("wb") as made:
        while block := given.read(BLOCK):
            digest.update(block)
            made.write(block)
        made.flush()
        os.fsync(made.fileno())
    if sha256(aside) != digest.hexdigest():
        aside.unlink()
        raise VdsError(f"{target}: other bytes came back than were written; check the disk")
    shutil.copystat(source, aside)
    aside.replace(target)
    return digest.hexdigest()


def lay(source: Path, target: Path) -> None:
    """Make `target` a new name of `source` where that is possible, else a checked copy; kept by the disk."""
    try:
        os.link(source, target)
    except OSError:
        copy(source, target)
        return
    with target.open("rb") as file:
        os.fsync(file.fileno())


def bring_tree(source: Path, target: Path) -> int:
    """`bring` every file below `source`; gives their number."""
    count = 0
    for path in files_of(source):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        bring(path, place)
        count += 1
    return count


def files_of(folder: Path) -> Iterator[Path]:
    """Files below a folder, sorted."""
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            yield Path(where, name)


def size_mb(folder: Path) -> float:
    """MB of all files below a folder."""
    return sum(f.stat().st_size for f in files_of(folder)) / 1e6
