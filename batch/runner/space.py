"""Whether a failure may be for want of space: a full disk also takes the log that would have told so."""

import shutil
from pathlib import Path

#: MB below which space may be the cause: more than the largest file that is written at once.
LOW_MB = 256


def low_space(folder: Path) -> str:
    """`<folder> has n MB left` if that is little, else nothing."""
    there = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(there).free / 1e6
    return f"{there} has {free:.0f} MB left" if free < LOW_MB else ""
