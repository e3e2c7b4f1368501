"""RADIO_AB: raw counts → L1B counts: dark level, response of the pixels, blind pixels, binning, offset
100.
"""

from pathlib import Path
from typing import Any

import numpy as np

from ipf import l1a
from ipf.radiometry import L1B_OFFSET, L1B_SATURATED
from ipf.task import Task


def run(task: Task) -> None:
    """PDI_ATF_LIST (L0_…npy of DECOMP) → PDI_ATF_LIST (L1B_…npy); statistics in PDI_GR_LIST and VECTOR."""
    roots = task.inputs("PDI_ATF_LIST")
    for detector in task.detectors:
        for scenes in _atfs(task, detector):
            found = {}
            for band in task.bands:
                before, after = (l1a.atf_name(level, detector, band, scenes) for level in ("L0", "L1B"))
                raw = np.load(l1a.require(roots, before, "PDI_ATF_LIST"), mmap_mode="r")
                counts = l1a.radiometry(raw, band, detector)
                l1a.save_array(task.output("PDI_ATF_LIST") / after, counts)
                found[band] = statistics(counts)
            note = {"detector": detector, "scenes": list(scenes), "bands": found}
            for file_type, stem in (("PDI_GR_LIST", "statistics"), ("VECTOR", "msi_radio")):
                if file_type in task.job.outputs:
                    l1a.save_json(
                        task.output(file_type) / f"{stem}_D{detector}_{l1a.label(scenes)}.json", note
                    )
            task.log("I", f"detector {detector}, scenes {l1a.label(scenes)}: {len(found)} bands")


def _atfs(task: Task, detector: str) -> list[tuple[int, int]]:
    """The ATFs to do: that of the unit, else all that DECOMP has made of the detector."""
    if task.scenes:
        return [task.scenes]
    pattern = l1a.atf_name("L0", detector, task.bands[0], (0, 0)).replace("000-000", "*")
    places = l1a.candidates(task.inputs("PDI_ATF_LIST"))
    files: list[Path] = [file for place in places for file in place.glob(pattern)]
    ranges = {tuple(int(n) for n in file.stem.split("_")[-1].split("-")) for file in files}
    return sorted((first, last) for first, last in ranges)


def statistics(counts: l1a.Counts) -> dict[str, Any]:
    """Pixels, saturated and missing ones, mean and extremes of the others (L1B counts less the offset)."""
    good = counts[(counts != l1a.L1B_MISSING) & (counts != L1B_SATURATED)]
    return {
        "pixels": int(counts.size),
        "missing": int(np.count_nonzero(counts == l1a.L1B_MISSING)),
        "saturated": int(np.count_nonzero(counts == L1B_SATURATED)),
        "sum": int(good.sum(dtype=np.int64)) - L1B_OFFSET * int(good.size),
        "min": int(good.min()) - L1B_OFFSET if good.size else None,
        "max": int(good.max()) - L1B_OFFSET if good.size else None,
    }
