"""One look at the ledger, for all of its figures. Times go by the broker's clock."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from batch.ledger import ASSEMBLY, View
from batch.ledger.view import state_of
from batch.metrics.tally import Tally, ipf_of, tally
from batch.stage.wake import VDS, stage_queue


@dataclass(frozen=True)
class Seen:
    """What was seen at `now` (s since 1970).

    How many datastrips, vDS and assemblies are in each state; when the job that waits longest was queued
    (s since 1970; None: nothing waits); invocations that are ready and under way, by IPF; sums over all
    attempts; the stages as `View.stages` gives them; messages that wait, by queue.
    """

    now: float
    datastrips: Counter[str]
    vds: Counter[str]
    assemblies: Counter[str]
    oldest_queued: float | None
    ready: Counter[str]
    running: Counter[str]
    attempts: Tally
    stages: dict[str, dict[str, Any]]
    messages: dict[str, int]


@dataclass(frozen=True)
class _Datastrip:
    fields: dict[str, str]
    state: str
    jobs: list[dict[str, Any]]
    attempts: Tally

    @property
    def ended(self) -> bool:
        """Nothing of it changes any more, unless `resubmit` or `submit --replace` change its fields."""
        return "finished" in self.fields or self.fields.get("cancelled") == "1"


class Reader:
    """Looks again and again; what has ended is read once.

    A datastrip that was replaced has lost its old attempts. They stay counted, since a counter that falls is
    taken for one that began anew at 0, and what others have counted would be added once more.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        self._known: dict[str, _Datastrip] = {}
        self._replaced: Tally = Counter()

    def read(self) -> Seen:
        """Redis' errors are passed on."""
        names = self.view.datastrips()
        for name in names:
            self._look_at(name)
        jobs = [job for name in names for job in self._known[name].jobs]
        stages = self.view.stages()
        attempts = Counter(self._replaced)
        for name in names:
            attempts.update(self._known[name].attempts)
        waiting = [job["queued"] for job in jobs if job["state"] == "PENDING" and "queued" in job]
        ready = (member for stage in [*stages, "any"] for member in self.view.ready(stage))
        return Seen(
            now=self.view.now(),
            datastrips=Counter(self._known[name].state for name in names),
            vds=Counter(job["state"] for job in jobs if job["id"] != ASSEMBLY),
            assemblies=Counter(job["state"] for job in jobs if job["id"] == ASSEMBLY),
            oldest_queued=min(waiting, default=None),
            ready=_by_ipf(ready),
            running=_by_ipf(self.view.under_way()),
            attempts=attempts,
            stages=stages,
            messages={q: self.view.messages(q) for q in (VDS, *map(stage_queue, stages))},
        )

    def _look_at(self, name: str) -> None:
        fields, known = self.view.fields(name), self._known.get(name)
        if known and known.ended and known.fields == fields:
            return
        if known and known.fields.get("submitted") != fields.get("submitted"):
            self._replaced.update(known.attempts)
        jobs = self.view.jobs(name)
        state = state_of(json.loads(fields["record"]), jobs, fields.get("cancelled") == "1")
        self._known[name] = _Datastrip(fields, str(state), jobs, tally(self.view.attempts(name)))


def _by_ipf(members: Any) -> Counter[str]:
    """`<job>|<epoch>|<key>` → how many of each IPF."""
    return Counter(ipf_of(member.split("|", 2)[2]) for member in members)
