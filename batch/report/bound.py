"""The time that no schedule of the measured attempts can beat: critical path, or all work ÷ slots."""

import heapq
from collections.abc import Mapping
from typing import Any

from batch.chain import Chain, extents_of
from batch.choreography import Event, Firing
from batch.ledger import ASSEMBLY
from batch.runner.exitcode import DONE, WARNING


def bound_s(critical_s: float, work_s: float, slots: int) -> float:
    """The larger of both."""
    return max(critical_s, work_s / max(1, slots))


def critical_path_s(
    chain: Chain,
    jobs: list[dict[str, Any]],
    logs: Mapping[str, list[str]],
    attempts: list[dict[str, Any]],
    scenes: int,
) -> float:
    """Seconds of the longest path: that of the slowest vDS, then that of the assembly.

    `jobs` and `attempts` as `View` gives them; `logs` maps a job's id to its events. What was not measured
    (it has not run yet) counts nothing.
    """
    times: dict[str, dict[str, float]] = {}
    for attempt in attempts:
        if attempt["state"] in (DONE, WARNING):
            times.setdefault(attempt["job"], {})[attempt["key"]] = float(attempt.get("wall_s", 0.0))
    paths = {
        job["id"]: unlimited_s(
            Firing(
                chain,
                "datastrip" if job["id"] == ASSEMBLY else "vds",
                extents_of(chain, int(job.get("scenes") or scenes)),
            ),
            times.get(job["id"], {}),
            announced(logs.get(job["id"], [])),
        )
        for job in jobs
    }
    assembly = paths.pop(ASSEMBLY, 0.0)
    return max(paths.values(), default=0.0) + assembly


def announced(log: list[str]) -> dict[str, Event]:
    """Events that made an extent known, by key."""
    events = (Event.from_json(text) for text in log)
    return {e.key: e for e in events if e.announced}


def unlimited_s(firing: Firing, times: Mapping[str, float], events: Mapping[str, Event]) -> float:
    """When the last measured invocation would end with a slot for each that fires: the critical path."""
    running = [(times[i.key], i.key) for i in firing.start() if i.key in times]
    heapq.heapify(running)
    now = 0.0
    while running:
        now, key = heapq.heappop(running)
        for fired in firing.apply(events.get(key) or Event(key)):
            if fired.key in times:
                heapq.heappush(running, (now + times[fired.key], fired.key))
    return now
