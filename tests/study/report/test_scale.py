"""Axes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.report.scale import Scale, around
from study.report.shapes import room_beside, spread

VALUES = st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=20)


@given(VALUES, st.booleans())
def test_all_values_are_on_the_axis_in_their_order(values: list[float], log: bool) -> None:
    scale = around(values, log=log)
    places = [scale.share(v) for v in sorted(values)]
    assert places == sorted(places) and all(0 <= p <= 1 for p in places)


@given(st.floats(1e-3, 1e5), st.floats(1.01, 1e4), st.booleans(), st.integers(3, 10))
def test_ticks_are_few_and_within(low: float, factor: float, log: bool, most: int) -> None:
    scale = Scale(low, low * factor, log)
    ticks = scale.ticks(most)
    assert len(ticks) <= most + 1 and ticks == sorted(set(ticks))
    assert all(low * 0.998 <= t <= low * factor * 1.002 for t in ticks)
    if not log or factor > 10:
        assert ticks


def test_an_axis_that_is_none_is_refused() -> None:
    for low, high, log in ((1, 1, False), (2, 1, False), (0, 1, True)):
        with pytest.raises(ValueError):
            Scale(low, high, log)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=6))
def test_labels_keep_their_distance(wanted: list[float]) -> None:
    places = spread(wanted, 14, 0, 100)
    apart = sorted(places)
    assert all(b - a >= 14 - 1e-9 for a, b in pairwise(apart))
    assert max(places) <= 100


def test_words_are_left_out_where_there_is_no_room() -> None:
    within = (0.0, 0.0, 100.0, 40.0)
    first = room_beside(50, 20, 30, [], within)
    assert first and room_beside(50, 20, 30, [first], within) not in (None, first)
    assert room_beside(50, 20, 30, [within], within) is None
