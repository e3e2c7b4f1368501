"""`vds plan`: the cut, what will run, what it takes. Writes nothing."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from batch.chain import load_chain, with_partitions
from batch.cli.options import PLACE, partitions_option, suited
from batch.place import Place
from batch.plan.cut import OVERLAP, cautions, cut, dropped, overhead
from batch.plan.done import Done, already_done
from batch.plan.forecast import by_ipf, forecast, makespan_hours
from batch.safe.check import scale_of
from batch.safe.datastrip import Datastrip
from batch.stage.source import open_source


@click.command(short_help="The cut, what will run, what it takes; writes nothing.")
@click.argument("datastrip", type=PLACE)
@click.option(
    "--scenes", type=click.IntRange(min=1), help="Longest vDS, in scenes. Default: one vDS per stage."
)
@click.option(
    "--overlap", type=click.IntRange(min=0), default=OVERLAP, show_default=True, help="Shared scenes."
)
@click.option("--stages", type=click.IntRange(min=1), default=2, show_default=True, help="Worker nodes.")
@click.option(
    "--slots", type=click.IntRange(min=1), default=1, show_default=True, help="IPFs at once per stage."
)
@click.option(
    "--chain", "chain_file", type=click.Path(path_type=Path), help="Chain file, or name of a shipped one."
)
@partitions_option
@click.option(
    "--out", type=click.Path(path_type=Path), help="A folder: say what is there already, and why it is kept."
)
@click.option("--price-hour", type=float, help="EUR per stage and hour, to state the cost.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def plan(
    datastrip: Place,
    scenes: int | None,
    overlap: int,
    stages: int,
    slots: int,
    chain_file: Path | None,
    partitions: dict[str, int],
    out: Path | None,
    price_hour: float | None,
    as_json: bool,
) -> None:
    """Show how DATASTRIP (DS/ and GR/ in a folder or s3://BUCKET/PREFIX) is cut into vDS and what would run.

    Hours are estimated from ESA's design figure of 2010 (0.67 core-hours per scene, single core), divided by
    the square of the datastrip's --scale; tiles from a fit over 16 real datastrips.

    Without --scenes and --stages, VDS_SCENES and VDS_STAGES count, as for `vds submit`.

    \b
    Examples:
      vds plan l0c
      vds plan l0c --scenes 24 --overlap 8 --stages 4 --slots 16 --price-hour 0.75
    """
    scenes, stages = suited(scenes, stages)
    source = open_source(datastrip)
    strip = source.datastrip
    chain = with_partitions(load_chain(chain_file), partitions)
    scale = scale_of(strip)
    cuts = cut(strip.blocks, scenes, overlap, stages)
    forecasts = [forecast(chain, c, scale) for c in cuts]
    done = already_done(out, strip.name) if out else {}
    hours = makespan_hours(forecasts, stages, slots)
    summary = {
        "datastrip": strip.name,
        "scenes": strip.scenes,
        "blocks": list(strip.blocks),
        "dropped": [str(d) for d in dropped(strip.blocks)],
        "cautions": list(cautions(strip.blocks, cuts)),
        "scale": scale,
        "overhead": round(overhead(cuts), 3),
        "vds": [
            {**asdict(c), **asdict(f), "done": done[c.id].why if c.id in done else None}
            for c, f in zip(cuts, forecasts, strict=True)
        ],
        "ipfs": dict(by_ipf(chain, cuts[0])),
        "core_hours": round(sum(f.core_hours for f in forecasts), 4),
        "hours": round(hours, 4),
        "scratch_gb": round(sum(f.scratch_gb for f in forecasts), 3),
        "cost": round(hours * stages * price_hour, 4) if price_hour is not None else None,
    }
    if as_json:
        click.echo(json.dumps(summary))
    else:
        _show(strip, summary, done)


def _show(strip: Datastrip, summary: dict, done: dict[str, Done]) -> None:
    console = Console(highlight=False)
    blocks = len(strip.blocks)
    console.print(
        f"[bold]{strip.name}[/]\n{strip.scenes} scenes in {blocks} data block{'s' if blocks > 1 else ''}, "
        f"{strip.satellite} relative orbit {strip.relative_orbit}, scale {summary['scale']}"
    )
    for text in summary["cautions"]:
        console.print(f"[yellow]{text}[/]")
    table = Table(
        "vDS", "scenes", "length", "tiles ≈", "IPF runs ≈", "core-h ≈", "scratch GB ≈", "", box=None
    )
    for row in summary["vds"]:
        state = f"done: {done[row['id']].why}" if row["id"] in done else "to do"
        table.add_row(
            row["id"],
            f"{row['first']}–{row['last']}",
            str(row["scenes"]),
            str(row["tiles"]),
            str(row["invocations"]),
            f"{row['core_hours']:.3g}",
            f"{row['scratch_gb']:.3g}",
            state,
        )
    console.print(table)
    most = sorted(summary["ipfs"].items(), key=lambda i: -i[1])[:4]
    console.print(
        f"per vDS {len(summary['ipfs'])} IPFs, most often {', '.join(f'{n} ×{c}' for n, c in most)}\n"
        f"together ≈ {summary['core_hours']:.3g} core-h (overlaps make it × {summary['overhead']}), "
        f"≈ {summary['hours']:.3g} h on these stages"
        + (f", ≈ {summary['cost']:.3g} EUR" if summary["cost"] is not None else "")
    )
