"""The scheduler keeps to the firing rule and to its slots."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.chain import extents_of, load_chain, with_partitions
from batch.choreography import invocations
from study.simulate.schedule import schedule

CHAIN = with_partitions(load_chain(), {"detector": 2, "band": 2})
TILES = ("a", "b", "c")
EXTENTS = extents_of(CHAIN, 8)
COUNT = len(invocations(CHAIN, "vds", {**EXTENTS, "tile": TILES}))


def one_second(_: object) -> float:
    return 1.0


def test_one_slot_takes_the_sum() -> None:
    done = schedule(CHAIN, "vds", EXTENTS, TILES, one_second, 1)
    assert done.makespan == done.work == done.attempts == COUNT


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40), st.integers(1, 3), st.integers(0, 99))
def test_bounds_and_completeness(slots: int, copies: int, seed: int) -> None:
    def seconds(invocation: object) -> float:
        return 1.0 + (hash((str(invocation), seed)) % 7)

    done = schedule(CHAIN, "vds", EXTENTS, TILES, seconds, slots, copies)
    assert done.attempts == copies * COUNT
    assert sorted(key for _, key in done.ends) == sorted(
        v.key for v in invocations(CHAIN, "vds", {**EXTENTS, "tile": TILES}) for _ in range(copies)
    )
    endless = schedule(CHAIN, "vds", EXTENTS, TILES, seconds, 10_000)
    assert done.makespan >= max(endless.makespan, done.work / slots) - 1e-9
    # Graham's bound for list schedules
    assert done.makespan <= endless.makespan + done.work / slots + 1e-9


def test_failures_are_made_again_up_to_the_cap() -> None:
    always = schedule(CHAIN, "vds", EXTENTS, TILES, one_second, 1, fails=lambda: True, cap=3)
    assert always.attempts == 3 * COUNT
    assert always.makespan == pytest.approx(always.work)
