"""Sun and viewing angles of a tile from the navigation."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from ipf.geometry.focal_plane import tan_psi
from ipf.geometry.location import Locator, viewing_angles
from ipf.geometry.sun import sun_angles
from ipf.l1c.angles import Grid, TileAngles, node_positions
from ipf.l1c.datation import utc
from ipf.l1c.geocoding import FULL_SIZE, Geocoding
from ipf.l1c.sight import DETECTORS, Nodes, spread
from ipf.l1c.strip import Strip
from ipf.radiometry import BANDS

Floats = NDArray[np.float64]

#: Band whose times stand for the tile: the Sun's angles and SENSING_TIME are seen by it.
REFERENCE = "B04"
#: Metres around a detector's columns within which a node is looked at closely.
MARGIN = 200.0


def tile_angles(strip: Strip, geocoding: Geocoding) -> TileAngles:
    """Angles at the 23 × 23 nodes; viewing ones where a detector's rows are in the L1 frame."""
    nodes = Nodes.of(strip.navigation, *geocoding.lonlat(*node_positions(geocoding)))
    t = reference_times(strip, nodes)
    sun = Grid(*sun_angles(strip.navigation, nodes.lon, nodes.lat, t)).rounded()
    viewing = {}
    for band in BANDS:
        for detector in DETECTORS:
            grid = _viewing(strip, band, detector, nodes)
            if grid is not None:
                viewing[band, detector] = grid.rounded()
    return TileAngles(sun, viewing)


def sensing_time(strip: Strip, geocoding: Geocoding, gps_utc: float) -> datetime:
    """UTC at which the middle of the tile was seen: the same in a datastrip and its virtual datastrips."""
    half = FULL_SIZE[10] * 10 / 2
    middle = geocoding.lonlat(np.array([geocoding.ulx + half]), np.array([geocoding.uly - half]))
    t = float(reference_times(strip, Nodes.of(strip.navigation, *middle))[0])
    return utc(strip, t if np.isfinite(t) else strip.navigation.start, gps_utc)


def reference_times(strip: Strip, nodes: Nodes) -> Floats:
    """When the detector that has a point nearest to its middle saw it, or would have, off the swath; of the
    shape of the nodes."""
    middle = BANDS[REFERENCE].l1b_columns() / 2
    middles = [float(tan_psi(REFERENCE, f"{detector:02d}", middle)[0]) for detector in DETECTORS]
    nearest = np.argmin([np.abs(nodes.ground.across - tangent) for tangent in middles], axis=0)
    when = np.full(nodes.lon.shape, np.nan)
    for index, detector in enumerate(DETECTORS):
        mine = nearest == index
        locator = Locator(strip.navigation, REFERENCE, f"{detector:02d}")
        when[mine] = locator.inverse_of(nodes.ground.at(mine))[0]
    return when


def _viewing(strip: Strip, band: str, detector: int, nodes: Nodes) -> Grid | None:
    """None if no node is seen."""
    near = nodes.near(band, detector, MARGIN)
    if not near.any():
        return None
    t, column = Locator(strip.navigation, band, f"{detector:02d}").inverse_of(nodes.ground.at(near))
    clock = strip.clock(band, detector)
    first, last = strip.rows(band, detector)
    with np.errstate(invalid="ignore"):
        row = clock.coordinate(t)  # since the epoch: the same float in a datastrip and its vDS
        seen = (column >= 0) & (column <= BANDS[band].l1b_columns())
        seen &= (row >= first + clock.first) & (row < last + 1 + clock.first)
    near[near] = seen
    if not near.any():
        return None
    angles = viewing_angles(strip.navigation, t[seen], nodes.lon[near], nodes.lat[near])
    return Grid(*(spread(angle, near) for angle in angles))
