"""The whole bench: prepare each strip, measure its points, write each row as it comes."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from batch.chain import Chain
from batch.chain.model import DATASTRIP, VDS
from batch.config import DOCKER, Settings
from batch.errors import InputError
from batch.plan.forecast import tiles_of
from batch.runner.make import make_runner
from batch.runner.model import Runner
from batch.safe.check import check_datastrip, scale_of
from study.bench.design import Point, Strip, before, knows_tiles, points
from study.bench.measure import Bench
from study.bench.record import Row, append, key_of, read_rows
from study.bench.rig import Rig
from study.bench.strips import Strips, scenes_needed
from study.laws import Laws

log = logging.getLogger(__name__)


class Progress(Protocol):
    """Who is told how far it is."""

    def begin(self, what: str) -> None: ...

    def step(self, done: int, of: int) -> None: ...


@dataclass(frozen=True)
class Campaign:
    """What the user asked for."""

    datastrips: Sequence[Path]
    chain: Chain
    config: Settings
    out: Path
    work: Path
    machine: str
    sizes: Sequence[int] = (4, 7, 10)
    slots: Sequence[int] = (1,)
    repetitions: int = 3
    only: Sequence[str] = ()
    jobs: int = 1
    again: bool = False

    @property
    def runner(self) -> str:
        """How the rows name the runner."""
        return f"{DOCKER}:{self.config.ipf_image}" if self.config.runner == DOCKER else self.config.runner


def check(campaign: Campaign) -> None:
    """InputError for names that the chain does not have."""
    known = {i.name for i in campaign.chain.ipfs}
    for name in campaign.only:
        if name not in known:
            raise InputError(f"--ipf {name}: the chain has no such IPF; choose of {', '.join(sorted(known))}")


def run(campaign: Campaign, progress: Progress) -> list[Row]:
    """Measure what FILE does not hold yet; gives all its rows. Called again, it goes on where it was."""
    known = {r.key for r in read_rows(campaign.out)} if campaign.out.exists() else set()
    with Bench(_runner(campaign), max(campaign.slots)) as bench:
        for path in campaign.datastrips:
            strips = _strips(campaign, path)
            for rig, name in _rigs(campaign, strips):
                progress.begin(f"{name}: preparing inputs")
                rig.prepare(campaign.jobs, _needed(campaign, rig.context.scope), progress.step)
                wanted = _points(campaign, strips.strip(rig))
                keys = [key_of(p, campaign.machine, strips.datastrip.name, campaign.runner) for p in wanted]
                todo = [p for p, k in zip(wanted, keys, strict=True) if campaign.again or k not in known]
                progress.begin(f"{name}: measuring")
                for number, point in enumerate(todo, 1):
                    append(campaign.out, measure(campaign, bench, rig, point, strips.datastrip.name))
                    progress.step(number, len(todo))
    return read_rows(campaign.out)


def measure(campaign: Campaign, bench: Bench, rig: Rig, point: Point, datastrip: str) -> list[Row]:
    """Take one point: all its copies at once."""
    numbers = range(1, point.slots + 1)
    made = [rig.work(point.invocation, n) for n in numbers]
    try:
        taken, around = bench.run([work for work, _ in made])
    finally:
        for number, (_, ready) in zip(numbers, made, strict=True):
            rig.clear(point.invocation, ready, number)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    size, invocation = point.size, point.invocation
    return [
        Row(
            now, campaign.machine, datastrip, campaign.runner, point.scope, invocation.ipf,
            str(invocation.unit), point.scale, point.scenes, point.slots, point.repetition, number,
            size.scenes, size.tiles, size.mpixels, size.covered, point.coverage,
            one.usage.exit, one.usage.ended, one.usage.wall_s, one.usage.cpu_s, one.peak_mb,
            one.usage.read_mb, one.usage.written_mb, around.others, around.load1,
        )
        for number, one in zip(numbers, taken, strict=True)
    ]  # fmt: skip


def expected(
    campaign: Campaign, scales: Sequence[int], laws: Laws | None
) -> list[tuple[Point, float | None]]:
    """What would be measured, as far as it is known before the tiles are, with CPU seconds by known laws."""
    found = []
    for scale in scales:
        for strip in _foreseen(campaign, scale):
            for point in _points(campaign, strip):
                law = laws.law(point.invocation.ipf, point.scope) if laws else None
                found.append((point, law.seconds(point.size) * point.slots if law else None))
    return found


def _foreseen(campaign: Campaign, scale: int) -> Iterator[Strip]:
    shares = {"fullest": 1.0, "middle": 0.5, "emptiest": 0.05}
    for size in campaign.sizes:
        others = {f"{n}": 0.5 for n in range(tiles_of(size) - len(shares))}
        yield Strip("vds", size, scale, {**shares, **others})
    if _assembles(campaign):
        yield Strip(DATASTRIP, scenes_needed(campaign.sizes), scale, shares)


def _points(campaign: Campaign, strip: Strip) -> list[Point]:
    """Crowds are measured on the longest vDS only."""
    crowd = strip.scenes == max(campaign.sizes)
    return points(campaign.chain, strip, campaign.slots, campaign.repetitions, campaign.only, crowd)


def _assembles(campaign: Campaign) -> bool:
    """Whether the assembly is measured: if all is, or an IPF that only the assembly has."""
    names = {i.name for i in campaign.chain.scope(DATASTRIP)}
    own = names - {i.name for i in campaign.chain.scope(VDS)}
    return bool(names) and (not campaign.only or bool(own & set(campaign.only)))


def _needed(campaign: Campaign, scope: str) -> set[str]:
    """IPFs that must have run: all, or those before the wanted, and who lists tiles if they matter."""
    chain = campaign.chain
    everyone = chain.scope(scope)
    if not campaign.only or (scope == VDS and _assembles(campaign)):
        return {i.name for i in everyone}
    tiles = chain.announcer(scope, "tile")
    wanted = [i for i in everyone if i.name in campaign.only]
    needed = set().union(*(before(chain, i) for i in wanted))
    if tiles and any("tile" in i.split or knows_tiles(chain, i) for i in wanted):
        needed |= {tiles.name} | before(chain, tiles)
    return needed


def _strips(campaign: Campaign, path: Path) -> Strips:
    datastrip = check_datastrip(path)
    return Strips(
        datastrip, scale_of(datastrip), campaign.chain, campaign.config, campaign.sizes, campaign.work
    )


def _rigs(campaign: Campaign, strips: Strips) -> Iterator[tuple[Rig, str]]:
    for cut in strips.cuts:
        yield strips.vds(cut), f"scale {strips.scale}, {cut.scenes} scenes"
    if _assembles(campaign):
        yield strips.assembly(), f"scale {strips.scale}, assembly"


def _runner(campaign: Campaign) -> Runner:

    return make_runner(campaign.config)
