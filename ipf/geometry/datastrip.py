"""A (virtual) datastrip as the geometry steps see it: PDI_DS of UNFORMAT_SAFE_DS, UPDATE_LOC or
RADIO_FINALIZE."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from batch.errors import InputError
from ipf import l1a
from ipf.geometry.clock import RowClock
from ipf.geometry.focal_plane import BANDS, DETECTORS
from ipf.geometry.footprint import common_ground, from_geojson, rows_polygon, to_geojson
from ipf.geometry.frame import Frame
from ipf.geometry.location import Locator
from ipf.geometry.navigation import Navigation

FOOTPRINT = "footprint.geojson"


@dataclass(frozen=True)
class Datastrip:
    """Navigation, and the facts of datastrip.json. Rows and columns are those of full resolution whatever the
    scale."""

    navigation: Navigation
    facts: dict[str, Any]

    @classmethod
    def read(cls, roots: Sequence[Path]) -> "Datastrip":
        """From the paths of input PDI_DS."""
        path = l1a.require(roots, "datastrip.json", "PDI_DS")
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
            missing = {"scenes", "line_period_s", "band_gps_time"} - set(facts)
        except (ValueError, TypeError):
            missing = {"JSON"}
        if missing:
            raise InputError(f"{path} has no {', '.join(sorted(missing))}; run UNFORMAT_SAFE_DS again")
        return cls(Navigation.load(l1a.require(roots, "navigation.npz", "PDI_DS")), facts)

    @property
    def name(self) -> str:
        return str(self.facts.get("datastrip", ""))

    @cached_property
    def frame(self) -> Frame:
        return Frame(int(self.facts["scenes"]))

    def locator(self, band: str, detector: str) -> Locator:
        return Locator(self.navigation, band, detector)

    def clock(self, band: str, detector: str) -> RowClock:
        """Time ↔ row at full resolution."""
        return RowClock.of(
            self.facts["band_gps_time"][band][detector],
            self.facts["line_period_s"],
            BANDS[band].resolution,
            epoch=self.navigation.epoch,
        )

    def granule(self, detector: str, scene: int) -> str:
        """Identifier of the L0 granule of a scene (1-based); empty if the datastrip does not name its
        granules."""
        names = self.facts.get("granules", {}).get(detector, [])
        return str(names[scene - 1]) if scene <= len(names) else ""

    def footprint(self, band: str, detector: str, begin: int, end: int) -> BaseGeometry:
        """What rows begin … end (edges) of a band and detector see."""
        return rows_polygon(self.locator(band, detector), self.clock(band, detector), begin, end)

    def ground(self) -> BaseGeometry:
        """The ground that all bands see within the frame."""
        keys = [(band, detector) for band in BANDS for detector in DETECTORS]
        return common_ground(
            {k: self.locator(*k) for k in keys}, {k: self.clock(*k) for k in keys}, self.frame
        )

    def write_footprint(self, path: Path) -> BaseGeometry:
        """Compute the ground, write it as GeoJSON, return it."""
        ground = self.ground()
        l1a.save_json(path, to_geojson(ground, datastrip=self.name))
        return ground


def read_footprint(path: Path) -> BaseGeometry:
    """What `write_footprint` wrote."""
    try:
        return from_geojson(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is no GeoJSON Feature ({error}); run UPDATE_LOC again") from None
