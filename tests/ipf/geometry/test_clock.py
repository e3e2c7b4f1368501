"""Time is exact, and a vDS differs from its DS by an integer number of rows only."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.errors import InputError
from ipf.geometry.clock import RowClock, gps_mjd, parse_gps_time

PERIOD = "1.5658736e-3"
EPOCH = "2022-10-11T06:40:16"


def written(seconds: Fraction) -> str:
    """A GPS time of 2022-10-11 with as many digits as it takes."""
    whole, rest = divmod(seconds, 1)
    minutes, second = divmod(whole, 60)
    return f"2022-10-11T{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}.{int(rest * 10**30):030d}"


def test_parse_is_exact() -> None:
    assert parse_gps_time("1980-01-06T00:00:00") == 0
    assert parse_gps_time("1980-01-07T00:00:01.1") == 86401 + Fraction(1, 10)
    assert parse_gps_time("2022-10-11T06:40:43.456979752") - parse_gps_time(EPOCH) == Fraction("27.456979752")


@pytest.mark.parametrize("text", ["", "2022-13-11T06:40:43", "yesterday", "2022-10-11 06:40:43"])
def test_parse_says_what_is_wrong(text: str) -> None:
    with pytest.raises(InputError, match="GPS time"):
        parse_gps_time(text)


def test_mjd() -> None:
    assert gps_mjd(Fraction(0)) == (44244, 0.0)
    assert gps_mjd(parse_gps_time("2022-10-11T12:00:00")) == (59863, 0.5)


@given(
    k=st.integers(0, 229),
    resolution=st.sampled_from([10, 20, 60]),
    scale=st.sampled_from([1, 2, 4, 8, 16]),
    start=st.decimals(24000, 24100, places=9),
    t=st.lists(st.floats(0, 900), min_size=1, max_size=20),
)
def test_vds_differs_by_whole_rows(
    k: int, resolution: int, scale: int, start: object, t: list[float]
) -> None:
    shift = k * 2304 * Fraction(PERIOD)
    ds = RowClock.of(written(Fraction(str(start))), PERIOD, resolution, scale, EPOCH)
    vds = RowClock.of(written(Fraction(str(start)) + shift), PERIOD, resolution, scale, EPOCH)
    rows = k * 23040 // (resolution * scale)
    assert (vds.first - ds.first, vds.fraction, vds.period) == (rows, ds.fraction, ds.period)
    row_ds, within_ds = ds.rows(t)
    row_vds, within_vds = vds.rows(t)
    np.testing.assert_array_equal(row_ds - rows, row_vds)
    np.testing.assert_array_equal(within_ds, within_vds)
    np.testing.assert_array_equal(ds.time(row_ds), vds.time(row_vds))


def test_rows_are_edge_based() -> None:
    clock = RowClock.of("2022-10-11T06:40:43.456979752", PERIOD, 60, 2, EPOCH)
    period = float(PERIOD) * 12
    assert clock.time(0, within=0.0) == pytest.approx(27.456979752, abs=1e-12)
    assert clock.time(0) == pytest.approx(27.456979752 + period / 2, abs=1e-12)
    row, within = clock.rows(clock.time(np.arange(-5, 300)))
    np.testing.assert_array_equal(row, np.arange(-5, 300))
    np.testing.assert_allclose(within, 0.5, atol=1e-9)
