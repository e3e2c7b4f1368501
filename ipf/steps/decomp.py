"""DECOMP: packets → raw counts, one image per detector, band and ATF (run of scenes)."""

import json
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import numpy as np

from batch.errors import InputError
from batch.safe.gps import gps_seconds
from batch.safe.packets import PacketHeader
from ipf import l1a
from ipf.radiometry import BANDS
from ipf.task import Task

#: A granule whose first packet is farther than this from its place in the datastrip (s) is another one.
_OUT_OF_PLACE = Decimal("1e-6")


def run(task: Task) -> None:
    """PDI_DS, PDI_GR_LIST (D01/001/B01.isp …) → PDI_ATF_LIST; a note of lost lines in VECTOR and
    PDI_DS_GR_LIST.
    """
    ds = json.loads(l1a.require(task.inputs("PDI_DS"), "datastrip.json", "PDI_DS").read_text())
    scenes = task.scenes or (1, int(ds["scenes"]))
    roots = [*task.inputs("PDI_GR_LIST"), *task.inputs("PDI_DS_GR_LIST")]
    for detector in task.detectors:
        lost = {}
        for band in task.bands:
            counts = image(ds, roots, detector, band, scenes)
            name = l1a.atf_name("L0", detector, band, scenes)
            l1a.save_array(task.output("PDI_ATF_LIST") / name, counts)
            lost[band] = l1a.missing_lines(counts)
        note = {"detector": detector, "scenes": list(scenes), "lost_lines": lost}
        for file_type, stem in (("VECTOR", "msi_lost"), ("PDI_DS_GR_LIST", "granules")):
            if file_type in task.job.outputs:
                l1a.save_json(task.output(file_type) / f"{stem}_D{detector}_{l1a.label(scenes)}.json", note)
        task.log("I", f"detector {detector}, scenes {l1a.label(scenes)}: {sum(lost.values())} lost lines")


def image(
    ds: dict[str, Any], roots: list[Path], detector: str, band: str, scenes: tuple[int, int]
) -> l1a.Counts:
    """Raw counts (rows, raw columns) of a run of scenes; lines between data blocks are l1a.MISSING."""
    positions = ds["positions"][scenes[0] - 1 : scenes[1]]
    if len(positions) != scenes[1] - scenes[0] + 1:
        raise InputError(
            f"the job order asks for scenes {l1a.label(scenes)}, the datastrip has {ds['scenes']}; "
            "plan the datastrip again"
        )
    result: l1a.Counts | None = None
    for scene, position in enumerate(positions, start=scenes[0]):
        path = l1a.require(roots, l1a.isp_name(detector, scene, band), "PDI_GR_LIST")
        first, counts = l1a.read_granule(path, band, detector)
        _in_place(ds, path, first, band, detector, position)
        step = BANDS[band].resolution // 10 * first.scale
        if result is None:
            rows = (positions[-1] - positions[0]) // step + BANDS[band].lines(first.scale)
            result = np.full((rows, first.columns), l1a.MISSING, np.uint16)
        if counts.shape[1] != result.shape[1]:
            raise InputError(
                f"{path} is at scale {first.scale}, the granules before it are not; make them anew"
            )
        row = (position - positions[0]) // step
        result[row : row + len(counts)] = counts
    assert result is not None
    return result


def _in_place(
    ds: dict[str, Any], path: Path, first: PacketHeader, band: str, detector: str, position: int
) -> None:
    """Whether the packets' own time says that the granule is the scene that it is taken for."""
    with localcontext(prec=60):
        begin = gps_seconds(ds["band_gps_time"][band][detector])
        off = first.gps - begin - (position - 1) * Decimal(ds["line_period_s"])
    if abs(off) > _OUT_OF_PLACE:
        raise InputError(
            f"{path} begins {float(off):+.6f} s from where line {position} begins by the metadata; "
            "give the granules that the datastrip lists, all of them"
        )
