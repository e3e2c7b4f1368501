"""The real datastrips of ../shared, read once."""

from functools import cache
from pathlib import Path

from ipf.geometry.navigation import Navigation
from tests.shared import SHARED

GEOMETRY = SHARED / "data" / "geometry"
L0C = SHARED / "data" / "l0c"


def l1b_metadata() -> Path:
    return next(GEOMETRY.glob("sen2vm_inputs/*_MTD_L1B_DS_*.xml"))


def l0c_metadata() -> Path:
    return next(L0C.glob("*/*_MTD_L0__DS_*.xml"))


@cache
def l1b() -> Navigation:
    return Navigation.from_datastrip(l1b_metadata())


@cache
def l0c() -> Navigation:
    return Navigation.from_datastrip(l0c_metadata())
