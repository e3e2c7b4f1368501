from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.plan.footprint import crop_ring
from batch.safe.datastrip import read_datastrip
from batch.safe.xml import parse_xml, text
from tests.batch.safe.tiny import corners
from tests.shared import SHARED, needs_shared

REAL = SHARED / "data/l0c/S2B_OPER_MSI_L0__DS_REFS_20221124T163650_S20221011T064025_N02.08"
SOUTH, NORTH = np.array([0.0, 0.0, -1.0]), np.array([0.0, 0.0, 1.0])
Ring = list[tuple[float, float]]


def real_ring() -> Ring:
    path = "Quality_Indicators_Info/Quicklook_Info/Footprint/EXT_POS_LIST"
    values = [float(v) for v in text(parse_xml(read_datastrip(REAL).mtd), path).split()]
    return list(zip(values[::2], values[1::2], strict=True))


def area(ring: Ring) -> float:
    """In square degrees, at the latitudes of the sample near enough to km²."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))) / 2


def rotated(ring: Ring, by: int) -> Ring:
    """The same ring that begins at another of its points."""
    turned = ring[by:-1] + ring[:by]
    return [*turned, turned[0]]


def same(one: Ring, two: Ring) -> bool:
    """The same points, wherever the ring begins and whichever way it goes."""
    near = np.linalg.norm(np.array(one)[:, None] - np.array(two)[None], axis=2) < 1e-6
    return len(one) == len(two) and bool(near.any(axis=0).all() and near.any(axis=1).all())


def test_a_rectangle_on_the_equator() -> None:
    ring = corners(5)
    length = -min(lat for lat, _ in ring)
    part = crop_ring(ring, SOUTH, 0.25, 0.5)
    assert part is not None and part[0] == part[-1]
    lat, lon = np.array(part).T
    assert max(lat) == pytest.approx(-0.25 * length, abs=1e-3)
    assert min(lat) == pytest.approx(-0.5 * length, abs=1e-3)
    assert (min(lon), max(lon)) == (pytest.approx(-1.3, abs=1e-6), pytest.approx(1.3, abs=1e-6))
    assert len(part) == 3 + 3 + 3 + 3 + 1  # both long sides keep a point, both short ones three


def test_the_way_of_the_satellite_says_which_end_is_first() -> None:
    descending = crop_ring(corners(5), SOUTH, 0.0, 0.25)
    ascending = crop_ring(corners(5), NORTH, 0.75, 1.0)
    assert descending is not None and ascending is not None and same(descending, ascending)


@given(st.integers(0, 23), st.booleans())
def test_where_the_ring_begins_and_which_way_it_goes_do_not_matter(by: int, backwards: bool) -> None:
    other = rotated(corners(5), by)
    part = crop_ring(other[::-1] if backwards else other, SOUTH, 0.3, 0.8)
    expected = crop_ring(corners(5), SOUTH, 0.3, 0.8)
    assert part is not None and expected is not None and same(part, expected)


def test_across_the_antimeridian() -> None:
    ring = [(lat, lon + 180 if lon < 0 else lon - 180) for lat, lon in corners(5)]
    part, expected = crop_ring(ring, SOUTH, 0.2, 0.6), crop_ring(corners(5), SOUTH, 0.2, 0.6)
    assert part is not None and expected is not None
    assert same([(lat, lon - 180 if lon > 0 else lon + 180) for lat, lon in part], expected)


def test_without_four_corners_there_is_no_part() -> None:
    assert crop_ring([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)], SOUTH, 0.0, 0.5) is None


@needs_shared
def test_parts_of_the_real_one_cover_it_once() -> None:
    ring, cuts = real_ring(), [0.0, 0.31, 0.5, 0.87, 1.0]
    parts = [crop_ring(ring, SOUTH, *ends) for ends in pairwise(cuts)]
    areas = [area(part) for part in parts if part]
    assert sum(areas) == pytest.approx(area(ring), rel=1e-4)
    assert areas == pytest.approx([area(ring) * (b - a) for a, b in pairwise(cuts)], rel=5e-3)
    assert crop_ring(ring, SOUTH, 0.0, 1.0) == ring
