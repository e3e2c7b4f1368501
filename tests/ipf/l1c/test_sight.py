"""Which detectors see a tile."""

import numpy as np
import pytest

from ipf.geometry.location import Locator
from ipf.l1c import grids
from ipf.l1c.mgrs import geocoding_of
from ipf.l1c.sight import DETECTORS, REACH, Nodes
from ipf.radiometry import BANDS
from tests.ipf.l1c.chain_rig import strip


@pytest.mark.parametrize("tile", ["42TVQ", "42TVP", "42TUP", "42TWN", "42TXN", "42TXQ", "42TUR"])
@pytest.mark.parametrize("band", ["B02", "B09"])
def test_no_node_that_a_pixel_needs_is_overlooked(tile: str, band: str) -> None:
    """Whatever has a pixel of a detector has its four nodes looked at, and not much more is."""
    geocoding, navigation = geocoding_of(tile, 16), strip().navigation
    lon, lat = grids.node_lonlat(geocoding)
    nodes, width = Nodes.of(navigation, lon, lat), BANDS[band].l1b_columns()
    margin = REACH * grids.step(geocoding)
    for detector in DETECTORS:
        _, column = Locator(navigation, band, f"{detector:02d}").inverse(lon, lat)
        seen = grids.seen_cells(column, width)
        needed = np.zeros(lon.shape, bool)
        for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
            needed[down : down + seen.shape[0], right : right + seen.shape[1]] |= seen
        near = nodes.near(band, detector, margin)
        assert not (needed & ~near).any()
        wide = 2 * margin / BANDS[band].resolution
        assert not (near & ((column < -wide) | (column > width + wide))).any()


def test_nobody_sees_the_other_side_of_the_earth() -> None:
    lon, lat = np.full((59, 59), -110.0), np.full((59, 59), -40.0)
    nodes = Nodes.of(strip().navigation, lon, lat)
    assert not any(nodes.near("B02", detector, 1e5).any() for detector in DETECTORS)
