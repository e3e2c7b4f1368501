"""Jobs that share something."""

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from study.simulate.shared import Shared


def ends(jobs: list[tuple[float, float]], capacity: float, each: float) -> list[float]:
    """When jobs (start, units) end on a link of so many units per second."""
    env = simpy.Environment()
    link = Shared(env, lambda _, n: min(each, capacity / n))
    found = [0.0] * len(jobs)

    def one(number: int, start: float, units: float):  # type: ignore[no-untyped-def]
        yield env.timeout(start)
        assert (yield link.run(units))
        found[number] = env.now

    for number, job in enumerate(jobs):
        env.process(one(number, *job))
    env.run()
    assert link.units == pytest.approx(sum(u for _, u in jobs))
    return found


def test_alone_each_is_limited_by_itself() -> None:
    assert ends([(0, 10)], 100, 2) == [5]


def test_two_share_equally_and_the_rest_is_the_others() -> None:
    # 10 units/s: 20 are done at 2 s, then 5 each until the second ends at 4 s; the first has 10 left.
    assert ends([(0, 40), (2, 10)], 10, 10) == pytest.approx([5, 4])


jobs = st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 100)), min_size=1, max_size=8)


@given(jobs, st.floats(0.5, 20), st.floats(0.5, 20))
def test_no_job_beats_its_limit_and_the_link_is_never_idle_without_cause(
    some: list[tuple[float, float]], capacity: float, each: float
) -> None:
    found = ends(some, capacity, each)
    for (start, units), end in zip(some, found, strict=True):
        assert end >= start + units / min(each, capacity) - 1e-5
    total = sum(u for _, u in some)
    assert max(found) >= total / capacity - 1e-5
    slowest = min(each, capacity / len(some))
    assert (
        max(found) <= max(s for s, _ in some) + total / min(capacity, slowest * len(some)) * len(some) + 1e-5
    )


def test_aborted_jobs_end_undone() -> None:
    env = simpy.Environment()
    slots = Shared(env, lambda _, n: 1.0 / n)
    seen = []

    def one():  # type: ignore[no-untyped-def]
        seen.append(((yield slots.run(10.0)), env.now))

    def end():  # type: ignore[no-untyped-def]
        yield env.timeout(3)
        slots.abort()

    env.process(one())
    env.process(end())
    env.run()
    assert seen == [(False, 3)]
    assert slots.busy_s == 3
