"""The same days on each cloud: speed from the flavor's index, cost from its prices."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from infra.settings.model import FlavorPrice, Stack
from study.price.items import server_hour
from study.simulate.measure import cost, load, month, per_datastrip, timeliness
from study.simulate.model import Arrival, Outcome, Platform
from study.simulate.service import Service
from study.simulate.system import simulate

#: Index and vCPU of OVH c2-60, to which indices are relative.
REFERENCE_VCPUS = 16
#: What is compared as a stage when all flavors are.
LEAST_VCPUS = 8


@dataclass(frozen=True)
class Case:
    """One flavor of one cloud. `speeds`: how fast a slot is, relative to the machine of the laws.

    Where the index is unknown there are two, the slowest and the fastest that is known of any flavor.
    """

    stack: str
    flavor: str
    vcpus: int
    known: bool
    speeds: tuple[float, ...]


@dataclass(frozen=True)
class Result:
    """`outcomes`: one for each speed of the case."""

    case: Case
    platform: Platform
    outcomes: tuple[Outcome, ...]
    stack: Stack

    @property
    def committed(self) -> str:
        """The cheaper of month and year, of those for which the flavor's price is known."""
        prices = {c: server_hour(self.stack, self.case.flavor, c) for c in ("month", "year")}
        return min(prices, key=lambda c: (not prices[c].complete, prices[c].known, c == "year"))

    def document(self) -> dict[str, Any]:
        """For JSON."""
        runs = []
        for speed, outcome in zip(self.case.speeds, self.outcomes, strict=True):
            prices = cost(outcome, self.platform, self.stack, self.case.flavor)
            runs.append(
                {
                    "speed": round(speed, 4),
                    "timeliness": timeliness(outcome),
                    "load": load(outcome, self.platform),
                    "eur": {c: p.document() for c, p in prices.items()},
                    "eur_month": {c: month(p, outcome).document() for c, p in prices.items()},
                    "eur_datastrip": {c: per_datastrip(p, outcome).document() for c, p in prices.items()},
                }
            )
        return {
            "stack": self.case.stack,
            "title": self.stack.cloud.title,
            "flavor": self.case.flavor,
            "slots": self.platform.slots,
            "index_known": self.case.known,
            "committed": self.committed,
            "runs": runs,
        }


def cases(
    stacks: Mapping[str, Stack], flavors: Sequence[str] = (), reference: float = 1.0, every: bool = False
) -> list[Case]:
    """The stages' flavor of each stack, or those of `flavors` that a stack has a price for.

    `every`: all flavors with a price and LEAST_VCPUS or more. `reference`: index of the machine of the laws,
    of 16 vCPU.
    """
    known = [s for stack in stacks.values() for p in stack.price.flavors.values() if (s := _per_slot(p))]
    span = (min(known) / reference, max(known) / reference) if known else (1.0,)
    found = []
    for name, stack in stacks.items():
        large = [f for f, p in stack.price.flavors.items() if p.vcpus >= LEAST_VCPUS]
        for flavor in large if every else flavors or (stack.servers.stage.flavor,):
            price = stack.price.flavors.get(flavor)
            if price is None:
                continue
            speed = _per_slot(price)
            found.append(
                Case(name, flavor, price.vcpus, bool(speed), (speed / reference,) if speed else span)
            )
    return found


def _per_slot(price: FlavorPrice) -> float | None:
    index = price.perf_index.value
    return index * REFERENCE_VCPUS / price.vcpus if index else None


def compare(
    found: Sequence[Case],
    stacks: Mapping[str, Stack],
    arrivals: Sequence[Arrival],
    platform: Platform,
    service: Callable[[int], Service],
    progress: Callable[[float], None] = lambda done: None,
) -> list[Result]:
    """Simulate every case; `service` gives, for a number of slots, the times on the machine of the laws."""
    runs = sum(len(c.speeds) for c in found)
    results, before = [], 0
    for case in found:
        its = replace(platform, slots=case.vcpus)
        outcomes = []
        for speed in case.speeds:
            done = before / runs

            def tell(share: float, done: float = done) -> None:
                progress(done + share / runs)

            outcomes.append(simulate(arrivals, its, service(case.vcpus).at(speed), tell))
            before += 1
        results.append(Result(case, its, tuple(outcomes), stacks[case.stack]))
    progress(1.0)
    return results
