"""Datastrips made of an ideal pass, whole and cut: what UNFORMAT_SAFE_DS would write of them."""

from fractions import Fraction
from pathlib import Path
from typing import Any

from ipf import l1a
from ipf.geometry.clock import parse_gps_time
from ipf.geometry.datastrip import Datastrip
from ipf.geometry.focal_plane import BANDS, DETECTORS, SCENE_LINES_10M
from ipf.geometry.navigation import Navigation
from ipf.geometry.orbit import nominal_navigation

PERIOD = "0.0015658736"
EPOCH = "2026-03-01T10:30:00"
_DIGITS = 10**20


def facts(scenes: int, first_scene: int = 0, start: str = "2026-03-01T10:30:27.456979752") -> dict[str, Any]:
    """datastrip.json of `scenes` scenes from the `first_scene`th (from 0) of a datastrip that begins at
    `start`."""
    shift = first_scene * SCENE_LINES_10M * Fraction(PERIOD)
    second = parse_gps_time(start) + shift - parse_gps_time("2026-03-01T10:30:00")
    digits = int((second % 60) * _DIGITS)
    time = f"2026-03-01T10:{30 + second // 60:02d}:{digits // _DIGITS:02d}.{digits % _DIGITS:020d}"
    return {
        "datastrip": "S2B_OPER_MSI_L0__DS_REFS_20260301T120000_S20260301T103009_N02.08",
        "scenes": scenes,
        "line_period_s": PERIOD,
        "band_gps_time": {b: dict.fromkeys(DETECTORS, time) for b in BANDS},
        "granules": {d: [f"GR_{d}_{first_scene + s:03d}" for s in range(scenes)] for d in DETECTORS},
        "scale": 1,
    }


def pass_over(latitude: float, longitude: float, seconds: int = 120) -> Navigation:
    return nominal_navigation(EPOCH, seconds, latitude=latitude, longitude=longitude, at=50.0)


def datastrip(nav: Navigation, scenes: int, first_scene: int = 0) -> Datastrip:
    return Datastrip(nav, facts(scenes, first_scene))


def write_pdi(folder: Path, ds: Datastrip) -> Path:
    """PDI_DS as UNFORMAT_SAFE_DS leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    ds.navigation.save(folder / "navigation.npz")
    l1a.save_json(folder / "datastrip.json", ds.facts)
    (folder / "MTD.xml").write_text("<Level-0_DataStrip_ID/>")
    return folder
