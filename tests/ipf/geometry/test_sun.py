"""The sun against the real metadata and against what everybody knows."""

import numpy as np
import pytest
from lxml import etree

from ipf.geometry.orbit import nominal_navigation
from ipf.geometry.sun import sun_angles
from tests.ipf.geometry import real
from tests.shared import needs_shared


def test_june_solstice_at_noon() -> None:
    nav = nominal_navigation("2026-06-21T12:00:18", 2, latitude=50.0, longitude=0.0)
    zenith, azimuth = sun_angles(nav, 0.0, 50.0, 0.0)
    assert zenith == pytest.approx(50 - 23.44, abs=0.02)
    assert azimuth == pytest.approx(179.0, abs=0.7)  # the equation of time is −1.9 minutes, 0.5 degree


def test_a_point_is_the_same_in_any_array() -> None:
    nav = nominal_navigation("2026-06-21T10:00:00", 30, latitude=50.0, longitude=0.0)
    lon, lat, t = np.linspace(-5, 5, 97), np.linspace(48, 52, 97), np.linspace(0, 30, 97)
    whole = np.array(sun_angles(nav, lon, lat, t))
    for part in (slice(5, 6), slice(3, 40), slice(1, 90, 3)):
        np.testing.assert_array_equal(
            np.array(sun_angles(nav, lon[part], lat[part], t[part])), whole[:, part]
        )


@needs_shared
def test_solar_angles_of_the_real_quicklook() -> None:
    """ESA's solar angles of S2B, 2022-10-11: the sun near the zenith over the Indian Ocean."""
    nav, root = real.l0c(), etree.parse(real.l0c_metadata())
    header = next(root.iter("Geometric_Header"))
    t = nav.seconds(header.findtext("GPS_TIME") or "")
    corners = np.array((root.findtext(".//Quicklook_Info//EXT_POS_LIST") or "").split(), float).reshape(-1, 2)
    lat, lon = corners[0]
    begin = next(header.iter("Located_Geometric_Header"))
    zenith, azimuth = sun_angles(nav, lon, lat, t)
    assert float(zenith) == pytest.approx(float(begin.findtext("Solar_Angles/ZENITH_ANGLE") or 0), abs=0.1)
    assert float(azimuth) == pytest.approx(float(begin.findtext("Solar_Angles/AZIMUTH_ANGLE") or 0), abs=0.5)
