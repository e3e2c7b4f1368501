"""The system as processes of SimPy: arrival, cut, stages, assembly; fixed or elastic number of stages.

The same cut (`batch.plan.cut`) and the same firing rule (through `Service`) as in production; a free place
takes the vDS that has waited longest. What a stage holds when it vanishes goes back to the head of the queue.
"""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
import simpy

from batch.errors import InputError
from batch.plan.cut import MINIMUM, cut
from batch.plan.forecast import tiles_of
from study.simulate.model import (
    L0C_FIXED_S,
    L0C_MB,
    L0C_PER_SCENE_S,
    TILE_MB,
    TILES_PER_CUT,
    Arrival,
    Made,
    Outcome,
    Platform,
)
from study.simulate.service import Service
from study.simulate.shared import Shared
from study.simulate.stage import Stage, make_stage

Process = Generator[simpy.Event, Any, None]
_MB_PER_GBIT = 125.0


@dataclass(eq=False)
class _Job:
    """A vDS (number from 0) or the assembly (`vds` None) of a datastrip."""

    strip: "_Strip"
    vds: int | None
    scenes: int
    attempts: int = 0


@dataclass(eq=False)
class _Strip:
    arrival: Arrival
    ready: float
    cuts: int
    left: int
    failed: bool = False


class System:
    """One run: `System(...).run()`."""

    def __init__(
        self,
        arrivals: Sequence[Arrival],
        platform: Platform,
        service: Service,
        progress: Callable[[float], None] = lambda done: None,
    ) -> None:
        if platform.scenes <= platform.overlap or platform.scenes < MINIMUM:
            raise InputError(
                f"vDS of {platform.scenes} scenes that overlap by {platform.overlap}: more scenes than "
                f"overlap, and at least {MINIMUM}, were expected; raise --scenes"
            )
        self.env = simpy.Environment()
        self.arrivals, self.platform, self.service, self.progress = arrivals, platform, service, progress
        self.random = np.random.default_rng(platform.seed)
        self.outcome = Outcome()
        self.queue: deque[_Job] = deque()
        self.stages: list[Stage] = []
        self.booting = 0
        self.open = 0
        self.storage = Shared(self.env, self._share(platform.storage, platform.nic))
        self.ingest = Shared(self.env, self._share(platform.ingest, inf))
        self._queued_at = 0.0
        self._impatient = False

    def run(self) -> Outcome:
        """Until every datastrip has ended."""
        for _ in range(self.platform.stages):
            self._join()
        arrived = self.env.process(self._source())
        self.env.run(arrived)
        while self.open:
            self.env.step()
        out = self.outcome
        self._count_waiting()
        out.end = self.env.now
        for stage in self.stages:
            self._leave(stage)
        return out

    # ---- what comes in

    def _source(self) -> Process:
        for number, arrival in enumerate(self.arrivals):
            prepared = arrival.received + L0C_FIXED_S + L0C_PER_SCENE_S * arrival.scenes
            if arrival.scenes < MINIMUM:
                self.outcome.made.append(
                    Made(arrival.name, arrival.scenes, arrival.sensed, prepared, None, "too short")
                )
                continue
            if arrival.received > self.env.now:
                yield self.env.timeout(arrival.received - self.env.now)
            self.open += 1
            self.env.process(self._arrive(arrival, prepared))
            if not number % 64:
                self.progress(number / len(self.arrivals))

    def _arrive(self, arrival: Arrival, prepared: float) -> Process:
        yield self.env.timeout(max(0.0, prepared - self.env.now))
        megabytes = arrival.scenes * L0C_MB
        yield self.ingest.run(megabytes)
        self.outcome.in_mb += megabytes
        cuts = cut([arrival.scenes], self.platform.scenes, self.platform.overlap)
        strip = _Strip(arrival, self.env.now, len(cuts), len(cuts))
        self.outcome.vds += len(cuts)
        self._enqueue([_Job(strip, n, c.scenes) for n, c in enumerate(cuts)])

    # ---- the queue

    def _enqueue(self, jobs: list[_Job], first: bool = False) -> None:
        self._count_waiting()
        if first:
            self.queue.extendleft(reversed(jobs))
        else:
            self.queue.extend(jobs)
        self._dispatch()
        if self.queue and self.platform.elastic and not self._impatient:
            self._impatient = True
            self.env.process(self._grow())

    def _dispatch(self) -> None:
        """Give what waits to free places, the emptiest stage first."""
        while self.queue:
            stage = min(self.stages, key=lambda s: s.held, default=None)
            if stage is None or stage.held >= self.platform.hold:
                return
            self._count_waiting()
            stage.held += 1
            self.env.process(self._work(self.queue.popleft(), stage))

    def _count_waiting(self) -> None:
        passed = self.env.now - self._queued_at
        self._queued_at = self.env.now
        if passed:
            length = len(self.queue)
            self.outcome.waiting[length] = self.outcome.waiting.get(length, 0.0) + passed

    # ---- the stages

    def _work(self, job: _Job, stage: Stage) -> Process:
        job.attempts += 1
        tiles = tiles_of(job.scenes)
        if job.vds is None:
            seconds = self._assembly_seconds(job.strip)
            done = yield stage.slots.run(1.0, -seconds)
        else:
            self.outcome.vds_attempts += 1
            yield self.storage.run(job.scenes * L0C_MB)
            factor = self.service.factor(job.scenes, int(self.random.integers(1 << 30)))
            done = stage.alive and (yield stage.slots.run(factor, float(job.scenes)))
            self.outcome.work_s += self.service.work(job.scenes) * (factor if done else 0.0)
            self.outcome.ipf_attempts += self.service.attempts(job.scenes) if done else 0
            if done:
                yield self.storage.run(tiles * TILE_MB)
                self.outcome.out_mb += tiles * TILE_MB
        if not (done and stage.alive):
            yield self.env.timeout(self.platform.notice_s)
            self._again(job)
            return
        stage.held -= 1
        stage.idle_since = self.env.now
        self._finish(job)
        self._dispatch()
        if self.platform.elastic and not stage.held:
            self.env.process(self._shrink(stage))

    def _assembly_seconds(self, strip: _Strip) -> float:
        tiles = round((strip.cuts - 1) * TILES_PER_CUT)
        return max(self.service.assembly(strip.arrival.scenes, tiles).makespan, 1e-3)

    def _again(self, job: _Job) -> None:
        if job.attempts < self.platform.cap:
            self._enqueue([job], first=True)
        else:
            self._fail(job)

    def _fail(self, job: _Job) -> None:
        """Beyond the cap: the datastrip is FAILED; its other vDS go on, as in production."""
        if not job.strip.failed:
            job.strip.failed = True
            self._end(job.strip, None, f"a vDS was lost {self.platform.cap} times")

    def _finish(self, job: _Job) -> None:
        strip = job.strip
        if job.vds is None:
            self._end(strip, self.env.now)
            return
        self.outcome.order.append((self.env.now, strip.arrival.name, job.vds))
        strip.left -= 1
        if not strip.left and not strip.failed:
            self._enqueue([_Job(strip, None, strip.arrival.scenes)], first=True)

    def _end(self, strip: _Strip, done: float | None, why: str = "") -> None:
        arrival = strip.arrival
        self.open -= 1
        self.outcome.made.append(Made(arrival.name, arrival.scenes, arrival.sensed, strip.ready, done, why))

    def _join(self) -> None:
        stage = make_stage(self.env, self.platform, self.service)
        self.stages.append(stage)
        if self.platform.lost_per_hour:
            self.env.process(self._vanish(stage))

    def _leave(self, stage: Stage) -> None:
        stage.slots.abort()
        self.outcome.stages.append((stage.since, self.env.now))
        self.outcome.stage_busy_s += stage.slots.busy_s

    def _vanish(self, stage: Stage) -> Process:
        yield self.env.timeout(float(self.random.exponential(3600.0 / self.platform.lost_per_hour)))
        if not stage.alive:
            return
        stage.alive = False
        self.stages.remove(stage)
        self._leave(stage)
        self.outcome.lost_stages += 1
        yield from self._boot()

    def _boot(self) -> Process:
        """A server is paid for from its order on; it works after `boot_s`."""
        self.booting += 1
        ordered = self.env.now
        yield self.env.timeout(self.platform.boot_s)
        self.booting -= 1
        self._join()
        stage = self.stages[-1]
        stage.since = ordered
        self._dispatch()
        if self.platform.elastic and not stage.held:  # it came too late
            self.env.process(self._shrink(stage))

    def _grow(self) -> Process:
        """Order stages for what still waits after a while, until nothing does."""
        while True:
            yield self.env.timeout(self.platform.patience_s)
            there = len(self.stages) + self.booting
            coming = self.booting * self.platform.hold
            wanted = -(-max(0, len(self.queue) - coming) // self.platform.hold)
            for _ in range(min(wanted, self.platform.most - there)):
                self.env.process(self._boot())
            if not self.queue:
                self._impatient = False
                return

    def _shrink(self, stage: Stage) -> Process:
        since = stage.idle_since
        yield self.env.timeout(self.platform.idle_s)
        unused = stage.alive and not stage.held and stage.idle_since == since
        if unused and len(self.stages) > self.platform.stages:
            stage.alive = False
            self.stages.remove(stage)
            self._leave(stage)

    def _share(self, gbit: float, each: float) -> Callable[[float, int], float]:
        """MB per second of one of n transfers over a link, each within its own limit."""
        return lambda _, n: min(each, gbit / n) * _MB_PER_GBIT


def simulate(
    arrivals: Sequence[Arrival],
    platform: Platform,
    service: Service,
    progress: Callable[[float], None] = lambda done: None,
) -> Outcome:
    """Run the datastrips through the platform until all have ended."""
    return System(arrivals, platform, service, progress).run()
