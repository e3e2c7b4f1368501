"""From the rows of a measurement file to laws and to scaling. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from batch.runner.exitcode import FIRST_FAILURE
from batch.runner.model import EXITED
from study.bench.fit import REPLICATES, Run, fit
from study.bench.record import Row
from study.laws import Law, Size

#: A machine of n cores is quiet if others use n − 1 − this or less: one core is left, and a little more.
SPARE = 0.2
#: Runs on a quiet machine from which a ratio of wall to CPU time is taken seriously.
QUIET_RUNS = 3


def good(row: Row) -> bool:
    """Whether the IPF did its job in this run."""
    return row.ended == EXITED and row.exit < FIRST_FAILURE


def laws_of(
    rows: Iterable[Row], cores: Mapping[str, int], replicates: int = REPLICATES
) -> dict[tuple[str, str], Law]:
    """The law of each (scope, IPF), from runs alone on their machine; of one machine and runner only.

    `cores`: of each machine. If a file holds several, the machine and runner with the most runs count.
    """
    alone = [r for r in rows if good(r) and r.slots == 1]
    places = [(r.machine, r.runner) for r in alone]
    if not places:
        return {}
    most = max(dict.fromkeys(places), key=places.count)
    alone = [r for r in alone if (r.machine, r.runner) == most]
    found = {}
    for key in dict.fromkeys((r.scope, r.ipf) for r in alone):
        found[key] = law_of([r for r in alone if (r.scope, r.ipf) == key], cores.get(most[0], 1), replicates)
    return found


def sources(rows: Sequence[Row]) -> dict[str, object]:
    """Where the laws come from: machine and runner with the most runs, datastrips, first and last day."""
    alone = [r for r in rows if good(r) and r.slots == 1]
    places = [(r.machine, r.runner) for r in alone]
    machine, runner = max(dict.fromkeys(places), key=places.count)
    mine = [r for r in alone if (r.machine, r.runner) == (machine, runner)]
    return {
        "machine": machine,
        "runner": runner,
        "datastrips": sorted({r.datastrip for r in mine}),
        "from": min(r.taken for r in mine),
        "to": max(r.taken for r in mine),
        "others": round(median(r.others for r in mine), 2),
    }


def law_of(rows: Sequence[Row], cores: int, replicates: int = REPLICATES) -> Law:
    """The law of one IPF."""
    law = fit([Run(Size(r.scenes, r.tiles, r.mpixels, r.covered), r.cpu_s) for r in rows], 0, replicates)
    quiet = [r.wall_s / r.cpu_s for r in rows if r.others <= cores - 1 - SPARE and r.cpu_s > 0]
    scales = tuple(sorted({r.scale for r in rows}))
    why = law.why
    if len(scales) == 1 and scales != (1,) and not _told_apart(rows):
        why += f"; one scale only ({scales[0]}): what is fixed or per scene may be per pixel"
    return replace(
        law,
        why=why,
        wall_per_cpu=median(quiet) if len(quiet) >= QUIET_RUNS else 1.0,
        memory_mb=max(r.peak_mb for r in rows),
        scales=scales,
    )


def _told_apart(rows: Sequence[Row]) -> bool:
    """Whether Mpixel varies, and by anything else than scenes."""
    return min(len({round(f, 6) for f in found}) for found in (
        [r.mpixels for r in rows], [r.mpixels / r.scenes for r in rows if r.scenes]
    )) > 1  # fmt: skip


@dataclass(frozen=True)
class Scaling:
    """The same unit, n at once, by medians: `cpu`, `wall` and `gain` (runs per second) relative to one."""

    scope: str
    ipf: str
    unit: str
    slots: int
    cpu: float
    wall: float
    gain: float
    others: float


def scaling_of(rows: Iterable[Row]) -> list[Scaling]:
    """How runs slow each other down, per IPF and number of slots; only units measured alone, too."""
    groups: dict[tuple[object, ...], dict[int, list[Row]]] = {}
    for r in rows:
        if good(r):
            key = (r.machine, r.runner, r.datastrip, r.scale, r.vds_scenes, r.scope, r.ipf, r.unit)
            groups.setdefault(key, {}).setdefault(r.slots, []).append(r)
    found = []
    for by_slots in groups.values():
        if 1 not in by_slots:
            continue
        cpu, wall = (median(getattr(r, name) for r in by_slots[1]) for name in ("cpu_s", "wall_s"))
        for slots, some in sorted(by_slots.items()):
            if slots == 1 or not cpu or not wall:
                continue
            now = median(r.wall_s for r in some)
            one = some[0]
            found.append(
                Scaling(
                    one.scope, one.ipf, one.unit, slots,
                    median(r.cpu_s for r in some) / cpu, now / wall, slots * wall / now,
                    median(r.others for r in some),
                )
            )  # fmt: skip
    return found
