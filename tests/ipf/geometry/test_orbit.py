"""The ideal pass against the real ones."""

import numpy as np
import pytest

from batch.errors import InputError
from ipf.geometry import earth
from ipf.geometry.location import Locator, attitude_at, orbit_at
from ipf.geometry.orbit import nominal_navigation
from ipf.geometry.rotation import rotate
from tests.ipf.geometry import real
from tests.shared import needs_shared


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize(("latitude", "longitude"), [(0.0, 179.9), (54.0, 20.0), (-70.0, -100.0)])
def test_passes_over_the_place(latitude: float, longitude: float, descending: bool) -> None:
    nav = nominal_navigation(
        "2026-05-01T08:00:00", 40, latitude=latitude, longitude=longitude, at=20.0, descending=descending
    )
    (x, y, z), v = orbit_at(nav, np.array(20.0))
    assert np.degrees(np.arctan2(z, np.hypot(x, y))) == pytest.approx(latitude, abs=1e-6)
    assert np.mod(np.degrees(np.arctan2(y, x)) - longitude + 180, 360) - 180 == pytest.approx(0, abs=1e-6)
    assert (v[2] < 0) == descending


def test_velocity_is_the_derivative() -> None:
    nav = nominal_navigation("2026-05-01T08:00:00", 10, latitude=40.0, longitude=0.0)
    slope = (nav.position[2:] - nav.position[:-2]) / 2
    third = np.abs(slope - nav.velocity[1:-1]).max()
    assert third < 2e-3  # h²/6 of the third derivative, 1.3e-3 m/s


def test_refuses_what_the_orbit_does_not_reach() -> None:
    with pytest.raises(InputError, match="latitude"):
        nominal_navigation("2026-05-01T08:00:00", 10, latitude=85.0, longitude=0.0)


def test_nearly_along_the_columns() -> None:
    """Yaw steering: what a detector sees moves across its columns by next to nothing."""
    nav = nominal_navigation("2026-05-01T08:00:00", 60, latitude=33.0, longitude=0.0)
    locator = Locator(nav, "B02", "06")
    lon, lat = locator.direct(20.0, 1276.0)
    for other, detector in (("B09", "06"), ("B12", "06")):
        column = float(Locator(nav, other, detector).inverse(lon, lat)[1])
        width = {"B09": 425, "B12": 1276}[other]
        assert abs(column / width - 0.5) < 0.01


@needs_shared
@pytest.mark.parametrize("which", ["l0c", "l1b"])
def test_like_the_real_pass(which: str) -> None:
    """Same place and time: the track to 3 km, the direction of flight to 0.1°, pointing to 0.1°."""
    truth = getattr(real, which)()
    at = 50.0
    x, y, z = (float(c) for c in orbit_at(truth, np.array(at))[0])
    nav = nominal_navigation(
        truth.epoch,
        90,
        latitude=float(np.degrees(np.arctan2(z, np.hypot(x, y)))),
        longitude=float(np.degrees(np.arctan2(y, x))),
        at=at,
        ut1_utc=truth.ut1_utc,
    )
    t = np.array(80.0)
    ours, theirs = (earth.to_geodetic(*orbit_at(n, t)[0]) for n in (nav, truth))
    assert abs(float(ours[1] - theirs[1])) * 111 < 3
    assert abs(float(ours[0] - theirs[0])) * 111 < 3
    assert abs(float(ours[2] - theirs[2])) < 25e3
    unit = [np.eye(3)[axis] for axis in (0, 2)]
    axes = [[np.array(rotate(attitude_at(n, t)[0], (u[0], u[1], u[2]))) for u in unit] for n in (nav, truth)]
    for a, b in zip(*axes, strict=True):
        assert np.degrees(np.arccos(a @ b)) < 0.3
