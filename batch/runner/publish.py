"""An attempt's files become the IPF's: renamed one by one on one file system, folders merged."""

import os
from pathlib import Path


def publish(attempt: Path, ipf: Path) -> int:
    """Rename `<attempt>/output/<TYPE>/…` into `<ipf>/output/<TYPE>/…`; gives the number of files.

    Units of one IPF never share a file name, so what is there under the same name is an earlier try of this
    unit; it is replaced. A crash between two renames leaves a unit without event, which is tried again.
    """
    source, target = attempt / "output", ipf / "output"
    count = 0
    for folder, _, names in os.walk(source):
        there = target / Path(folder).relative_to(source)
        there.mkdir(parents=True, exist_ok=True)
        for name in names:
            Path(folder, name).replace(there / name)
            count += 1
    return count
