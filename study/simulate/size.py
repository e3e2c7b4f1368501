"""The closed loop: the cheapest stages, vDS length and commitment that keep a timeliness. Effects: none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from batch.plan.cut import MINIMUM, cut
from infra.settings.model import Stack
from study.price.bounds import Bounds
from study.price.items import server_hour
from study.simulate.measure import cost, month, share_within
from study.simulate.model import Arrival, Outcome, Platform
from study.simulate.service import Service
from study.simulate.system import simulate

COMMITMENTS = ("hour", "month", "year")


@dataclass(frozen=True)
class Choice:
    """`stages` (elastic: up to `most`) of vDS of `scenes` reach `share`; EUR per month by commitment.

    `offered`: the commitments for which the price of the stages' flavor is known.
    """

    scenes: int
    stages: int
    most: int
    share: float
    prices: dict[str, Bounds]
    offered: frozenset[str] = field(default_factory=lambda: frozenset(COMMITMENTS))

    @property
    def commitment(self) -> str:
        """The cheapest whose price is known whole; else the cheapest in which that of the stages is."""
        known = {c: p for c, p in self.prices.items() if p.complete}
        some = known or {c: p for c, p in self.prices.items() if c in self.offered}
        return min(some or self.prices, key=lambda c: (self.prices[c].known, COMMITMENTS.index(c)))

    @property
    def price(self) -> Bounds:
        return self.prices[self.commitment]


def least_stages(reaches: Callable[[int], bool], limit: int, first: int = 1) -> int | None:
    """The least number, up to `limit`, that reaches the aim; None if `limit` does not.

    Doubles from `first` on, then halves: as if more stages never made it worse. What is returned reaches the
    aim itself.
    """
    low, high = 0, min(max(1, first), limit)  # low does not reach it (0: none does)
    while not reaches(high):
        if high >= limit:
            return None
        low, high = high, min(2 * high, limit)
    while high - low > 1:
        middle = (low + high) // 2
        if reaches(middle):
            high = middle
        else:
            low = middle
    return high


def busy_stages(arrivals: Sequence[Arrival], platform: Platform, service: Service) -> int:
    """Stages that the work of the vDS alone would keep busy, if it came evenly: where a search may begin."""
    possible = [a.scenes for a in arrivals if a.scenes >= MINIMUM]
    lengths = [c.scenes for n in possible for c in cut([n], platform.scenes, platform.overlap)]
    span = max(a.received for a in arrivals) - min(a.received for a in arrivals)
    return int(sum(service.work(n) for n in lengths) / (platform.slots * max(span, 3600.0)))


def choices(
    arrivals: Sequence[Arrival],
    platform: Platform,
    service: Service,
    stack: Stack,
    flavor: str,
    hours: float,
    confidence: float,
    lengths: Sequence[int],
    limit: int,
    progress: Callable[[float], None] = lambda done: None,
    run: Callable[[Sequence[Arrival], Platform, Service], Outcome] = simulate,
) -> tuple[list[Choice], float]:
    """For each vDS length the least stages, fixed and elastic, cheapest first; and the best share seen.

    `hours` since sensing for the share `confidence` of the datastrips. Elastic platforms begin with half of
    the fixed number. `run`: what simulates, for callers that keep outcomes.
    """
    found: list[Choice] = []
    best = 0.0
    for number, scenes in enumerate(lengths):
        progress(number / len(lengths))
        outcomes: dict[int, Outcome] = {}

        def reaches(stages: int, scenes: int = scenes, outcomes: dict[int, Outcome] = outcomes) -> bool:
            nonlocal best
            its = replace(platform, scenes=scenes, stages=stages, most=0)
            outcomes[stages] = run(arrivals, its, service)
            share = share_within(outcomes[stages], hours)
            best = max(best, share)
            return share >= confidence

        stages = least_stages(
            reaches, limit, busy_stages(arrivals, replace(platform, scenes=scenes), service)
        )
        if stages is None:
            continue
        fixed = replace(platform, scenes=scenes, stages=stages, most=0)
        found.append(_choice(fixed, outcomes[stages], stack, flavor, hours))
        if stages > 1:
            elastic = replace(fixed, stages=-(-stages // 2), most=min(2 * stages, limit))
            outcome = run(arrivals, elastic, service)
            if share_within(outcome, hours) >= confidence:
                found.append(_choice(elastic, outcome, stack, flavor, hours))
    progress(1.0)
    return sorted(found, key=lambda c: (not c.price.complete, c.price.known, c.stages, c.scenes)), best


def _choice(platform: Platform, outcome: Outcome, stack: Stack, flavor: str, hours: float) -> Choice:
    prices = {c: month(p, outcome) for c, p in cost(outcome, platform, stack, flavor).items()}
    most = max(platform.most, platform.stages)
    offered = frozenset(c for c in COMMITMENTS if server_hour(stack, flavor, c).complete)
    return Choice(platform.scenes, platform.stages, most, share_within(outcome, hours), prices, offered)
