"""A tile on the ground: MGRS 100 km square on its UTM grid, 109.8 km wide, at scale N."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

RESOLUTIONS = (10, 20, 60)
#: Pixels across a tile at scale 1 (PSD 14.8: Size@resolution of every public L1C).
FULL_SIZE = {10: 10980, 20: 5490, 60: 1830}


@dataclass(frozen=True)
class Geocoding:
    """Name, UTM zone (EPSG code), upper-left corner in m, and scale N of a tile.

    All grids of a tile share the corner; a pixel of a band of 10 m measures 10 N m, and so on.
    """

    tile: str
    epsg: int
    ulx: int
    uly: int
    scale: int = 1

    def size(self, resolution: int) -> int:
        """Pixels across the (square) grid of a resolution: 10980, 5490, 1830 over N, rounded up."""
        return math.ceil(FULL_SIZE[resolution] / self.scale)

    def pixel(self, resolution: int) -> int:
        """Width of a pixel [m]."""
        return resolution * self.scale

    def transform(self, resolution: int) -> tuple[float, float, float, float, float, float]:
        """Affine coefficients a … f of pixel (column, row) edges to easting, northing [m]."""
        pixel = float(self.pixel(resolution))
        return (pixel, 0.0, float(self.ulx), 0.0, -pixel, float(self.uly))

    @property
    def horizontal_cs(self) -> str:
        """HORIZONTAL_CS_NAME."""
        return f"WGS84 / UTM zone {self.epsg % 100}{'N' if self.epsg < 32700 else 'S'}"

    def lonlat(self, easting: NDArray[np.floating], northing: NDArray[np.floating]) -> tuple[Any, Any]:
        """Longitude and latitude [deg] of points of the UTM grid (same shapes)."""
        from pyproj import Transformer  # kept out of the start-up of the other IPFs

        to_geographic = Transformer.from_crs(self.epsg, 4326, always_xy=True)
        return to_geographic.transform(easting, northing)
