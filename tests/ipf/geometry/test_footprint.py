"""Footprints of rows and datastrips, also across the antimeridian, also cut."""

import numpy as np
import pytest
from pyproj import Geod
from shapely import Polygon
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from ipf.geometry.footprint import from_geojson, to_geojson
from ipf.geometry.tiles import coverage
from tests.ipf.geometry import real, strips
from tests.shared import needs_shared


def area_km2(polygon: BaseGeometry) -> float:
    return abs(Geod(ellps="WGS84").geometry_area_perimeter(polygon)[0]) / 1e6


@pytest.fixture(scope="module", params=[20.0, 178.9])
def ground(request: pytest.FixtureRequest) -> BaseGeometry:
    """Footprint of 8 scenes of a pass over 20°E, and of one across the antimeridian."""
    return strips.datastrip(strips.pass_over(30.0, request.param), 8).ground()


def test_size(ground: BaseGeometry) -> None:
    """5.8 scenes of 24.2 km, 290 km wide, less the ragged ends."""
    assert ground.geom_type == "Polygon" and ground.is_valid
    assert area_km2(ground) == pytest.approx(5.8 * 24.2 * 292, rel=0.02)


def test_geojson_and_back(ground: BaseGeometry) -> None:
    feature = to_geojson(ground, datastrip="DS")
    west, _, east, _ = shape(feature["geometry"]).bounds
    assert west >= -180 and east <= 180
    again = from_geojson(feature)
    assert again.area == pytest.approx(ground.area, rel=1e-9)
    assert coverage(again) == [(t, pytest.approx(share, abs=1e-6)) for t, share in coverage(ground)]


def test_crosses_only_once() -> None:
    feature = to_geojson(strips.datastrip(strips.pass_over(30.0, 178.9), 4).ground())
    assert feature["geometry"]["type"] == "MultiPolygon" and len(feature["geometry"]["coordinates"]) == 2


def test_vds_cover_what_the_datastrip_covers() -> None:
    """Cut with 3 scenes of overlap: no ground is lost and no tile."""
    nav = strips.pass_over(-4.0, 53.5)
    whole = strips.datastrip(nav, 11).ground()
    first, second = strips.datastrip(nav, 6).ground(), strips.datastrip(nav, 8, first_scene=3).ground()
    assert whole.difference(first.union(second)).area < 1e-7 * whole.area
    tiles = {t.name for t, _ in coverage(whole)}
    assert tiles == {t.name for part in (first, second) for t, _ in coverage(part)}
    assert {name[:2] for name in tiles} == {"39", "40"}


def test_a_vds_sees_with_the_same_bits() -> None:
    nav = strips.pass_over(45.0, 5.0)
    ds, vds = strips.datastrip(nav, 10), strips.datastrip(nav, 6, first_scene=4)
    for band, detector in (("B02", "01"), ("B09", "08")):
        a, b = ds.clock(band, detector), vds.clock(band, detector)
        rows = np.arange(0, 300, 7)
        shift = b.first - a.first
        t = a.time(rows + shift)
        np.testing.assert_array_equal(t, b.time(rows))
        lon, lat = ds.locator(band, detector).direct(t, 100.0)
        np.testing.assert_array_equal(
            np.array(vds.locator(band, detector).direct(b.time(rows), 100.0)), np.array((lon, lat))
        )
        back, _ = vds.locator(band, detector).inverse(lon, lat)
        for x, y in zip(a.rows(back), b.rows(back), strict=True):
            np.testing.assert_array_equal(x - (shift if x.dtype.kind == "i" else 0), y)


@needs_shared
def test_real_datastrip_is_where_its_quicklook_is() -> None:
    text = real.l0c_metadata().read_text(encoding="utf-8")
    ring = np.array(text.split("<EXT_POS_LIST>")[1].split("<")[0].split(), float).reshape(-1, 2)[:, ::-1]
    quicklook = Polygon(ring)
    facts = strips.facts(16)
    time = "2022-10-11T06:40:43.456979752"
    facts["band_gps_time"] = {b: dict.fromkeys(d, time) for b, d in facts["band_gps_time"].items()}
    ground = strips.Datastrip(real.l0c(), facts).ground()
    assert quicklook.buffer(0.02).contains(ground)
    assert area_km2(ground) / area_km2(quicklook) == pytest.approx(49.77 / 61.9, abs=0.02)
    shares = [share for _, share in coverage(ground)]
    assert len(shares) == 19 and sum(shares) * 109.8**2 == pytest.approx(area_km2(ground) * 1.2, rel=0.1)
