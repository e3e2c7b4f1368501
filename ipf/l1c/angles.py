"""Tile_Angles: Sun and viewing angles every 5 km of a tile.

The Sun is where it was when the node was seen. A viewing angle is NaN where the detector did not see the
node in this (virtual) datastrip; those of several virtual datastrips complete each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ipf.l1c.geocoding import Geocoding

Floats = NDArray[np.float64]

STEP = 5000
NODES = 23
#: Digits of the angles in metadata; kept in memory too, so that what is read back is what was written.
DIGITS = 6


@dataclass(frozen=True)
class Grid:
    """Zenith and azimuth [deg], (23, 23) each, rows from north to south."""

    zenith: Floats
    azimuth: Floats

    def rounded(self) -> "Grid":
        """As it is written."""
        return Grid(np.round(self.zenith, DIGITS), np.round(self.azimuth, DIGITS))

    def mean(self) -> tuple[float, float]:
        """Mean zenith and azimuth of the nodes that are not NaN; NaN if there is none. Azimuths are
        averaged as directions, so that 359° and 1° give 0°."""
        seen = np.isfinite(self.zenith) & np.isfinite(self.azimuth)
        if not seen.any():
            return float("nan"), float("nan")
        turn = np.deg2rad(self.azimuth[seen])
        azimuth = np.rad2deg(np.arctan2(np.sin(turn).mean(), np.cos(turn).mean())) % 360
        return float(self.zenith[seen].mean()), float(azimuth)


@dataclass(frozen=True)
class TileAngles:
    """Angles of a tile. `viewing` by band ("B02") and detector (1…12); all-NaN grids are left out."""

    sun: Grid
    viewing: Mapping[tuple[str, int], Grid]

    def mean_viewing(self, band: str) -> tuple[float, float]:
        """Mean zenith and azimuth of a band over its detectors."""
        grids = [grid for (name, _), grid in sorted(self.viewing.items()) if name == band]
        if not grids:
            return float("nan"), float("nan")
        return Grid(np.stack([g.zenith for g in grids]), np.stack([g.azimuth for g in grids])).mean()

    def save(self, path: Path) -> None:
        """angles.npz."""
        arrays = {"sun": np.stack([self.sun.zenith, self.sun.azimuth])}
        for (band, detector), grid in self.viewing.items():
            arrays[f"{band}_{detector:02d}"] = np.stack([grid.zenith, grid.azimuth])
        np.savez(path, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, path: Path) -> "TileAngles":
        """What `save` wrote."""
        with np.load(path) as arrays:
            grids = {key: Grid(*arrays[key]) for key in arrays.files}
        sun = grids.pop("sun")
        return cls(sun, {(key[:3], int(key[4:])): grid for key, grid in grids.items()})


def node_positions(geocoding: Geocoding) -> tuple[Floats, Floats]:
    """Easting and northing [m] of the (23, 23) nodes."""
    offsets = np.arange(NODES) * float(STEP)
    east, north = np.meshgrid(geocoding.ulx + offsets, geocoding.uly - offsets)
    return east, north


def merged(parts: Sequence[TileAngles]) -> TileAngles:
    """Angles of a tile seen in several virtual datastrips: what any of them has, the first one first."""
    keys = sorted({key for part in parts for key in part.viewing})
    return TileAngles(
        parts[0].sun,
        {key: _union(part.viewing[key] for part in parts if key in part.viewing) for key in keys},
    )


def _union(grids: Iterable[Grid]) -> Grid:
    first, *others = grids
    zenith, azimuth = first.zenith.copy(), first.azimuth.copy()
    for grid in others:
        gap = ~np.isfinite(zenith)
        zenith[gap], azimuth[gap] = grid.zenith[gap], grid.azimuth[gap]
    return Grid(zenith, azimuth)
