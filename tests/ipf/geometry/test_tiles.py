"""The tiling grid: names, corners, borders of zones and bands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely import Point, box

from batch.errors import InputError
from ipf.geometry.tiles import SIZE, Tile, coverage, tile_name, tiles_of


@pytest.mark.parametrize(
    ("name", "epsg", "ulx", "uly"),
    [
        # The published grid, and public L1C products of the same tiles.
        ("46RER", 32646, 499980, 3100020),
        ("T31TCJ", 32631, 300000, 4900020),
        ("32UQD", 32632, 699960, 5900040),
        ("40MDU", 32740, 399960, 9400000),
        ("36MZD", 32736, 799980, 9900040),
    ],
)
def test_corners(name: str, epsg: int, ulx: int, uly: int) -> None:
    tile = Tile.named(name)
    assert (tile.epsg, tile.ulx, tile.uly) == (epsg, ulx, uly)
    assert tile.box.bounds == (ulx, uly - SIZE, ulx + SIZE, uly)


@pytest.mark.parametrize("name", ["", "46RE", "61RER", "46IER", "46RZZ", "46RER1", "31NER", "31NAV"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(InputError):
        Tile.named(name)


def test_size_of_the_grid() -> None:
    names = {
        tile_name(zone, south, column, row)
        for zone in (31, 32)
        for south in (False, True)
        for column in range(1, 9)
        for row in range(100)
    } - {None}
    # Counts of the published grid; both zones have irregular limits.
    assert (sum(n[:2] == "31" for n in names if n), sum(n[:2] == "32" for n in names if n)) == (950, 926)


@pytest.mark.parametrize(
    ("there", "absent"),
    [
        ("46NBF", "46NAF"),  # a western column that is less than half in its zone
        ("31VFC", "31VFD"),  # 32V is wider
        ("33XVG", "32XMG"),  # Svalbard has no zone 32
        ("01WCP", "60WXV"),  # at the antimeridian zone 1 wins
    ],
)
def test_squares_of_the_published_grid(there: str, absent: str) -> None:
    tile = Tile.named(there)
    assert tile_name(tile.zone, tile.south, tile.column, tile.row) == there
    other = Tile.named(absent)
    assert tile_name(other.zone, other.south, other.column, other.row) is None


@settings(max_examples=60, deadline=None)
@given(lon=st.floats(-180, 180), lat=st.floats(-80, 83.5))
def test_every_place_is_in_a_tile(lon: float, lat: float) -> None:
    """And in every tile that is said to hold it."""
    spot = box(lon - 1e-3, lat - 1e-3, lon + 1e-3, lat + 1e-3)
    tiles = tiles_of(spot)
    assert tiles
    for tile in tiles:
        x, y = Transformer.from_crs(4326, tile.epsg, always_xy=True).transform(lon, lat)
        assert tile.box.buffer(500).contains(Point(x, y))


def test_footprint_at_a_zone_border_has_tiles_of_both() -> None:
    names = [t.name for t in tiles_of(box(53.5, -4.8, 54.8, -4.4))]
    assert {n[:2] for n in names} == {"39", "40"}


def test_footprint_at_the_equator_has_tiles_of_both_hemispheres() -> None:
    assert {t.name[2] for t in tiles_of(box(8.7, -0.3, 9.1, 0.3))} == {"M", "N"}


def test_footprint_across_the_antimeridian() -> None:
    names = [t.name for t in tiles_of(box(179.2, 10.0, 180.9, 10.5))]
    assert {n[:2] for n in names} == {"60", "01"}
    assert names == [t.name for t in tiles_of(box(-180.8, 10.0, -179.1, 10.5))]


def test_coverage_is_a_share_of_the_tile() -> None:
    shares = dict(coverage(box(92.0, 26.0, 96.0, 29.0)))
    assert shares[Tile.named("46RER")] == pytest.approx(1.0)
    half = dict(coverage(box(93.55, 26.0, 96.0, 29.0)))
    assert 0.4 < half[Tile.named("46RER")] < 0.6
