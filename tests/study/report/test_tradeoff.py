"""The front, and hours to L1C."""

from hypothesis import given
from hypothesis import strategies as st

from study.report.sheets.tradeoff import Spot, front, hours_within, spot
from study.simulate.model import Made, Outcome

SPOTS = st.lists(st.builds(Spot, st.integers(1, 9), st.integers(1, 9), st.booleans()), max_size=12)


@given(SPOTS)
def test_nothing_known_beats_the_front_and_all_else_is_beaten(spots: list[Spot]) -> None:
    found = front(spots)
    best = [s for s, f in zip(spots, found, strict=True) if f == 1]
    for one, on in zip(spots, found, strict=True):
        assert (on is None) == (not one.known)
        if on == 1:
            assert not any(b.hours < one.hours and b.eur <= one.eur for b in best)
        if on == 0:
            assert any(b.hours <= one.hours and b.eur <= one.eur for b in best)
    assert bool(best) == any(s.known for s in spots)


def test_seconds_bring_nobody_to_the_front() -> None:
    """Of what is printed as equally fast only the cheapest is on the front."""
    rows = [
        {"end": "known", "eur_at_least": 0, "hours": hours, "eur": eur}
        for hours, eur in ((2.0300, 12.0), (2.0302, 10.0), (2.0300, 10.0), (2.1, 9.0), (1.9, 30.0))
    ]
    assert front([spot(r) for r in rows]) == [0, 1, 1, 1, 1]
    assert front([spot({**rows[0], "eur_at_least": 1}), spot({**rows[1], "end": "fastest"})]) == [None, None]


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
