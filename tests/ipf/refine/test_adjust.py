"""The fit gives back what was put in, whatever lies beside it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipf.geometry.location import Locator
from ipf.geometry.navigation import Navigation, Refining
from ipf.geometry.orbit import nominal_navigation
from ipf.refine.adjust import LEAST_POINTS, adjust, residuals
from ipf.refine.reference import BAND
from ipf.refine.tiepoints import TiePoint

NAVIGATION: Navigation = nominal_navigation("2022-06-21T06:26:28", 60, latitude=45, longitude=60)
T0 = 30.0


def points(truth: Refining, count: int = 60, noise_m: float = 0.0, seed: int = 1) -> list[TiePoint]:
    """What a satellite that is turned by `truth` sees, with the true coordinates of it."""
    random = np.random.default_rng(seed)
    turned = replace(NAVIGATION, refining=truth)
    found = []
    for chip in range(count):
        detector = f"{1 + chip % 12:02d}"
        t, column = float(random.uniform(8, 52)), float(random.uniform(100, 2400))
        lon, lat = (float(v) for v in Locator(turned, BAND, detector).direct(t, column))
        lat += float(random.normal(0, noise_m)) / 111e3
        found.append(TiePoint("R", chip, detector, lon, lat, t, column, 0, 0, 1, 0.01))
    return found


def angles(refining: Refining, t: float) -> np.ndarray:
    return np.array(
        [sum(c * (t - refining.t0) ** k for k, c in enumerate(axis)) for axis in refining.rotation]
    )


TURN, DRIFT = st.floats(-3e-4, 3e-4), st.floats(-5e-6, 5e-6)


@settings(max_examples=15, deadline=None)
@given(bias=st.tuples(TURN, TURN, TURN), drift=st.tuples(DRIFT, DRIFT, DRIFT))
def test_any_bias_and_drift_is_found(bias: tuple[float, ...], drift: tuple[float, ...]) -> None:
    x, y, z = zip(bias, drift, strict=True)
    truth = Refining(T0, (x, y, z))
    found = adjust(NAVIGATION, points(truth), T0)
    assert found is not None and found.dropped == 0
    for t in (8.0, 30.0, 52.0):
        # 1e-8 rad is 8 mm on the ground
        assert angles(found.refining, t) == pytest.approx(angles(truth, t), abs=1e-8)
    assert np.abs(found.after).max() < 0.02


def test_noise_is_averaged_and_told() -> None:
    truth = Refining(T0, ((1e-4, 1e-6), (-2e-4, 0.0), (5e-5, 0.0)))
    found = adjust(NAVIGATION, points(truth, 400, 5.0), T0)
    assert found is not None
    assert found.after[:, 1].std() == pytest.approx(5.0, rel=0.15)
    assert angles(found.refining, T0)[:2] == pytest.approx((1e-4, -2e-4), abs=2e-6)


def test_wrong_points_are_dropped() -> None:
    truth = Refining(T0, ((1e-4, 0.0), (0.0, 0.0), (0.0, 0.0)))
    good = points(truth, 60, 1.0)
    wrong = [replace(p, chip=1000 + p.chip, lat=p.lat + 0.02) for p in good[:6]]  # 2 km
    found = adjust(NAVIGATION, good + wrong, T0)
    assert found is not None and found.dropped >= 6
    assert np.abs(found.after).max() < 10
    assert angles(found.refining, T0)[0] == pytest.approx(1e-4, abs=2e-6)


def test_too_few_points_refine_nothing() -> None:
    assert adjust(NAVIGATION, points(Refining(), LEAST_POINTS - 1), T0) is None
    assert adjust(NAVIGATION, [], T0) is None


def test_a_wave_is_not_a_line() -> None:
    """What the model does not hold stays in the residuals: the reason why parts are refined differently."""
    wave = [replace(p, lon=p.lon + 1e-3 * np.sin((p.t - T0) / 7)) for p in points(Refining(), 200)]
    found = adjust(NAVIGATION, wave, T0)
    early = adjust(NAVIGATION, [p for p in wave if p.t < T0], 19.0)
    assert found is not None and early is not None
    there = [p for p in wave if p.t < T0]
    over_all = np.sqrt((residuals(NAVIGATION, there, found.refining) ** 2).mean())
    over_part = np.sqrt((residuals(NAVIGATION, there, early.refining) ** 2).mean())
    assert over_part < 0.8 * over_all
