"""Location against Sen2VM's reference grids, against itself there and back, and bit for bit in any array."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ipf.geometry import earth, rotation
from ipf.geometry.clock import RowClock
from ipf.geometry.focal_plane import BANDS, DETECTORS
from ipf.geometry.location import Locator, attitude_at, intersect, orbit_at, viewing_angles
from ipf.geometry.navigation import Navigation
from ipf.geometry.orbit import nominal_navigation
from ipf.geometry.rotation import Components, Floats
from tests.ipf.geometry import real
from tests.shared import needs_shared

#: Largest distance from Sen2VM allowed, metres. Measured: median 0.098, p99 0.314, max 0.396.
TOLERANCE = 0.6


def distance(a: Components, b: Components) -> Floats:
    return np.sqrt(sum((p - q) ** 2 for p, q in zip(a, b, strict=True)))


@pytest.fixture(scope="module")
def nav() -> Navigation:
    return nominal_navigation("2026-03-01T10:30:00", 60, latitude=54.0, longitude=20.0)


@needs_shared
def test_sen2vm_reference_grids() -> None:
    """All 156 grids of a real, refined S2A datastrip, computed by Sen2VM with Rugged and Orekit."""
    nav, root = real.l1b(), etree.parse(real.l1b_metadata())
    position = {
        str(g.get("granuleId"))[:-7].replace("MSI", "GEO"): int(g.findtext("POSITION") or 0)
        for g in root.iter("Granule")
    }
    first = {
        (b.get("bandId"), d.get("detectorId")): d.findtext("GPS_TIME") or ""
        for b in root.iter("Band_Time_Stamp")
        for d in b.iter("Detector")
    }
    errors = []
    with np.load(real.GEOMETRY / "sen2vm_reference_grids_sample.npz") as grids:
        assert len(grids.files) == 156
        for key in grids.files:
            lon, lat, height = grids[key]
            granule, band = key.rsplit("_", 1)
            resolution, detector = BANDS[band].resolution, granule[-2:]
            # Nodes are 6 km of lines apart in the datastrip; a granule's grid starts at the node nearest to
            # it.
            step = 6000 // resolution
            node = round((position[granule] - 1) * 10 / resolution / step)
            columns = np.arange(lon.shape[1]) * step
            inside = columns < BANDS[band].columns
            clock = RowClock.of(
                first[str(BANDS[band].band_id), detector], "1.565873622e-3", resolution, epoch=nav.epoch
            )
            t = clock.time((node + np.arange(lon.shape[0])) * step)
            lon, lat, height = lon[:, inside], lat[:, inside], height[:, inside]
            found = Locator(nav, band, detector).ground(t[:, None], columns[inside] + 0.5, height)
            errors.append(distance(found, earth.to_ecef(lon, lat, height)).ravel())
    flat = np.concatenate(errors)
    assert flat.size > 3700
    assert flat.max() <= TOLERANCE
    assert np.median(flat) < 0.15


@pytest.mark.parametrize("band", ["B02", "B09", "B11"])
@pytest.mark.parametrize("detector", ["01", "06", "12"])
def test_there_and_back(nav: Navigation, band: str, detector: str) -> None:
    locator = Locator(nav, band, detector)
    rng = np.random.default_rng(7)
    t = rng.uniform(nav.start + 8, nav.stop - 8, 500)
    column = rng.uniform(-200, BANDS[band].columns + 200, 500)
    for height, tolerance in ((0.0, 1e-7), (rng.uniform(-100, 8000, 500), 1e-3)):
        lon, lat = locator.direct(t, column, height)
        t_back, column_back = locator.inverse(lon, lat, height)
        assert np.abs(t_back - t).max() * 6715 < tolerance  # metres on the ground
        assert np.abs(column_back - column).max() * BANDS[band].resolution < tolerance


def test_inverse_outside_the_ancillary_data_is_nan(nav: Navigation) -> None:
    t, column = Locator(nav, "B02", "06").inverse([20.0, 20.0, 100.0], [30.0, 70.0, 54.0])
    assert np.isnan(t).all() and np.isnan(column).all()


@settings(max_examples=25, deadline=None)
@given(offset=st.integers(0, 40), length=st.integers(1, 70), stride=st.integers(1, 3))
def test_a_point_is_the_same_in_any_array(nav: Navigation, offset: int, length: int, stride: int) -> None:
    """Bit for bit: what makes DS and vDS processing identical."""
    locator = Locator(nav, "B05", "03")
    rng = np.random.default_rng(1)
    t, column = rng.uniform(10, 50, 300), rng.uniform(0, 1276, 300)
    lon, lat = locator.direct(t, column)
    t_back, column_back = locator.inverse(lon, lat)
    zenith, azimuth = viewing_angles(nav, t, lon, lat)
    part = slice(offset, offset + length * stride, stride)
    np.testing.assert_array_equal(
        np.array(locator.direct(t[part], column[part])), np.array((lon[part], lat[part]))
    )
    np.testing.assert_array_equal(
        np.array(locator.inverse(lon[part], lat[part])), np.array((t_back[part], column_back[part]))
    )
    np.testing.assert_array_equal(
        np.array(viewing_angles(nav, t[part], lon[part], lat[part])), np.array((zenith[part], azimuth[part]))
    )


def test_an_image_is_its_points(nav: Navigation) -> None:
    locator = Locator(nav, "B02", "09")
    t, column = np.linspace(20, 25, 13), np.linspace(0, 2552, 29)
    image = locator.direct(t[:, None], column)
    tt, cc = np.meshgrid(t, column, indexing="ij")
    np.testing.assert_array_equal(
        np.array(image).reshape(2, -1), np.array(locator.direct(tt.ravel(), cc.ravel()))
    )


def test_pixel_sizes(nav: Navigation) -> None:
    """10.51 m per line and about 10 m per column at nadir (domain facts of the real datastrips)."""
    locator = Locator(nav, "B02", "06")
    t = 30 + np.arange(2) * 1.5658736e-3
    x = locator.ground(t[:, None], np.array([2000.0, 2001.0]))
    line = np.sqrt(sum((c[1, 0] - c[0, 0]) ** 2 for c in x))
    column = np.sqrt(sum((c[0, 1] - c[0, 0]) ** 2 for c in x))
    assert line == pytest.approx(10.5, abs=0.1)
    assert column == pytest.approx(9.95, abs=0.15)


@needs_shared
def test_footprint_of_the_real_quicklook() -> None:
    """ESA's own location of the first quick-look line: its model, its corners, within 20 m.

    The quick-look's viewing directions are already in the piloting frame: with its mounting they would be 590
    m off.
    """
    nav, root = replace(real.l0c(), piloting_to_msi=np.zeros(3)), etree.parse(real.l0c_metadata())
    tan_x, tan_y = (
        np.array([float(x) for x in (root.findtext(f".//TAN_PSI_{axis}_LIST") or "").split()])[[0, -1]]
        for axis in "XY"
    )
    t = np.array(nav.seconds(root.findtext(".//Datation_Model/T0") or ""))
    sight = rotation.rotate(attitude_at(nav, t)[0], (tan_y, -tan_x, np.ones(2)))
    lon, lat, _ = earth.to_geodetic(*intersect(orbit_at(nav, t)[0], sight, np.zeros(2)))
    corners = np.array((root.findtext(".//Quicklook_Info//EXT_POS_LIST") or "").split(), float).reshape(-1, 2)
    for found in zip(lat, lon, strict=True):
        degrees = np.abs(corners - found) * (1, np.cos(np.radians(found[0])))
        assert (degrees * 111e3).max(axis=1).min() < 20


def test_every_detector_and_band_sees_ground(nav: Navigation) -> None:
    for band in BANDS:
        for detector in DETECTORS:
            lon, lat = Locator(nav, band, detector).direct(30.0, BANDS[band].columns / 2)
            assert 15 < lon < 25 and 50 < lat < 56
