"""INIT_LOC_L1: angles and footprints of each detector's L1 granules, before any refinement.

PDI_DS_GR_LIST   granules_D07.json: per granule the Sun's and each band's viewing angles in its middle
VECTOR           granules_D07.geojson: footprints in the reference band
"""

from typing import Any

import numpy as np

from ipf import l1a
from ipf.geometry.datastrip import Datastrip
from ipf.geometry.focal_plane import BANDS
from ipf.geometry.footprint import to_geojson
from ipf.geometry.location import viewing_angles
from ipf.geometry.sun import sun_angles
from ipf.steps.update_loc import REFERENCE_BAND
from ipf.task import Task


def run(task: Task) -> None:
    """PDI_DS, PDI_DS_GR_LIST, FRAME_FILE → PDI_DS_GR_LIST, VECTOR."""
    ds = Datastrip.read(task.inputs("PDI_DS"))
    for detector in task.detectors:
        scenes = l1_scenes(ds, detector, REFERENCE_BAND)
        angles = [granule_angles(ds, detector, number) for number in range(len(scenes))]
        l1a.save_json(
            task.output("PDI_DS_GR_LIST") / f"granules_D{detector}.json",
            {"detector": detector, "granules": angles},
        )
        features = [
            to_geojson(
                ds.footprint(REFERENCE_BAND, detector, begin, end), detector=detector, granule=number + 1
            )
            for number, (begin, end) in enumerate(scenes)
        ]
        l1a.save_json(
            task.output("VECTOR") / f"granules_D{detector}.geojson",
            {"type": "FeatureCollection", "features": features},
        )
        task.log("I", f"detector {detector}: {len(scenes)} granules")


def l1_scenes(ds: Datastrip, detector: str, band: str) -> list[tuple[int, int]]:
    """Rows (edges) of each L1 granule: scenes counted from the frame's first row, the last one as long as
    there is."""
    begin, end = ds.frame.rows(band, detector)
    lines = BANDS[band].scene_lines
    return [(row, min(row + lines, end)) for row in range(begin, end, lines)]


def granule_angles(ds: Datastrip, detector: str, number: int) -> dict[str, Any]:
    """Angles (degrees) in the middle of an L1 granule, counted from 0."""
    bands: dict[str, Any] = {}
    sun: list[list[float]] = []
    for band in BANDS:
        begin, end = l1_scenes(ds, detector, band)[number]
        t = ds.clock(band, detector).time((begin + end) // 2, within=0.0)
        lon, lat = ds.locator(band, detector).direct(t, BANDS[band].columns / 2)
        zenith, azimuth = viewing_angles(ds.navigation, t, lon, lat)
        bands[band] = {"zenith": float(zenith), "azimuth": float(azimuth)}
        sun.append([float(a) for a in sun_angles(ds.navigation, lon, lat, t)])
    zenith_sun, azimuth_sun = np.mean(sun, axis=0)
    return {
        "granule": number + 1,
        "sun": {"zenith": float(zenith_sun), "azimuth": float(azimuth_sun)},
        "viewing": bands,
    }
