"""One job on the slots of a stage, invocation by invocation: the workers' firing rule, longest path first."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from batch.chain.model import Chain, Ipf
from batch.chain.units import Extents, Invocation
from batch.choreography import Event, Firing, depths
from batch.choreography.rule import invocations_of

Seconds = Callable[[Invocation], float]


@dataclass(frozen=True)
class Schedule:
    """`makespan` and `work` (the sum over attempts) in seconds; `ends`: end and key of each attempt."""

    makespan: float
    work: float
    attempts: int
    ends: tuple[tuple[float, str], ...] = ()


def schedule(
    chain: Chain,
    scope: str,
    extents: Extents,
    tiles: Sequence[str],
    seconds: Seconds,
    slots: int,
    copies: int = 1,
    fails: Callable[[], bool] = lambda: False,
    cap: int = 3,
    weight: Callable[[Ipf], float] | None = None,
) -> Schedule:
    """Run `copies` equal jobs side by side; an invocation starts as soon as it has fired and a slot is free.

    `extents`: those that are known from the start; `tiles` are announced by whoever announces them.
    An attempt for which `fails()` takes its time and is made again,
    at most `cap` times in all. `weight` of an IPF decides what goes first (longest remaining path); its
    seconds if nothing is given.
    """
    firings = [Firing(chain, scope, extents) for _ in range(copies)]
    announcers = {i.name for i in chain.scope(scope) if i.announces}
    announced = {"tile": tuple(tiles)}
    depth = depths(chain, scope, weight or (lambda ipf: _typical(ipf, extents, tiles, seconds)))
    ready = [(-depth[v.ipf], v.key, c, v) for c, f in enumerate(firings) for v in f.start()]
    heapq.heapify(ready)
    running: list[tuple[float, str, int, int, float, str]] = []
    ends: list[tuple[float, str]] = []
    now = work = 0.0
    while ready or running:
        while ready and len(running) < slots:
            _, key, copy, invocation = heapq.heappop(ready)
            length = seconds(invocation)
            heapq.heappush(running, (now + length, key, copy, 1, length, invocation.ipf))
        now, key, copy, tried, length, ipf = heapq.heappop(running)
        work += length
        ends.append((now, key))
        if tried < cap and fails():
            heapq.heappush(running, (now + length, key, copy, tried + 1, length, ipf))
            continue
        event = Event(key, announced if ipf in announcers else {})
        for fired in firings[copy].apply(event):
            heapq.heappush(ready, (-depth[fired.ipf], fired.key, copy, fired))
    assert all(f.complete for f in firings)
    return Schedule(now, work, len(ends), tuple(ends))


def _typical(ipf: Ipf, extents: Extents, tiles: Sequence[str], seconds: Seconds) -> float:
    """Duration of the first invocation of an IPF."""
    known = {**extents, "tile": tuple(tiles[:1])}
    return max((seconds(v) for v in invocations_of(ipf, known)[:1]), default=0.0)
