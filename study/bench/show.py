"""Tables of the bench for people, and the same as one document for programs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from batch.chain import Chain, extents_of
from batch.choreography import invocations
from batch.plan.forecast import CORE_HOURS_PER_SCENE, tiles_of
from study.bench.derive import Scaling
from study.bench.design import Point, knows_tiles
from study.bench.index import STRESS_NG, published
from study.bench.strips import typical_coverage
from study.laws import Law, size_of
from study.laws.model import FEW, POOR

COLOURS = {"good": "green", "fair": "yellow", "poor": "red", "few": "red"}
#: The vDS for which laws are summed up: the scenes of COPRS's sample and of the planner's default.
TYPICAL_SCENES = 16


def total(chain: Chain, laws: Mapping[tuple[str, str], Law], scale: int, scenes: int = TYPICAL_SCENES) -> Any:
    """CPU hours of a whole vDS by the laws: expected, and the sum of 95 % bounds of its IPFs; who is missing.

    Summing the bounds takes the errors of the IPFs as fully dependent: the widest that they can be.
    """
    tiles = tiles_of(scenes)
    extents = {**extents_of(chain, scenes), "tile": tuple(f"{n:03d}" for n in range(tiles))}
    share = typical_coverage(scenes, tiles)
    sums, missing = [0.0, 0.0, 0.0], set()
    for invocation in invocations(chain, "vds", extents):
        ipf = chain.ipf(invocation.ipf)
        law = laws.get(("vds", ipf.name))
        if law is None:
            missing.add(ipf.name)
            continue
        all_tiles = tiles if knows_tiles(chain, ipf) else 0
        size = size_of(ipf, invocation.unit, scenes, scale, all_tiles, share)
        for i, value in enumerate((law.seconds(size), *law.interval(size))):
            sums[i] += value
    return {
        "scale": scale,
        "scenes": scenes,
        "cpu_h": sums[0] / 3600,
        "low_h": sums[1] / 3600,
        "high_h": sums[2] / 3600,
        "missing": sorted(missing),
    }


def law_table(laws: Mapping[tuple[str, str], Law]) -> Table:
    """One line per IPF."""
    table = Table(box=None, title="CPU seconds of one run", title_justify="left")
    table.add_column("IPF", no_wrap=True)
    for name in ("fixed", "per scene", "per tile", "per Mpixel", "per Mpixel with data"):
        table.add_column(name, justify="right")
    for name in ("sd", "wall/CPU", "peak MB", "runs", "sizes", "fit"):
        table.add_column(name, justify="right" if name != "fit" else "left")
    for (scope, name), law in laws.items():
        label = name if scope == "vds" else f"{name} (assembly)"
        table.add_row(
            label,
            *(f"{c:.3g}" if c else "–" for c in law.coefficients),
            f"{law.sd:.0%}",
            f"{law.wall_per_cpu:.2f}",
            f"{law.memory_mb:.0f}",
            str(law.n),
            str(law.sizes),
            f"[{COLOURS[law.quality]}]{law.quality}[/]",
        )
    return table


def scaling_table(scalings: Sequence[Scaling]) -> Table:
    """How copies slow each other down."""
    table = Table(
        "IPF", "unit", "at once", "CPU ×", "wall ×", "runs/s ×", "others' cores", box=None,
        title="Several at once, against one alone", title_justify="left",
    )  # fmt: skip
    for s in scalings:
        cells = (f"{s.cpu:.2f}", f"{s.wall:.2f}", f"{s.gain:.2f}", f"{s.others:.1f}")
        table.add_row(s.ipf, s.unit, str(s.slots), *cells)
    return table


def show_fit(
    console: Console, laws: Mapping[tuple[str, str], Law], scalings: Sequence[Scaling], totals: Sequence[Any]
) -> None:
    """Laws, scaling, and what they mean for a vDS at the measured scales and at scale 1."""
    measured = {s for law in laws.values() for s in law.scales}
    console.print(law_table(laws))
    for (_, name), law in laws.items():
        if law.quality in (POOR, FEW) or "one scale" in law.why:
            console.print(f"{name}: {law.why}", soft_wrap=True)
    if scalings:
        console.print(scaling_table(scalings))
    missing = {name for t in totals for name in t["missing"]}
    if missing:
        console.print(f"no sum for a vDS: {len(missing)} IPFs of the chain were not measured")
        return
    for t in totals:
        console.print(
            f"a vDS of {t['scenes']} scenes at scale {t['scale']}: {t['cpu_h']:.3g} CPU-h "
            f"(95 %: {t['low_h']:.3g} … {t['high_h']:.3g})"
            + (
                f"; ESA's design figure of 2010: {CORE_HOURS_PER_SCENE * t['scenes']:.3g}"
                if t["scale"] == 1
                else ""
            )
            + ("" if t["scale"] in measured else f"; extrapolated from scale {min(measured, default=0)}")
        )
    if any(t["scale"] not in measured for t in totals):
        console.print("bounds hold the spread of the fit, not the error of its form: docs/bench.md")


def show_plan(
    console: Console, expected: Sequence[tuple[Point, float | None]], known: int, sizes: Sequence[int]
) -> None:
    """What would be measured: per IPF units, runs and expected time."""
    table = Table("IPF", "units", "measurements", "CPU s ≈", box=None)
    names = dict.fromkeys((p.scope, p.invocation.ipf) for p, _ in expected)
    for scope, name in names:
        own = [(p, s) for p, s in expected if (p.scope, p.invocation.ipf) == (scope, name)]
        units = len({(p.scale, p.scenes, str(p.invocation.unit), p.slots) for p, _ in own})
        seconds = [s for _, s in own if s is not None]
        text = f"{sum(seconds):.3g}" if len(seconds) == len(own) else "unknown"
        table.add_row(name if scope == "vds" else f"{name} (assembly)", str(units), str(len(own)), text)
    console.print(table)
    seconds = [s for _, s in expected if s is not None]
    missing = Counter(p.invocation.ipf for p, s in expected if s is None)
    console.print(
        f"{len(expected)} measurements on vDS of {', '.join(map(str, sizes))} scenes, {known} runs are in "
        f"FILE already; about {sum(seconds) / 60:.3g} min of CPU by known laws"
        + (f" without {', '.join(missing)}" if missing else "")
        + ", and as much again or more for the inputs"
    )


def show_index(console: Console, index: Mapping[str, float], version: str | None) -> None:
    """This machine's index beside the published ones."""
    table = Table("method", "this machine", "unit", box=None)
    for name, value in index.items():
        per_cpu = "CPU second" if name.endswith("-per-cpu-s") or name.startswith("kernel") else "second"
        table.add_row(
            name, f"{value:.4g}", f"{'Mpixel' if name.startswith('kernel') else 'bogo ops'} per {per_cpu}"
        )
    console.print(table)
    mine = index.get(f"{STRESS_NG}-per-cpu-s")
    if mine is None:
        console.print("stress-ng is not here, so there is no comparison with flavors; apt install stress-ng")
        return
    flavors = Table(
        "flavor", "bogo ops/s per core", "this core ÷ that core", box=None,
        title=f"Published {STRESS_NG} (this machine: stress-ng {version or 'of unknown version'})",
        title_justify="left",
    )  # fmt: skip
    for flavor, figures in published().items():
        workers, value = next(iter(figures[STRESS_NG].items()))
        flavors.add_row(flavor, f"{value / workers:.4g} ({workers} at once)", f"{mine * workers / value:.2f}")
    console.print(flavors)
