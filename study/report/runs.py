"""The simulations that the page is made of: each distinct one is made once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from batch.chain import load_chain
from infra.settings.model import Stack
from study.laws import Laws
from study.price.bounds import Bounds
from study.price.items import server_hour
from study.simulate.clouds import Case
from study.simulate.measure import cost, per_datastrip
from study.simulate.model import Arrival, Outcome, Platform
from study.simulate.service import Service
from study.simulate.size import COMMITMENTS
from study.simulate.system import simulate

#: vCPU of the stages whose number the command line gives; of other flavors as many vCPU are taken.
STAGE_VCPUS = 16


@dataclass(frozen=True)
class Wish:
    """What was asked. `lengths`: of vDS that are tried; `vcpus`: totals at which flavors are compared;
    `laws_text`: of a law file that was given, empty for the one that ships."""

    days: float
    begin: datetime
    seed: int
    stages: int
    hours: float
    confidence: float
    lengths: tuple[int, ...]
    vcpus: tuple[int, ...]
    reference: float
    every_flavor_sized: bool
    folder: Path
    laws_file: str
    command: str
    laws_text: str = ""


@dataclass
class Runs:
    """`stacks` by name; `tell` is called with what is being done."""

    wish: Wish
    stacks: Mapping[str, Stack]
    arrivals: Sequence[Arrival]
    laws: Laws
    tell: Callable[[str], None] = lambda what: None
    _services: dict[int, Service] = field(default_factory=dict)
    _kept: dict[tuple[Platform, float], Outcome] = field(default_factory=dict)

    @property
    def platform(self) -> Platform:
        """What is common to all: the defaults, the assumptions."""
        return Platform(seed=self.wish.seed)

    def service(self, slots: int, speed: float = 1.0) -> Service:
        """Times of a vDS on so many slots."""
        if slots not in self._services:
            p = self.platform
            self._services[slots] = Service(load_chain(), self.laws, slots, 1.0, p.failure, p.cap, p.seed)
        return self._services[slots].at(speed)

    def simulate(self, arrivals: Sequence[Arrival], platform: Platform, service: Service) -> Outcome:
        """As `study.simulate.system.simulate` for the arrivals of these runs; once for equal input."""
        key = (platform, service.speed)
        if arrivals is not self.arrivals:
            raise ValueError("these runs are of other arrivals")
        if key not in self._kept:
            self.tell(
                f"{platform.stages} stages of {platform.slots} vCPU at speed {service.speed:.2f}, "
                f"vDS of {platform.scenes}"
            )
            self._kept[key] = simulate(arrivals, platform, service)
        return self._kept[key]

    def outcome(self, vcpus: int, speed: float, total: int) -> tuple[Platform, Outcome]:
        """On stages of so many vCPU, `total` vCPU in all."""
        its = replace(self.platform, slots=vcpus, stages=stages_of(total, vcpus))
        return its, self.simulate(self.arrivals, its, self.service(vcpus, speed))


def stages_of(total: int, vcpus: int) -> int:
    """Stages of so many vCPU each that have at least `total` together."""
    return max(1, -(-total // vcpus))


def ends(case: Case) -> list[tuple[str, float]]:
    """The speeds of a case with their names: one that is known, or the slowest and the fastest."""
    return list(zip(("known",) if case.known else ("slowest", "fastest"), case.speeds, strict=False))


def offer(stack: Stack, flavor: str) -> str:
    """The commitment for which the flavor is cheapest, of those whose price is known."""
    prices = {c: server_hour(stack, flavor, c) for c in COMMITMENTS}
    return min(
        prices, key=lambda c: (not prices[c].complete, round(prices[c].known, 6), COMMITMENTS.index(c))
    )


def eur_datastrip(outcome: Outcome, platform: Platform, stack: Stack, flavor: str) -> tuple[str, Bounds]:
    """EUR per datastrip at the cheapest commitment, and which that is."""
    commitment = offer(stack, flavor)
    return commitment, per_datastrip(cost(outcome, platform, stack, flavor)[commitment], outcome)


def price_cells(price: Bounds, name: str = "eur") -> dict[str, float | int | None]:
    """A price as cells: the known part, its bounds (none: open), whether something unknown comes on top."""
    unknown = not price.complete and not price.known
    return {
        name: None if unknown else price.known,
        f"{name}_low": price.low,
        f"{name}_high": price.high,
        f"{name}_at_least": int(not price.complete),
    }
