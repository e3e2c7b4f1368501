"""Counts, radiance and reflectance: constants against public numbers, formulas against their inverses."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipf.radiometry import (
    BANDS,
    FULL_SCALE,
    band,
    calibrate,
    earth_sun_factor,
    expose,
    l1b_counts,
    l1b_radiance,
    l1c_counts,
    l1c_reflectance,
    pixel_response,
    quantisation_step,
    radiance,
    reflectance,
)

ALL = st.sampled_from(sorted(BANDS))


def test_sizes_are_those_of_the_instrument() -> None:
    assert [(b.raw_columns(), b.useful_columns(), b.l1b_columns(), b.lines()) for b in BANDS.values()] == [
        {10: (2592, 2552, 2552, 2304), 20: (1296, 1276, 1276, 1152), 60: (1296, 1276, 425, 384)}[b.resolution]
        for b in BANDS.values()
    ]
    assert BANDS["B02"].blind_columns() == 20
    assert BANDS["B01"].blind_columns() == 10


@pytest.mark.parametrize("scale", [1, 2, 4, 8, 16])
def test_useful_columns_lie_within_the_raw_ones_at_every_scale(scale: int) -> None:
    for b in BANDS.values():
        assert b.blind_columns(scale) + b.useful_columns(scale) <= b.raw_columns(scale)
        assert b.l1b_columns(scale) * b.binning <= b.useful_columns(scale)


def test_satellites_have_their_own_constants() -> None:
    assert band("S2A", "B02").gain == band("Sentinel-2A", "B02").gain == 3.7501
    assert band("S2B", "B02").gain == band("S2C", "B02").gain == 3.8112
    assert band("S2A", "B12").irradiance != band("S2B", "B12").irradiance


def test_earth_sun_factor_is_that_of_a_public_product() -> None:
    # L1C of S2A of 2021-09-08: U = 0.98384, from other dates it moves by 5e-4 a day
    assert earth_sun_factor(datetime(2021, 9, 8, 4, 27, tzinfo=UTC)) == pytest.approx(0.98384, abs=3e-4)
    january, july = (earth_sun_factor(datetime(2022, month, 4, tzinfo=UTC)) for month in (1, 7))
    assert january == pytest.approx(1 / 0.98327**2, abs=2e-4)
    assert july == pytest.approx(1 / 1.01673**2, abs=2e-4)


@given(ALL, st.floats(0, 1), st.floats(0.02, 1))
def test_reflectance_comes_back(name: str, rho: float, cos_sun: float) -> None:
    facts = band("S2B", name)
    seen = radiance(rho, facts, 0.98, cos_sun)
    assert reflectance(seen, facts, 0.98, cos_sun) == pytest.approx(rho, abs=1e-12)
    assert l1b_radiance(l1b_counts(seen, facts), facts) == pytest.approx(float(seen), abs=1e-9)
    one_more = reflectance(seen + 1 / facts.gain, facts, 0.98, cos_sun)
    assert one_more - rho == pytest.approx(quantisation_step(facts, 0.98, cos_sun))


def test_night_is_dark() -> None:
    assert radiance(0.5, BANDS["B02"], 1.0, -0.3) == 0


@given(st.floats(-0.2, 6.6))
def test_dn_comes_back_within_half_a_step_and_never_means_something_else(rho: float) -> None:
    dn = int(l1c_counts(rho))
    assert 0 < dn < 65535
    if -0.0999 <= rho <= 6.45:
        assert l1c_reflectance(dn) == pytest.approx(rho, abs=0.5001e-4)


def test_dn_of_a_known_reflectance() -> None:
    assert int(l1c_counts(0.25)) == 3500


@given(ALL, st.integers(1, 12), st.sampled_from([1, 2, 4, 8, 16]))
def test_response_gives_work_to_do_and_no_more(name: str, detector: int, scale: int) -> None:
    gain, dark = pixel_response(name, detector, scale)
    assert gain.shape == dark.shape == (BANDS[name].raw_columns(scale),)
    assert np.all((gain > 0.95) & (gain < 1.05))
    assert np.all((dark > 15) & (dark < 65))
    assert gain.std() > 2e-3 and dark.std() > 2


def test_responses_of_neighbours_and_detectors_differ() -> None:
    gain, dark = pixel_response("B03", 4)
    assert not np.any(gain[1:] == gain[:-1])
    assert not np.allclose(gain, pixel_response("B03", 5)[0])
    assert not np.allclose(dark, pixel_response("B04", 4)[1])


@given(ALL, st.integers(1, 12), st.floats(0, 3700))
def test_calibration_undoes_exposure_but_for_the_rounding(name: str, detector: int, signal: float) -> None:
    gain, dark = pixel_response(name, detector, 16)
    raw = expose(np.full(gain.shape, signal), gain, dark)
    assert np.abs((calibrate(raw, gain, dark) - signal) * gain).max() <= 0.5 + 1e-9


def test_exposure_stays_within_12_bits() -> None:
    gain, dark = np.ones(3), np.full(3, 50.0)
    assert expose(np.array([-200.0, 0.0, 9000.0]), gain, dark).tolist() == [0, 50, FULL_SCALE]
