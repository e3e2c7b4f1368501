"""Clouds side by side: what each flavor costs, by itself and per unit of performance. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.settings.model import Figure, Stack
from study.price.bounds import Bounds
from study.price.items import server_hour


@dataclass(frozen=True)
class Row:
    """One flavor of one cloud. EUR per hour; `committed`: the cheaper of month and year, with its name."""

    stack: str
    title: str
    state: str
    flavor: str
    vcpus: int
    ram_gb: float
    disk_gb: float | None
    on_demand: Bounds
    committed: Bounds
    commitment: str
    perf_index: Figure
    figures: Mapping[str, Figure]
    stage: bool

    def per_performance(self, price: Bounds) -> Bounds:
        """EUR per hour and unit of the index (Geekbench 6 multi-core, c2-60 = 1); unknown if either is."""
        index = self.perf_index
        fast = index.high if index.high is not None else index.value
        slow = index.low if index.low is not None else index.value
        low = price.low / fast if fast else 0.0
        high = price.high / slow if slow and price.high is not None else None
        if index.value is None or not price.complete:
            return Bounds(0.0, low, high, complete=False)
        return Bounds(price.known / index.value, low, high)

    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "stack": self.stack, "title": self.title, "state": self.state, "flavor": self.flavor,
            "stage": self.stage, "vcpus": self.vcpus, "ram_gb": self.ram_gb, "disk_gb": self.disk_gb,
            "eur_hour": self.on_demand.document(), "eur_hour_committed": self.committed.document(),
            "commitment": self.commitment,
            "eur_hour_per_performance": self.per_performance(self.on_demand).document(),
            "eur_hour_per_performance_committed": self.per_performance(self.committed).document(),
            "figures": {k: f.model_dump(mode="json") for k, f in self.figures.items()},
        }  # fmt: skip


def rows(stacks: Mapping[str, Stack], stages_only: bool = False) -> list[Row]:
    """One row per flavor with prices, in the order of the stacks; `stages_only`: the stages' flavors."""
    found = []
    for name, stack in stacks.items():
        for flavor, price in stack.price.flavors.items():
            stage = flavor == stack.servers.stage.flavor
            if stages_only and not stage:
                continue
            committed, commitment = _committed(stack, flavor)
            found.append(
                Row(
                    name, stack.cloud.title, stack.cloud.status, flavor, price.vcpus, price.ram_gb,
                    price.disk_gb, server_hour(stack, flavor), committed, commitment, price.perf_index,
                    {"hour": price.hour, "month": price.month, "year": price.year,
                     "perf_index": price.perf_index},
                    stage,
                )
            )  # fmt: skip
    return found


def _committed(stack: Stack, flavor: str) -> tuple[Bounds, str]:
    """The cheaper of a month's and a year's commitment, of those that are known."""
    offers = {c: server_hour(stack, flavor, c) for c in ("month", "year")}
    known = {c: b for c, b in offers.items() if b.complete}
    if not known:
        return Bounds(complete=False, high=None), ""
    best = min(known, key=lambda c: (known[c].known, c))
    return known[best], best
