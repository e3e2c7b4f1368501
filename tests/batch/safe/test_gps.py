from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.errors import InputError
from batch.safe.gps import gps_seconds, gps_text, parse_utc, shift, utc_of, utc_text

SCENE = Decimal("3.6077727744")
times = st.builds(
    lambda whole, digits: whole.isoformat() + (f".{digits}" if digits else ""),
    st.datetimes(datetime(2015, 1, 1), datetime(2040, 1, 1)).map(lambda t: t.replace(microsecond=0)),
    st.text("0123456789", max_size=14),
)


@given(times)
def test_text_and_seconds_are_the_same_thing(text: str) -> None:
    assert gps_text(gps_seconds(text)) == text


@given(times, st.integers(1, 400), st.integers(1, 400))
def test_shifts_add_up_exactly(text: str, first: int, second: int) -> None:
    assert shift(shift(text, first * SCENE), second * SCENE) == shift(text, (first + second) * SCENE)


@given(times, st.integers(0, 400))
def test_a_shift_goes_back(text: str, scenes: int) -> None:
    there_and_back = shift(shift(text, scenes * SCENE), -scenes * SCENE)
    assert gps_seconds(there_and_back) == gps_seconds(text)


def test_no_shift_changes_nothing() -> None:
    assert shift("2022-10-11T06:40:43.4569797520", 0 * SCENE) == "2022-10-11T06:40:43.4569797520"


def test_known_times() -> None:
    assert gps_seconds("1980-01-06T00:00:00") == 0
    assert gps_seconds("2022-10-11T06:40:43.456979752") == Decimal("1349505643.456979752")
    assert shift("2022-12-31T23:59:58.5", Decimal("1.5")) == "2023-01-01T00:00:00.0"
    start = utc_of(gps_seconds("2022-10-11T06:40:43.456979752"), 18)
    assert utc_text(start) == "2022-10-11T06:40:25.456Z"
    assert parse_utc("2022-10-11T06:40:25.456Z") == start == datetime(2022, 10, 11, 6, 40, 25, 456000, UTC)


@pytest.mark.parametrize("text", ["", "2022-10-11", "2022-10-11T06:40:43Z", "2022-13-11T06:40:43", "x"])
def test_what_is_not_a_gps_time(text: str) -> None:
    with pytest.raises(InputError, match="is not a GPS_TIME"):
        gps_seconds(text)


@pytest.mark.parametrize("text", ["", "2022-10-11T06:40:43", "now"])
def test_what_is_not_utc(text: str) -> None:
    with pytest.raises(InputError, match="is not a UTC time"):
        parse_utc(text)
