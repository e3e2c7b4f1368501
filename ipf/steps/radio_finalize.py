"""RADIO_FINALIZE: radiometric quality of each detector over the datastrip; datastrip handed on."""

import json
from typing import Any

from ipf import l1a
from ipf.task import DETECTORS, Task

_KEPT = ("MTD.xml", "navigation.npz", "datastrip.json", "frame.json", "footprint.geojson")
FOOTPRINT = "footprint.geojson"


def run(task: Task) -> None:
    """PDI_DS, statistics of RADIO_AB (PDI_GR_LIST, else VECTOR) → qi_D07.json in VECTOR, PDI_DS, footprint.

    Split by detector, only the unit that has detector 01 writes what belongs to the whole datastrip.
    """
    roots = [*task.inputs("PDI_GR_LIST"), *task.inputs("VECTOR"), *task.inputs("PDI_ATF_LIST")]
    places = l1a.candidates(roots)
    for detector in task.detectors:
        notes = {f.name: f for place in places for f in sorted(place.glob(f"statistics_D{detector}_*.json"))}
        quality = summary([json.loads(file.read_text()) for file in notes.values()])
        if not notes:
            task.log("W", f"detector {detector} has no statistics of RADIO_AB")
        l1a.save_json(
            task.output("VECTOR") / f"qi_D{detector}.json", {"detector": detector, "bands": quality}
        )
    if DETECTORS[0] in task.detectors:
        _hand_on(task)


def summary(notes: list[dict[str, Any]]) -> dict[str, Any]:
    """Percentages and mean of each band over all ATFs."""
    result = {}
    for band in sorted({band for note in notes for band in note["bands"]}):
        parts = [note["bands"][band] for note in notes if band in note["bands"]]
        pixels = sum(p["pixels"] for p in parts)
        missing, saturated = (sum(p[key] for p in parts) for key in ("missing", "saturated"))
        good = pixels - missing - saturated
        result[band] = {
            "pixels": pixels,
            "missing_percentage": 100 * missing / pixels if pixels else 0.0,
            "saturated_percentage": 100 * saturated / pixels if pixels else 0.0,
            "mean": sum(p["sum"] for p in parts) / good if good else None,
            "min": min((p["min"] for p in parts if p["min"] is not None), default=None),
            "max": max((p["max"] for p in parts if p["max"] is not None), default=None),
        }
    return result


def _hand_on(task: Task) -> None:
    for name in _KEPT:
        file = l1a.find([*task.inputs("PDI_DS"), *task.inputs("VECTOR_DS_FOOTPRINT")], name)
        if file is not None:
            l1a.link(file, task.output("PDI_DS") / name)
            if name == FOOTPRINT and "VECTOR_DS_FOOTPRINT" in task.job.outputs:
                l1a.link(file, task.output("VECTOR_DS_FOOTPRINT") / name)
