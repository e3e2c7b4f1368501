"""A worker's loop: claim, run, publish, finish, enqueue, claim the next, until there is nothing left."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

from batch.chain import Invocation
from batch.choreography import Event
from batch.config import Settings
from batch.ledger import Answer, Claim, Ledger, Settlement
from batch.ledger.model import RELEASED
from batch.runner.exitcode import STALE
from batch.runner.model import Runner
from batch.stage.attempt import Execute, Means, Result, run_attempt
from batch.stage.heartbeat import Heartbeat
from batch.stage.job import Job, Jobs

log = logging.getLogger(__name__)

#: What the stage was told: go on; end what is at hand and take no more.
GO, DRAIN = 0, 1


class Drain:
    """`wake` sends messages; `told` gives GO or DRAIN; `execute` runs one attempt."""

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        runner: Runner,
        wake: Callable[[dict[str, int]], None],
        told: Callable[[], int] = lambda: GO,
        execute: Execute = run_attempt,
    ) -> None:
        self.ledger, self.settings = ledger, settings
        self.wake, self.told, self.execute = wake, told, execute
        self.jobs = Jobs(ledger, settings)
        self.heart = Heartbeat(ledger)
        self.means = Means(runner, ledger.holder, self.heart.lost, self.heart.still_ours)

    def __call__(self) -> int:
        """Work until nothing is left; gives the number of attempts."""
        attempts = 0
        answer = self._step() if self.told() == GO else Answer()
        while True:
            self._send(answer)
            claim = answer.claim
            if claim is None:
                taken = self._take() if self.told() == GO else None
                if taken is None:
                    return attempts
                answer = taken
            elif self.told() != GO:
                answer = self._step(Settlement(claim, RELEASED, {}), claim=False)
            else:
                answer = self._perform(claim)
                attempts += 1

    def _perform(self, claim: Claim) -> Answer:
        job = self.jobs.open(claim.job, claim.epoch)
        with self.heart.of(claim):
            self._catch_up(job, claim)
            result = self.execute(job, claim, self.means)
        if not result.verdict.good:
            return self._failed(claim, result)
        event = Event(claim.key, result.announced)
        cursor = job.cursor
        fired = job.firing.apply(event)
        settle = Settlement(claim, result.verdict.state, result.record(), event.to_json(), cursor)
        answer = self._step(settle, job, fired)
        if answer.stale:
            log.warning("%s: attempt %d is stale, its output is dropped", claim.member, claim.attempt)
            self.jobs.forget(job)
            return answer
        more = job.hear(answer.events)
        if more:
            # Two workers ended at once, neither knew of the other: the later one fires what needed both.
            self._send(self._step(None, job, more, claim=False))
        if job.firing.complete:
            self._complete(job)
        return answer

    def _catch_up(self, job: Job, claim: Claim) -> None:
        """Another worker's event may have brought the unit into being (GET_TILE_LIST its tile): hear it."""
        unit = Invocation.parse(claim.key).unit
        if any(dimension not in job.firing.extents for dimension, _ in unit.pieces):
            fired = job.hear(self.jobs.view.log(job.name, job.cursor))
            if fired:
                self._send(self._step(None, job, fired, claim=False))

    def _failed(self, claim: Claim, result: Result) -> Answer:
        state = result.verdict.state
        reason = f"{claim.key}: {result.verdict.reason}"
        log.warning("%s, attempt %d: %s", claim.member, claim.attempt, result.verdict.reason)
        how = "FAILED" if state == STALE else state
        return self._step(
            Settlement(claim, how, result.record(), reason=reason, memory=result.verdict.memory)
        )

    def _complete(self, job: Job) -> None:
        self.wake(self.ledger.finish_job(job.name, job.epoch))
        if not self.settings.keep:
            remove(job.folder)

    def _take(self) -> Answer | None:
        """Take a vDS (or the assembly) and enqueue what fires first."""
        scratch = self.settings.scratch_dir
        scratch.mkdir(parents=True, exist_ok=True)
        free_mb = shutil.disk_usage(scratch).free / 1e6
        taken = self.ledger.take_job(self.settings.stage, self.settings.hold, free_mb)
        if taken is None:
            return None
        job = self.jobs.open(taken.job, taken.epoch)
        return self._step(None, job, job.firing.start())

    def _step(
        self,
        settle: Settlement | None = None,
        job: Job | None = None,
        fired: list[Invocation] | None = None,
        claim: bool = True,
    ) -> Answer:
        items = job.fired(fired) if job and fired else None
        return self.ledger.step(self.settings.stage, settle, items, claim and self.told() == GO)

    def _send(self, answer: Answer) -> None:
        if answer.wake:
            self.wake(answer.wake)


def remove(folder: Path) -> None:
    """Delete a scratch folder, out of the way first so that half of it is never taken for whole."""
    if folder.exists():
        gone = folder.with_name(f".gone.{folder.name}")
        shutil.rmtree(gone, ignore_errors=True)
        try:
            folder.replace(gone)
        except OSError:
            return
        shutil.rmtree(gone, ignore_errors=True)
