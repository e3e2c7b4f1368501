"""Names, labels and meanings of the figures: pure, from what was seen to Prometheus' metric families.

No label holds the name of a datastrip or a vDS, so that the number of series does not grow with the work
done: it is about 30 per IPF and 10 per stage.
"""

from collections.abc import Iterator
from typing import Any

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.utils import floatToGoString

from batch.ledger import State
from batch.metrics.read import Seen
from batch.metrics.tally import ATTEMPTS, BOUNDS_S, BUCKET, FAILURES, RETRIES, SECONDS
from batch.stage.health import STALE_S

STATES = [str(state) for state in State]


def families(seen: Seen) -> Iterator[Metric]:
    """All figures of the ledger."""
    yield from work(seen)
    yield from attempts(seen)
    yield from stages(seen)


def gauge(name: str, text: str, value: float) -> Metric:
    """A figure without labels."""
    return GaugeMetricFamily(name, text, value=value)


def work(seen: Seen) -> Iterator[Metric]:
    """What waits, goes on and is done."""
    for name, text, counts in (
        ("vds_datastrips", "Datastrips in the ledger by state.", seen.datastrips),
        ("vds_virtual_datastrips", "vDS in the ledger by state.", seen.vds),
        ("vds_assemblies", "Assemblies of datastrips in the ledger by state.", seen.assemblies),
    ):
        family = GaugeMetricFamily(name, text, labels=["state"])
        for state in STATES:
            family.add_metric([state], counts[state])
        yield family
    age = 0.0 if seen.oldest_queued is None else max(0.0, seen.now - seen.oldest_queued)
    yield gauge(
        "vds_oldest_waiting_seconds",
        "How long the vDS or assembly that waits longest has waited; 0: none.",
        age,
    )
    text = "Invocations under way (running) or waiting for a slot (ready) by IPF."
    family = GaugeMetricFamily("vds_invocations", text, labels=["ipf", "state"])
    known = {key[1] for key in seen.attempts}
    for ipf in sorted(known | set(seen.ready) | set(seen.running)):
        family.add_metric([ipf, "ready"], seen.ready[ipf])
        family.add_metric([ipf, "running"], seen.running[ipf])
    yield family
    text = "Celery messages that wait by queue; they only wake, so few may wait for long."
    family = GaugeMetricFamily("vds_messages", text, labels=["queue"])
    for queue, count in sorted(seen.messages.items()):
        family.add_metric([queue], count)
    yield family


def attempts(seen: Seen) -> Iterator[Metric]:
    """What attempts came to, since the ledger began."""
    counters = {
        ATTEMPTS: CounterMetricFamily(
            "vds_attempts", "Attempts that ended, by IPF and by how they ended.", labels=["ipf", "state"]
        ),
        FAILURES: CounterMetricFamily(
            "vds_failures", "Attempts that failed, by IPF and kind of reason.", labels=["ipf", "reason"]
        ),
        RETRIES: CounterMetricFamily(
            "vds_retries", "Attempts made because an earlier one failed or was lost.", labels=["ipf"]
        ),
    }
    for (kind, *labels), count in sorted(seen.attempts.items()):
        if kind in counters:
            counters[kind].add_metric(labels, count)
    yield from counters.values()
    text = "Duration of attempts that ended well, by IPF."
    family = HistogramMetricFamily("vds_ipf_seconds", text, labels=["ipf"])
    for ipf in sorted(key[1] for key in seen.attempts if key[0] == SECONDS):
        buckets, total = [], 0.0
        for index, bound in enumerate((*BOUNDS_S, float("inf"))):
            total += seen.attempts[BUCKET, ipf, str(index)]
            buckets.append((floatToGoString(bound), total))
        family.add_metric([ipf], buckets, sum_value=seen.attempts[SECONDS, ipf])
    yield family


def stages(seen: Seen) -> Iterator[Metric]:
    """What every stage says of itself; a stage that vanished is no more here."""
    for name, text, of in (
        ("beat_age_seconds", "Time since the stage was heard of.", lambda s: seen.now - s["beat"]),
        (
            "heard_age_seconds",
            "Time since it took a message from Celery; with free slots never more than a minute.",
            lambda s: seen.now - float(s["heard"]),
        ),
        ("draining", "1: it takes no new vDS.", lambda s: float(s.get("drain") == "1")),
        ("ending", "1: it was stopped on purpose.", lambda s: float(s.get("ending") == "1")),
        ("slots", "IPFs that it runs at once.", lambda s: float(s["slots"])),
        ("slots_used", "IPFs under way there.", lambda s: float(s["busy"])),
        ("held", "vDS that it holds.", lambda s: float(len(s["held"]))),
        ("scratch_free_bytes", "Free space of its scratch.", lambda s: 1e6 * float(s["free_mb"])),
        (
            "clock_skew_seconds",
            "How much its clock is ahead of the broker's.",
            lambda s: float(s["skew_ms"]) / 1000,
        ),
        (
            "share_usable",
            "1: it could read the shared storage lately; absent unless VDS_SHARED is set there.",
            lambda s: float(bool(s["shared_mark"]) and _look_age(s) < STALE_S) if s["shared"] else None,
        ),
    ):
        family = GaugeMetricFamily(f"vds_stage_{name}", text, labels=["stage"])
        for stage, told in sorted(seen.stages.items()):
            try:
                value = of(told)
            except (KeyError, ValueError):  # not told yet, or by an older version
                continue
            if value is not None:
                family.add_metric([stage], value)
        yield family


def _look_age(stage: dict[str, Any]) -> float:
    """Seconds from the last look at shared storage to the last beat; a lost server blocks the look only."""
    return float(stage["beat"]) - float(stage["shared_seen"])
