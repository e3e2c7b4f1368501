"""What makes a chain runnable: producers exist and write what is asked of them, nothing waits for itself."""

from collections import Counter

from batch.chain.model import AUX, Chain, Ipf
from batch.chain.units import DIMENSIONS, STATIC
from batch.errors import InputError


def validate(chain: Chain, where: str) -> None:
    """InputError for the first thing that could not run; `where` names the file in it."""
    for (scope, name), count in Counter((i.scope, i.name) for i in chain.ipfs).items():
        if count > 1:
            raise InputError(f"{where}: {name} stands {count} times in scope {scope}; name each differently")
    for scope in dict.fromkeys(i.scope for i in chain.ipfs):
        for ipf in chain.scope(scope):
            _sources(chain, where, ipf)
            _extent(chain, where, ipf)
        _announcers(chain, where, scope)
        cycle = find_cycle(chain, scope)
        if cycle:
            raise InputError(f"{where}: {cycle[0]} waits for itself: {' ← '.join(cycle)}; break the circle")


def waits_for(chain: Chain, ipf: Ipf) -> tuple[str, ...]:
    """Producers of `ipf` and the announcers of the dimensions it is split by: all that must end before it."""
    announcers = [a.name for d in ipf.split if (a := chain.announcer(ipf.scope, d)) and a.name != ipf.name]
    return tuple(dict.fromkeys([*chain.producers(ipf), *announcers]))


def find_cycle(chain: Chain, scope: str) -> list[str]:
    """Names along one cycle, the first repeated at its end; empty if there is none."""
    needs = {i.name: waits_for(chain, i) for i in chain.scope(scope)}
    clear: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name not in clear:
            for other in needs[name]:
                cycle = walk(other, [*path, name])
                if cycle:
                    return cycle
            clear.add(name)
        return []

    return next((cycle for name in needs if (cycle := walk(name, []))), [])


def _sources(chain: Chain, where: str, ipf: Ipf) -> None:
    by_name = {i.name: i for i in chain.scope(ipf.scope)}
    for given in ipf.inputs:
        for source in given.sources:
            if source.ipf == AUX:
                if len(given.sources) > 1:
                    raise InputError(
                        f"{where}: {ipf.name}: inputs: {given.type} comes from aux and from an IPF; keep one"
                    )
                continue
            producer = by_name.get(source.ipf)
            if producer is None:
                raise InputError(
                    f"{where}: {ipf.name}: inputs: {given.type} comes from {source.ipf}, which is not in "
                    f"scope {ipf.scope}; name one of its IPFs, or list the type in aux"
                )
            if source.type not in producer.output_types():
                writes = ", ".join(sorted(producer.output_types())) or "nothing"
                raise InputError(
                    f"{where}: {ipf.name}: inputs: {given.type}: {source.ipf} does not produce "
                    f"{source.type}, it produces {writes}; name another producer or type"
                )
        if len(set(given.sources)) < len(given.sources):
            raise InputError(f"{where}: {ipf.name}: inputs: {given.type} names a producer twice; keep one")


def _extent(chain: Chain, where: str, ipf: Ipf) -> None:
    for dimension in ipf.split:
        if dimension not in STATIC and chain.announcer(ipf.scope, dimension) is None:
            raise InputError(
                f"{where}: {ipf.name}: split: no IPF of scope {ipf.scope} announces {dimension}; add "
                f"`announces: {dimension}` to the one that makes it known"
            )


def _announcers(chain: Chain, where: str, scope: str) -> None:
    for dimension in DIMENSIONS:
        named = [i for i in chain.scope(scope) if i.announces == dimension]
        if len(named) > 1:
            names = " and ".join(i.name for i in named)
            raise InputError(f"{where}: {names} both announce {dimension} in scope {scope}; keep one")
        if named and dimension in STATIC:
            raise InputError(
                f"{where}: {named[0].name}: announces: {dimension} is cut by partitions, not announced"
            )
        if named and named[0].split:
            raise InputError(f"{where}: {named[0].name}: announces {dimension} and is split; do not split it")
