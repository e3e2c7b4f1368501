"""The firing rule as a specification: short enough to be seen right, slow enough not to be used at work.

An invocation fires when, for each of its inputs, every invocation of every producer that agrees with it on
the dimensions they share is done. What is split by a dimension whose extent is unknown does not exist yet,
and whoever waits for it waits.
"""

from collections.abc import Callable, Set

from batch.chain.model import Chain, Ipf
from batch.chain.units import Extents, Invocation, units
from batch.chain.validate import waits_for


def exists(ipf: Ipf, extents: Extents) -> bool:
    """Whether the extents of all dimensions of its split are known."""
    return all(d in extents for d in ipf.split)


def invocations_of(ipf: Ipf, extents: Extents) -> tuple[Invocation, ...]:
    """All invocations of one IPF; KeyError while an extent is unknown."""
    return tuple(Invocation(ipf.name, u) for u in units(ipf.split, extents))


def invocations(chain: Chain, scope: str, extents: Extents) -> tuple[Invocation, ...]:
    """All invocations of the scope that the known extents give, in the order of the chain."""
    return tuple(v for i in chain.scope(scope) if exists(i, extents) for v in invocations_of(i, extents))


def fireable(chain: Chain, scope: str, extents: Extents, done: Set[Invocation]) -> set[Invocation]:
    """What may run now and is not done."""
    producers = {i.name: [chain.ipf(p, scope) for p in chain.producers(i)] for i in chain.scope(scope)}

    def ready(invocation: Invocation) -> bool:
        return all(
            exists(producer, extents)
            and all(v in done for v in invocations_of(producer, extents) if v.unit.agrees(invocation.unit))
            for producer in producers[invocation.ipf]
        )

    return {v for v in invocations(chain, scope, extents) if v not in done and ready(v)}


def depths(chain: Chain, scope: str, weight: Callable[[Ipf], float] = lambda ipf: 1.0) -> dict[str, float]:
    """Longest remaining path of each IPF, itself included: run the largest first.

    `weight` gives the duration of one invocation of an IPF; without it each counts as 1. The path is that
    of the IPFs, which is the same for all units.
    """
    consumers: dict[str, list[str]] = {i.name: [] for i in chain.scope(scope)}
    for ipf in chain.scope(scope):
        for name in waits_for(chain, ipf):
            consumers[name].append(ipf.name)
    found: dict[str, float] = {}

    def depth(name: str) -> float:
        if name not in found:
            rest = max((depth(c) for c in consumers[name]), default=0.0)
            found[name] = weight(chain.ipf(name, scope)) + rest
        return found[name]

    return {name: depth(name) for name in consumers}
