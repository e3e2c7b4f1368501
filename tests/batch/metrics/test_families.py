import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from batch.ledger.acl import monitor_rules
from batch.metrics.families import families
from batch.metrics.read import Seen
from batch.metrics.tally import tally

PAGE = Path(__file__).resolve().parents[3] / "docs/monitoring.md"
STAGE = {
    "beat": 990.0, "heard": "970.5", "slots": "16", "busy": 4, "held": ["DS/v01"],
    "free_mb": "1500", "skew_ms": "-20", "ending": "", "drain": "1",
    "shared": "/srv/vds", "shared_mark": "m", "shared_seen": "980",
}  # fmt: skip


def seen(**changes: Any) -> Seen:
    attempts = [
        {"job": "v01", "epoch": 1, "key": "A/", "state": "FAILED", "exit": 130, "reason": ""},
        {"job": "v01", "epoch": 1, "key": "A/", "state": "DONE", "wall_s": 2.5},
        {"job": "v01", "epoch": 1, "key": "A/b", "state": "DONE", "wall_s": 99999.0},
    ]
    base: dict[str, Any] = {
        "now": 1000.0, "datastrips": Counter(RUNNING=1), "vds": Counter(RUNNING=1, PENDING=2),
        "assemblies": Counter(), "oldest_queued": 400.0,
        "ready": Counter(A=3), "running": Counter(B=1), "attempts": tally(attempts),
        "stages": {"n1": STAGE}, "messages": {"vds": 2},
    }  # fmt: skip
    return Seen(**{**base, **changes})


def samples(what: Seen) -> dict[str, float]:
    """`name{a="b"}` → value."""
    found = {}
    for family in families(what):
        for s in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(s.labels.items()))
            found[f"{s.name}{{{labels}}}"] = s.value
    return found


def test_every_state_is_there_even_at_zero() -> None:
    found = samples(seen())
    assert found["vds_virtual_datastrips{state=PENDING}"] == 2
    assert found["vds_virtual_datastrips{state=FAILED}"] == 0
    assert found["vds_datastrips{state=RUNNING}"] == 1


@pytest.mark.parametrize(("queued", "age"), [(400.0, 600.0), (None, 0.0), (1000.2, 0.0)])
def test_age_of_the_queue(queued: float | None, age: float) -> None:
    assert samples(seen(oldest_queued=queued))["vds_oldest_waiting_seconds{}"] == age


def test_invocations_of_ipfs_that_have_no_attempt_yet_are_there() -> None:
    found = samples(seen())
    assert found["vds_invocations{ipf=A,state=ready}"] == 3
    assert found["vds_invocations{ipf=B,state=running}"] == 1
    assert found["vds_invocations{ipf=B,state=ready}"] == 0


def test_attempts_failures_retries_and_durations() -> None:
    found = samples(seen())
    assert found["vds_attempts_total{ipf=A,state=DONE}"] == 2
    assert found["vds_failures_total{ipf=A,reason=exit}"] == found["vds_retries_total{ipf=A}"] == 1
    assert found["vds_ipf_seconds_bucket{ipf=A,le=1.0}"] == 0
    assert (
        found["vds_ipf_seconds_bucket{ipf=A,le=3.0}"]
        == found["vds_ipf_seconds_bucket{ipf=A,le=10800.0}"]
        == 1
    )
    assert found["vds_ipf_seconds_bucket{ipf=A,le=+Inf}"] == found["vds_ipf_seconds_count{ipf=A}"] == 2
    assert found["vds_ipf_seconds_sum{ipf=A}"] == 100001.5


def test_a_stage() -> None:
    found = {
        k.removeprefix("vds_stage_").partition("{")[0]: v
        for k, v in samples(seen()).items()
        if "stage=n1" in k
    }
    assert found == {
        "beat_age_seconds": 10, "heard_age_seconds": 29.5, "draining": 1, "ending": 0, "slots": 16,
        "slots_used": 4, "held": 1, "scratch_free_bytes": 1.5e9, "clock_skew_seconds": -0.02,
        "share_usable": 1,
    }  # fmt: skip


def test_what_a_stage_has_not_told_is_absent_and_the_rest_is_there() -> None:
    found = samples(seen(stages={"n1": {"beat": 990.0, "held": [], "busy": 0, "drain": "1"}}))
    of_stage = {name for name in found if name.startswith("vds_stage_")}
    assert of_stage == {
        f"vds_stage_{n}{{stage=n1}}" for n in ("beat_age_seconds", "draining", "ending", "slots_used", "held")
    }


@pytest.mark.parametrize("change", [{"shared_mark": ""}, {"shared_seen": "700"}])
def test_shared_storage_that_cannot_be_read_is_not_usable(change: dict[str, str]) -> None:
    assert samples(seen(stages={"n1": {**STAGE, **change}}))["vds_stage_share_usable{stage=n1}"] == 0


def test_every_figure_is_explained_in_the_documentation() -> None:
    explained = set(re.findall(r"`(vds_\w+)", PAGE.read_text()))
    names = {f.name + ("_total" if f.type == "counter" else "") for f in families(seen())}
    more = {
        "vds_ledger_up",
        "vds_ledger_read_seconds",
        "vds_cost_rate_euros_per_hour",
        "vds_broker_certificate_end_seconds",
    }
    assert names | more <= explained


def test_the_rights_of_monitoring_are_documented_as_they_are() -> None:
    assert monitor_rules() in " ".join(PAGE.read_text().split())
