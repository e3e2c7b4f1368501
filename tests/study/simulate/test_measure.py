"""Timeliness, load and cost of an outcome that is known."""

import pytest

from study.price.items import per_hour
from study.simulate.measure import cost, load, per_datastrip, timeliness
from study.simulate.model import Made, Outcome, Platform
from tests.study.price.stacks import figure, stack

HOUR = 3600.0


def outcome() -> Outcome:
    made = [
        Made("a", 20, 0.0, HOUR, 2 * HOUR),
        Made("b", 20, 0.0, HOUR, 4 * HOUR),
        Made("c", 20, 0.0, HOUR, 30 * HOUR),
        Made("d", 20, 0.0, HOUR, None, "lost"),
        Made("e", 2, 0.0, HOUR, None, "too short"),
    ]
    return Outcome(
        made, stages=[(0.0, 10 * HOUR), (0.0, 10 * HOUR), (5 * HOUR, 7.5 * HOUR)], end=10 * HOUR,
        stage_busy_s=9 * HOUR, work_s=36 * HOUR, waiting={0: 9 * HOUR, 3: HOUR},
    )  # fmt: skip


def test_timeliness_counts_failures_but_not_the_too_short() -> None:
    found = timeliness(outcome())
    assert found["within"] == {"3h": 0.25, "24h": 0.5}
    assert (found["done"], found["failed"], found["too_short"]) == (3, 1, 1)
    assert found["hours_since_sensing"]["p50"] == 4.0
    assert found["hours_since_l0c"]["max"] == 29.0


def test_load() -> None:
    found = load(outcome(), Platform(stages=2, slots=16))
    assert found["stage_utilisation"] == pytest.approx(9 / 22.5)
    assert found["slot_utilisation"] == pytest.approx(36 / (22.5 * 16))
    assert found["waiting_vds"] == {"mean": pytest.approx(0.3), "p95": 3, "most": 3}


def test_cost_is_the_sum_over_machines() -> None:
    found = cost(outcome(), Platform(stages=2, slots=16), stack(), "large")
    rest = per_hour(stack(), "hour", 0).known * 10
    volumes = 22.5 * (73 + 365) * 0.1 / 730
    assert found["hour"].known == pytest.approx((10 + 10 + 3) * 1.0 + rest + volumes)
    # committed: two stages for 10 h, and the 3 started hours of the third by the hour
    rest_year = per_hour(stack(), "year", 0).known * 10
    assert found["year"].known == pytest.approx(2 * 10 * 292 / 730 + 3 * 1.0 + rest_year + volumes)
    assert per_datastrip(found["hour"], outcome()).known == pytest.approx(found["hour"].known / 3)


def test_an_unknown_price_makes_the_cost_a_lower_bound() -> None:
    found = cost(outcome(), Platform(stages=2), stack({"price.router_hour": figure(None)}), "large")
    assert not found["hour"].complete and found["hour"].known > 0
