"""How long a stage needs for a vDS: scheduled in full by the firing rule, once per length, then kept.

A year has 300 000 vDS of a dozen lengths. So each length is scheduled in full for 1 … hold equal vDS on one
stage, and a few times more with failures and with the spread that the laws tell; the simulation takes these
times. Stages that hold several vDS give each of them the progress that it has among as many equal ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from batch.chain.model import DATASTRIP, VDS, Chain
from batch.chain.units import Invocation, extents_of
from batch.plan.forecast import tiles_of
from study.laws import Laws, size_of
from study.simulate.schedule import Schedule, schedule

#: Draws of failures and spread per length.
SAMPLES = 4


@dataclass
class Service:
    """Seconds on the machine of the laws, divided by `speed`; `slots` per stage. `at` gives other speeds.

    `failure`: probability that an attempt of an IPF fails. `cap`: attempts at most.
    """

    chain: Chain
    laws: Laws
    slots: int
    speed: float = 1.0
    failure: float = 0.0
    cap: int = 3
    seed: int = 0
    _kept: dict[tuple[str, int, int, int], Schedule] = field(default_factory=dict)
    _seconds: dict[tuple[Any, ...], float] = field(default_factory=dict)

    def at(self, speed: float) -> "Service":
        """The same on slots that are so many times as fast as the machine of the laws."""
        return replace(self, speed=speed)

    def together(self, scenes: int, copies: int) -> Schedule:
        """`copies` equal vDS at once, no failures, no spread."""
        return self._schedule(VDS, scenes, tiles_of(scenes), copies)

    def work(self, scenes: int) -> float:
        """Slot seconds of a vDS."""
        return self.together(scenes, 1).work

    def attempts(self, scenes: int) -> int:
        """IPF runs of a vDS."""
        return self.together(scenes, 1).attempts

    def assembly(self, scenes: int, tiles: int) -> Schedule:
        """The assembly of a datastrip of which `tiles` straddle a cut: the others are only renamed.

        Scenes are rounded up to tens: they matter for the metadata alone.
        """
        return self._schedule(DATASTRIP, -(-scenes // 10) * 10, max(tiles, 1), 1)

    def factor(self, scenes: int, draw: int) -> float:
        """How much longer than expected a vDS takes in that draw: failures that were repeated, and spread."""
        if not self.failure and not any(law.sd for law in self.laws.laws.values()):
            return 1.0
        sample = self._schedule(VDS, scenes, tiles_of(scenes), 1, 1 + draw % SAMPLES)
        return sample.makespan / self.together(scenes, 1).makespan

    def missing(self) -> list[str]:
        """IPFs without a law, which take no time."""
        return [i.name for i in self.chain.scope(VDS) if not i.kit and self.laws.law(i.name) is None]

    def _schedule(self, scope: str, scenes: int, tiles: int, copies: int, draw: int = 0) -> Schedule:
        key = (scope, scenes, tiles * 100 + copies, draw)
        if key not in self._kept:
            self._kept[key] = self._scheduled(scope, scenes, tiles, copies, draw)
        kept = self._kept[key]
        return Schedule(kept.makespan / self.speed, kept.work / self.speed, kept.attempts, kept.ends)

    def _scheduled(self, scope: str, scenes: int, tiles: int, copies: int, draw: int) -> Schedule:
        random = np.random.default_rng((self.seed, scenes, draw))

        def seconds(invocation: Invocation) -> float:
            expected = self.seconds(invocation, scope, scenes, tiles)
            law = self.laws.law(invocation.ipf, scope)
            if draw and law and law.sd:
                # of mean 1, standard deviation sd
                width = np.log1p(law.sd**2)
                return expected * float(random.lognormal(-width / 2, np.sqrt(width)))
            return expected

        fails = (lambda: bool(random.random() < self.failure)) if draw else (lambda: False)
        return schedule(
            self.chain,
            scope,
            extents_of(self.chain, scenes),
            [f"{n:03d}" for n in range(tiles)],
            seconds,
            self.slots,
            copies,
            fails,
            self.cap,
            # as the workers do (batch/stage/job.py)
            lambda ipf: ipf.resources.timeout_s(scenes),
        )

    def seconds(self, invocation: Invocation, scope: str, scenes: int, tiles: int) -> float:
        """Wall seconds of one run of an IPF on the machine of the laws; 0 where there is no law."""
        # All tiles of a vDS are alike here.
        pieces = tuple([p for d, p in invocation.unit.pieces if d != "tile"])
        key = (invocation.ipf, scope, scenes, tiles, pieces)
        if key not in self._seconds:
            self._seconds[key] = self._law_seconds(invocation, scope, scenes, tiles)
        return self._seconds[key]

    def _law_seconds(self, invocation: Invocation, scope: str, scenes: int, tiles: int) -> float:
        law = self.laws.law(invocation.ipf, scope)
        if law is None:
            return 0.0
        ipf = self.chain.ipf(invocation.ipf, scope)
        size = size_of(ipf, invocation.unit, scenes, tiles=0 if "tile" in ipf.split else tiles)
        return law.seconds(size) * law.wall_per_cpu


def total_seconds(service: Service, scenes: int) -> Mapping[str, float]:
    """Slot seconds of a vDS by IPF on the machine of the laws, largest first."""
    found: dict[str, float] = {}
    for _, key in service.together(scenes, 1).ends:
        invocation = Invocation.parse(key)
        spent = service.seconds(invocation, VDS, scenes, tiles_of(scenes))
        found[invocation.ipf] = found.get(invocation.ipf, 0.0) + spent
    return dict(sorted(found.items(), key=lambda i: -i[1]))
