"""Footprints: what rows of a detector, or a whole datastrip, see of the ellipsoid, as polygons of longitude
and latitude.

While they are worked on, longitudes run on beyond ±180 so that a polygon across the antimeridian stays one;
GeoJSON cuts it there, as RFC 7946 asks for.
"""

from typing import Any

import numpy as np
from shapely import MultiPolygon, Polygon, affinity, box, unary_union
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from ipf.geometry.clock import RowClock
from ipf.geometry.focal_plane import BANDS
from ipf.geometry.frame import Frame
from ipf.geometry.location import Locator

#: Points across a detector, and pieces of a scene along it: 3 km, a straight line of which is off by less
#: than 1 m.
_ACROSS = 9
_PIECES_PER_SCENE = 8


def rows_polygon(locator: Locator, clock: RowClock, begin: int, end: int) -> Polygon:
    """What rows begin … end (edges, full resolution) of all columns see; longitudes run on around the first
    point."""
    band = BANDS[locator.band]
    pieces = max(2, -(-(end - begin) * _PIECES_PER_SCENE // band.scene_lines) + 1)
    # Row edges are placed on the clock as fractions of rows: integers first, so that a vDS has a DS's very
    # numbers.
    row = np.round(np.linspace(begin, end, pieces)).astype(np.int64)
    t = clock.time(row, within=0.0)
    lon, lat = locator.direct(t[:, None], np.linspace(0, band.columns, _ACROSS))
    ring = [np.concatenate([a[0], a[1:-1, -1], a[-1, ::-1], a[-2:0:-1, 0]]) for a in (run_on(lon), lat)]
    return Polygon(np.stack(ring, axis=1))


def run_on(lon: np.ndarray) -> np.ndarray:
    """Longitudes shifted by whole turns to within 180° of the first one."""
    first = lon.flat[0]
    return first + np.mod(lon - first + 180.0, 360.0) - 180.0


def common_ground(
    locators: dict[tuple[str, str], Locator], clocks: dict[tuple[str, str], RowClock], frame: Frame
) -> BaseGeometry:
    """The ground that every band sees with one detector or another within the frame; keys are (band,
    detector)."""
    common: BaseGeometry | None = None
    for band in dict.fromkeys(b for b, _ in locators):
        seen = [
            rows_polygon(locators[key], clocks[key], *frame.rows(*key)) for key in locators if key[0] == band
        ]
        reference = common if common is not None else seen[0]
        union = unary_union([_near(p, reference) for p in seen])
        common = union if common is None else common.intersection(union)
    assert common is not None, "there is at least one band"
    return common


def _near(polygon: BaseGeometry, reference: BaseGeometry) -> BaseGeometry:
    """The polygon moved by whole turns to where the reference is."""
    turns = round((reference.centroid.x - polygon.centroid.x) / 360.0)
    return affinity.translate(polygon, xoff=360.0 * turns) if turns else polygon


def to_geojson(polygon: BaseGeometry, **properties: Any) -> dict[str, Any]:
    """A Feature, longitudes within ±180: cut at the antimeridian if it runs across."""
    parts = []
    for turn in (-1, 0, 1):
        part = polygon.intersection(box(360.0 * turn - 180.0, -90.0, 360.0 * turn + 180.0, 90.0))
        for piece in getattr(part, "geoms", [part]):
            if isinstance(piece, Polygon) and not piece.is_empty:
                parts.append(affinity.translate(piece, xoff=-360.0 * turn))
    geometry = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    return {"type": "Feature", "properties": properties, "geometry": mapping(geometry)}


def from_geojson(feature: dict[str, Any]) -> BaseGeometry:
    """The polygon of a Feature, in one piece again if it was cut at the antimeridian."""
    parts = list(getattr(shape(feature["geometry"]), "geoms", None) or [shape(feature["geometry"])])
    west = min(p.bounds[0] for p in parts)
    if max(p.bounds[2] for p in parts) - west > 180.0:
        parts = [affinity.translate(p, xoff=360.0) if p.bounds[2] < 0 else p for p in parts]
    return unary_union(parts)
