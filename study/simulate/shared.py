"""What several jobs use at once: each gets on by a rate that depends on how many there are."""

from collections.abc import Callable
from dataclasses import dataclass

import simpy


@dataclass(slots=True, eq=False)
class _Job:
    left: float
    key: float
    done: simpy.Event


class Shared:
    """A link, or the slots of a stage. `rate(key, n)`: units per second of a job if there are `n`.

    `run(units, key)` gives an event: True when the units are done, False when they were aborted.
    """

    def __init__(self, env: simpy.Environment, rate: Callable[[float, int], float]) -> None:
        self.env = env
        self.rate = rate
        self.jobs: list[_Job] = []
        #: Seconds during which there was a job, and units done.
        self.busy_s = 0.0
        self.units = 0.0
        self._at = 0.0
        self._turn = 0

    def run(self, units: float, key: float = 0.0) -> simpy.Event:
        """Begin a job."""
        self._advance()
        job = _Job(units, key, self.env.event())
        self.jobs.append(job)
        self._plan()
        return job.done

    def abort(self) -> None:
        """End all jobs, undone."""
        self._advance()
        for job in self.jobs:
            job.done.succeed(False)
        self.jobs.clear()
        self._turn += 1

    def _advance(self) -> None:
        now = self.env.now
        passed = now - self._at
        self._at = now
        if not self.jobs or not passed:
            return
        self.busy_s += passed
        n = len(self.jobs)
        for job in self.jobs:
            step = min(job.left, passed * self.rate(job.key, n))
            job.left -= step
            self.units += step

    def _plan(self) -> None:
        """Wake up when the first job ends, unless jobs come or go before."""
        self._turn += 1
        if not self.jobs:
            return
        n, turn = len(self.jobs), self._turn
        wait = min(job.left / self.rate(job.key, n) for job in self.jobs)
        timeout = self.env.timeout(max(wait, 0.0))
        assert timeout.callbacks is not None
        timeout.callbacks.append(lambda _: self._wake(turn))

    def _wake(self, turn: int) -> None:
        if turn != self._turn:
            return
        self._advance()
        n = len(self.jobs)
        # A remainder that would take less than a microsecond is rounding.
        ended = [j for j in self.jobs if j.left <= 1e-6 * self.rate(j.key, n)]
        self.jobs = [j for j in self.jobs if j not in ended]
        for job in ended:
            job.done.succeed(True)
        self._plan()
