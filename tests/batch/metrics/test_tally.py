from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.metrics.tally import (
    ATTEMPTS,
    BOUNDS_S,
    BUCKET,
    ENDS,
    FAILURES,
    RETRIES,
    SECONDS,
    bucket,
    reason,
    tally,
)


def attempt(state: str, key: str = "A/x", job: str = "v01", epoch: int = 1, **more: Any) -> dict[str, Any]:
    return {"job": job, "epoch": epoch, "key": key, "state": state, **more}


def test_a_first_failure_was_a_zero_before() -> None:
    before = tally([attempt("RUNNING")])
    assert before[FAILURES, "A", "exit"] == 0 and (FAILURES, "A", "exit") in before
    assert tally([attempt("FAILED", exit=200)])[FAILURES, "A", "exit"] == 1


def test_a_lost_lease_is_no_failure_of_the_ipf_whichever_way_it_was_noticed() -> None:
    found = tally([attempt("LOST"), attempt("STALE", job="v02")])
    assert found[ATTEMPTS, "A", "LOST"] == 2
    assert not any(count for key, count in found.items() if key[0] == FAILURES)


def test_a_retry_follows_a_failure_of_the_same_invocation_in_the_same_start() -> None:
    failed = attempt("FAILED", exit=128)
    assert tally([failed, attempt("RUNNING")])[RETRIES, "A"] == 1
    assert tally([failed, attempt("DONE", job="v02")])[RETRIES, "A"] == 0
    assert tally([failed, attempt("DONE", epoch=2)])[RETRIES, "A"] == 0
    assert tally([attempt("RELEASED"), attempt("DONE")])[RETRIES, "A"] == 0, "stopped on purpose"


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"state": "TIMEOUT", "exit": -9}, "timeout"),
        (
            {"state": "FAILED", "exit": 137, "reason": "exit code 137: killed, most likely out of memory"},
            "memory",
        ),
        (
            {"state": "FAILED", "exit": 0, "reason": "exit code 0: killed, most likely out of memory"},
            "memory",
        ),
        ({"state": "FAILED", "exit": 200, "reason": "exit code 200\nthe disk is out of memory"}, "exit"),
        ({"state": "FAILED", "exit": 1, "reason": "exit code 1, but no PDI_DS"}, "output"),
        ({"state": "FAILED", "exit": -1, "reason": "OSError: full"}, "stage"),
    ],
)
def test_reasons(record: dict[str, Any], expected: str) -> None:
    assert reason(record) == expected


@given(st.lists(st.tuples(st.sampled_from([*ENDS, "RUNNING", "STALE"]), st.floats(0, 1e6)), max_size=30))
def test_nothing_is_counted_twice_and_durations_are_of_what_ended_well(ends: list[tuple[str, float]]) -> None:
    found = tally(attempt(state, wall_s=seconds) for state, seconds in ends)
    ended = [state for state, _ in ends if state != "RUNNING"]
    good = [seconds for state, seconds in ends if state in ("DONE", "WARNING")]
    assert sum(count for key, count in found.items() if key[0] == ATTEMPTS) == len(ended)
    assert sum(count for key, count in found.items() if key[0] == BUCKET) == len(good)
    assert found[SECONDS, "A"] == pytest.approx(sum(good))


@given(st.floats(0, 1e7))
def test_a_bucket_is_the_first_that_is_large_enough(seconds: float) -> None:
    index = bucket(seconds)
    assert index == len(BOUNDS_S) or seconds <= BOUNDS_S[index]
    assert index == 0 or seconds > BOUNDS_S[index - 1]


def test_the_number_of_series_does_not_grow_with_the_work() -> None:
    few = tally([attempt("DONE")])
    many = tally(attempt(s, key=f"A/band={i}", job=f"v{i}", reason=str(i)) for i in range(200) for s in ENDS)
    assert few.keys() == many.keys()
