"""QL_DECOMP: quick-look JP2 → arrays."""

import re
from pathlib import Path

from batch.errors import InputError
from ipf import l1a
from ipf.synth.quicklook import read_jp2
from ipf.task import Task

_NAME = re.compile(r"S2[A-D]_OPER_QLK_L0__DS_.*_(B\d[\dA])\.jp2")


def run(task: Task) -> None:
    """QUICKLOOK (JP2 files, or folders that hold them, also in QI_DATA) → QUICKLOOK/B02.npy …"""
    found = images(task.inputs("QUICKLOOK"))
    if not found:
        where = ", ".join(str(p) for p in task.inputs("QUICKLOOK")) or "no path"
        raise InputError(f"input QUICKLOOK ({where}) has no S2x_OPER_QLK_L0__DS_…_Bxx.jp2; give one that has")
    for band in (b for b in sorted(found) if b in task.bands):
        counts = read_jp2(found[band])
        l1a.save_array(task.output("QUICKLOOK") / f"{band}.npy", counts)
        task.log("I", f"{band}: {counts.shape[0]} × {counts.shape[1]}")


def images(roots: tuple[Path, ...]) -> dict[str, Path]:
    """Quick-look files by band."""
    files = [root for root in roots if root.is_file()]
    files += [f for root in roots if root.is_dir() for f in sorted(root.rglob("*.jp2"))]
    matches = ((_NAME.fullmatch(file.name), file) for file in files)
    return {match[1]: file for match, file in matches if match}
