"""Sums with unknown parts never claim more than is known."""

from hypothesis import given
from hypothesis import strategies as st

from infra.settings.model import Figure
from study.price.bounds import Bounds, total


def known(value: float, low: float | None = None, high: float | None = None) -> Figure:
    return Figure(value=value, status="list", source="s", low=low, high=high)


UNKNOWN = Figure(value=None, status="unknown", source="s")


def test_unknown_is_not_zero() -> None:
    whole = Bounds.of(known(2.0)) + Bounds.of(UNKNOWN)
    assert whole.document() == {"value": 2.0, "at_least": True, "low": 2.0, "high": None}
    assert str(whole) == "≥ 2.00"
    assert str(Bounds.of(UNKNOWN)) == "unknown"
    assert Bounds.of(UNKNOWN).document()["value"] is None


def test_nothing_of_an_unknown_price_is_nothing() -> None:
    assert Bounds.of(UNKNOWN, 0.0) == Bounds()


def test_an_unknown_with_bounds_widens_the_whole() -> None:
    whole = Bounds.of(known(2.0)) + Bounds.of(Figure(value=None, status="unknown", source="s", low=1, high=3))
    assert (whole.low, whole.high, whole.complete) == (3.0, 5.0, False)


figures = st.one_of(
    st.just(UNKNOWN),
    st.tuples(st.floats(0, 1e3), st.floats(0, 10), st.floats(0, 10)).map(
        lambda t: known(t[0], max(0.0, t[0] - t[1]), t[0] + t[2])
    ),
)


@given(st.lists(st.tuples(figures, st.floats(0.1, 1e3)), max_size=8))
def test_the_sum_lies_within_its_bounds(parts: list[tuple[Figure, float]]) -> None:
    whole = total(Bounds.of(f, n) for f, n in parts)
    assert whole.complete == all(f.value is not None for f, _ in parts)
    assert whole.low <= whole.known * (1 + 1e-9)
    assert (whole.high is None) == any(f.value is None for f, _ in parts)
    if whole.high is not None:
        assert whole.known <= whole.high * (1 + 1e-9)
