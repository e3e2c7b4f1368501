"""The front, and hours to L1C."""

from hypothesis import given
from hypothesis import strategies as st

from study.report.sheets.tradeoff import Spot, front, hours_within
from study.simulate.model import Made, Outcome

SPOTS = st.lists(st.builds(Spot, st.integers(1, 9), st.integers(1, 9), st.booleans()), max_size=12)


@given(SPOTS)
def test_nothing_known_beats_the_front_and_all_else_is_beaten(spots: list[Spot]) -> None:
    found = front(spots)
    best = [s for s, f in zip(spots, found, strict=True) if f == 1]
    for spot, on in zip(spots, found, strict=True):
        assert (on is None) == (not spot.known)
        if on == 1:
            assert not any(b.hours < spot.hours and b.eur <= spot.eur for b in best)
        if on == 0:
            assert any(b.hours <= spot.hours and b.eur <= spot.eur for b in best)
    assert bool(best) == any(s.known for s in spots)


def test_hours_count_what_failed_and_not_what_is_too_short() -> None:
    made = [
        Made("a", 9, 0.0, 1800.0, 3600.0),
        Made("b", 9, 0.0, 3600.0, 7200.0),
        Made("c", 1, 0.0, 9.0, None, "too short"),
    ]
    outcome = Outcome(made=made)
    assert hours_within(outcome) == 2.0
    assert hours_within(outcome, 2.0) == 3.0  # 1 h until received, then twice an hour
    assert hours_within(outcome, share=0.5) == 1.0
    outcome.made.append(Made("d", 9, 0.0, 1.0, None, "failed"))
    assert hours_within(outcome) is None
