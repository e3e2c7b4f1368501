"""The repeating orbit and the sun."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ipf.synth.orbit import passage
from study.orbit.track import CYCLE_S, J2000, Satellite, degrees, subsolar, swath

S2A, S2B = Satellite.named("S2A"), Satellite.named("S2B")


def test_143_revolutions_in_10_days() -> None:
    t = np.arange(0.0, CYCLE_S, 5.0)
    z = S2A.position(t)[:, 2]
    descents = np.count_nonzero((z[:-1] > 0) & (z[1:] <= 0)) + (z[-1] > 0 >= z[0])
    assert CYCLE_S == 10 * 86400
    assert descents == 143


def test_the_track_repeats_after_a_cycle_and_not_before() -> None:
    t = np.array([0.0, 1000.0, 40_000.0])
    assert S2A.position(t + CYCLE_S) == pytest.approx(S2A.position(t), abs=1e-9)
    for day in range(1, 10):
        moved = S2A.position(t + day * 86400) - S2A.position(t)
        assert np.linalg.norm(moved, axis=1).max() > 0.05


def test_both_satellites_fly_half_an_orbit_apart() -> None:
    moment = datetime(2022, 10, 11, 12, tzinfo=UTC)
    a, b = (s.position(np.array([s.since_node(moment)]))[0] for s in (S2A, S2B))
    # The dates by which they are known give the time of a node to a minute, 4° along the orbit.
    assert np.degrees(np.arccos(a @ b)) > 170


@pytest.mark.parametrize("latitude", [-50.0, 0.0, 45.0, 70.0])
def test_the_track_is_that_of_the_datastrips(latitude: float) -> None:
    known = passage("S2B", 34, latitude, "2022-10-11")
    t = (known.time - S2B.time).total_seconds()
    lat, lon = degrees(S2B.position(np.array([t])))
    assert lat[0] == pytest.approx(latitude, abs=0.01)
    assert lon[0] == pytest.approx(known.longitude, abs=0.01)


def test_the_sun_stands_at_half_past_ten_at_the_node() -> None:
    days = np.array([(S2B.time - J2000).total_seconds() / 86400])
    _, lon = degrees(subsolar(days))
    hours_before_noon = (lon[0] - S2B.node) / 15 % 24
    hours = min(hours_before_noon, 24 - hours_before_noon)
    assert hours == pytest.approx(1.5, abs=0.28)  # mean time: the true sun is up to 16.4 min off


@pytest.mark.parametrize(
    ("day", "declination"),
    [((2026, 6, 21, 8), 23.44), ((2026, 12, 21, 21), -23.44), ((2026, 3, 20, 15), 0.0)],
)
def test_the_suns_declination_at_solstices_and_equinox(day: tuple, declination: float) -> None:
    when = datetime(*day, tzinfo=UTC)
    lat, _ = degrees(subsolar(np.array([(when - J2000) / timedelta(days=1)])))
    assert lat[0] == pytest.approx(declination, abs=0.02)


def test_the_swath_is_290_km_wide() -> None:
    lat, lon = (np.radians(a) for a in swath(S2A, np.array([3000.0])))
    x, y, z = np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)
    angle = np.arccos(x[0] * x[-1] + y[0] * y[-1] + z[0] * z[-1])
    assert float(angle[0]) * 6371 == pytest.approx(290, rel=0.001)
