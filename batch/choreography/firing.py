"""The firing rule as an incremental engine: each event costs what it touches.

Invocations of a producer that agree on the dimensions shared with a consumer form a *group*; a group counts
how many of its members are not done. An invocation counts what it still misses: groups that are not
complete, and producers that do not exist yet because an extent is unknown. Both only ever count down, so
over a whole job the work is proportional to the edges between invocations and groups.
"""

from collections.abc import Iterable

from batch.chain.model import Chain, Ipf
from batch.chain.units import DIMENSIONS, Extents, Invocation
from batch.choreography.event import Event
from batch.choreography.rule import exists, invocations_of

_Shared = tuple[str, ...]


class Firing:
    """The state of one job (scope of a chain with its extents), fed by events in any order and number."""

    def __init__(self, chain: Chain, scope: str, extents: Extents) -> None:
        self.extents: dict[str, tuple[str, ...]] = dict(extents)
        self._ipfs = {i.name: i for i in chain.scope(scope)}
        self._producers = {i.name: chain.producers(i) for i in self._ipfs.values()}
        self._consumers: dict[str, list[str]] = {name: [] for name in self._ipfs}
        for name, producers in self._producers.items():
            for producer in producers:
                self._consumers[producer].append(name)
        self._unborn = dict(self._ipfs)
        self._members: dict[str, range] = {}
        # per invocation
        self._ids: dict[str, int] = {}
        self._invocations: list[Invocation] = []
        self._missing: list[int] = []
        self._done = bytearray()
        self._groups: list[list[int]] = []
        # per group
        self._left: list[int] = []
        self._waiting: list[list[int]] = []
        self._group_ids: dict[tuple[str, _Shared], dict[tuple[str, ...], int]] = {}
        self._open = 0
        self._early: set[str] = set()
        self._start = self._bear()

    def start(self) -> list[Invocation]:
        """What fires without any event."""
        return [self._invocations[i] for i in self._start]

    def apply(self, event: Event) -> list[Invocation]:
        """What fires because of this event; nothing if it was seen before.

        ValueError if the event names an IPF that is not in the chain, or announces other pieces than are
        known.
        """
        fired: list[int] = []
        number = self._ids.get(event.key)
        if number is None:
            self._keep(event.key)
        elif not self._done[number]:
            self._finish(number, fired)
        if event.announced:
            fired.extend(self._announce(event))
        return [self._invocations[i] for i in fired]

    @property
    def done(self) -> frozenset[Invocation]:
        """Invocations whose event was seen."""
        return frozenset(v for v, d in zip(self._invocations, self._done, strict=True) if d)

    @property
    def pending(self) -> frozenset[Invocation]:
        """Known invocations that are not done, whether they have fired or not."""
        return frozenset(v for v, d in zip(self._invocations, self._done, strict=True) if not d)

    @property
    def complete(self) -> bool:
        """All is done and nothing more can come into being."""
        return not self._open and not self._unborn

    def fireable(self) -> set[Invocation]:
        """All that has fired and is not done: what a sweep compares with the ledger. Linear in size."""
        state = zip(self._invocations, self._missing, self._done, strict=True)
        return {v for v, missing, done in state if not missing and not done}

    def _finish(self, number: int, fired: list[int]) -> None:
        self._done[number] = 1
        self._open -= 1
        left, missing, done = self._left, self._missing, self._done
        for group in self._groups[number]:
            left[group] -= 1
            if not left[group]:
                for consumer in self._waiting[group]:
                    missing[consumer] -= 1
                    if not missing[consumer] and not done[consumer]:
                        fired.append(consumer)

    def _keep(self, key: str) -> None:
        """An event may overtake the announcement that its unit depends on: it counts once the unit exists."""
        ipf = Invocation.parse(key).ipf
        if ipf not in self._unborn:
            raise ValueError(f"{key} is no invocation of this job")
        self._early.add(key)

    def _announce(self, event: Event) -> list[int]:
        new = False
        for dimension, pieces in event.announced.items():
            known = self.extents.setdefault(dimension, tuple(pieces))
            if known != tuple(pieces):
                raise ValueError(f"{event.key} announces {dimension} {pieces}, but it is {known}")
            new = True
        return self._bear() if new and self._unborn else []

    def _bear(self) -> list[int]:
        """Create the invocations of IPFs whose extents have become known; give those that fire at once."""
        born = [i for i in self._unborn.values() if exists(i, self.extents)]
        for ipf in born:
            del self._unborn[ipf.name]
            first = len(self._invocations)
            for invocation in invocations_of(ipf, self.extents):
                self._ids[invocation.key] = len(self._invocations)
                self._invocations.append(invocation)
            self._members[ipf.name] = range(first, len(self._invocations))
        new = len(self._invocations) - len(self._missing)
        self._missing += [0] * new
        self._groups += [[] for _ in range(new)]
        self._done += bytes(new)
        self._open += new
        for key in self._early & self._ids.keys():
            self._done[self._ids[key]] = 1
            self._open -= 1
        self._early -= self._ids.keys()
        return self._wire(born)

    def _wire(self, born: list[Ipf]) -> list[int]:
        names = {i.name for i in born}
        touched: list[str] = []
        for ipf in born:
            unborn = sum(p in self._unborn for p in self._producers[ipf.name])
            self._add(self._members[ipf.name], unborn)
            for producer in self._producers[ipf.name]:
                if producer not in self._unborn:
                    self._connect(self._ipfs[producer], ipf)
            touched.append(ipf.name)
        for ipf in born:
            for consumer in self._consumers[ipf.name]:
                if consumer not in self._unborn and consumer not in names:
                    self._connect(ipf, self._ipfs[consumer])
                    self._add(self._members[consumer], -1)
                    touched.append(consumer)
        members = (m for name in dict.fromkeys(touched) for m in self._members[name])
        return [m for m in members if not self._missing[m] and not self._done[m]]

    def _add(self, members: Iterable[int], count: int) -> None:
        for member in members:
            self._missing[member] += count

    def _connect(self, producer: Ipf, consumer: Ipf) -> None:
        shared = tuple(d for d in DIMENSIONS if d in producer.split and d in consumer.split)
        groups = self._group_ids.get((producer.name, shared))
        if groups is None:
            groups = self._group_ids[producer.name, shared] = self._group(producer, shared)
        for member in self._members[consumer.name]:
            group = groups.get(self._project(member, shared))
            if group is not None and self._left[group]:
                self._waiting[group].append(member)
                self._missing[member] += 1

    def _group(self, producer: Ipf, shared: _Shared) -> dict[tuple[str, ...], int]:
        groups: dict[tuple[str, ...], int] = {}
        for member in self._members[producer.name]:
            pieces = self._project(member, shared)
            if pieces not in groups:
                groups[pieces] = len(self._left)
                self._left.append(0)
                self._waiting.append([])
            if not self._done[member]:
                self._left[groups[pieces]] += 1
                self._groups[member].append(groups[pieces])
        return groups

    def _project(self, member: int, shared: _Shared) -> tuple[str, ...]:
        return tuple([p for d, p in self._invocations[member].unit.pieces if d in shared])
