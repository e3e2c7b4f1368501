"""`vds bench`: every IPF alone, on units of several sizes, and the laws that follow."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from batch.cli.options import partitions_option
from batch.config import DOCKER, PROCESS
from batch.errors import InputError, IpfError
from batch.safe.packets import SCALES


def numbers(_ctx: click.Context, option: click.Parameter, value: str | None) -> tuple[int, ...]:
    """`1,2,4` as numbers; InputError if it is not of that form."""
    words = [w.strip() for w in (value or "").split(",") if w.strip()]
    if not all(w.isdigit() and int(w) > 0 for w in words):
        raise InputError(f"--{option.name} {value}: numbers with commas were expected, as 1,2,4")
    return tuple(dict.fromkeys(int(w) for w in words))


@click.command(short_help="Measure every IPF alone; fit how long it takes.")
@click.argument("datastrip", type=click.Path(path_type=Path), required=False)
@click.option("--scale", callback=numbers, help="Make datastrips at these scales instead, e.g. 16,8.")
@click.option("--sizes", callback=numbers, default="4,7,10", show_default=True, help="Scenes of the vDS.")
@click.option("--slots", callback=numbers, default="1", show_default=True, help="Copies at once, e.g. 1,2,4.")
@click.option("--repetitions", type=click.IntRange(1), default=3, show_default=True, help="Of each run.")
@click.option("--ipf", "only", multiple=True, help="Only this IPF; may be given several times.")
@click.option("--runner", type=click.Choice([PROCESS, DOCKER]), help="How IPFs are run. Default: process.")
@click.option("--image", help="Image of the IPFs, may hold {ipf} and {version}. Default: VDS_IPF_IMAGE.")
@click.option("--chain", "chain_file", type=click.Path(path_type=Path), help="Chain file, not the shipped.")
@partitions_option
@click.option("--out", type=click.Path(path_type=Path), help="Measurement file (CSV); added to if it exists.")
@click.option("--laws", type=click.Path(path_type=Path), help="Law file. Default: FILE with .laws.yaml.")
@click.option("--work", type=click.Path(path_type=Path), help="Prepared inputs. Default: FILE with .work.")
@click.option("--jobs", type=click.IntRange(1), help="IPFs at once while preparing. Default: cores.")
@click.option("--again", is_flag=True, help="Measure again what FILE holds; the later runs count.")
@click.option(
    "--fit", multiple=True, type=click.Path(path_type=Path), help="Measure nothing, fit these files together."
)
@click.option("--index", is_flag=True, help="Only print how fast this machine is.")
@click.option("--dry-run", is_flag=True, help="List what would be measured and how long it takes.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def bench(as_json: bool, index: bool, fit: tuple[Path, ...], **wish: Any) -> None:
    """Run every IPF of a chain alone, on units of several sizes, and fit how long it takes.

    DATASTRIP is a folder with DS/ and GR/ that holds as many scenes in a row as vDS of --sizes need, 3
    shared by neighbours; without it one is made, at each --scale. What comes before an IPF is run once. Each
    run is one row of FILE (docs/bench.md lists the columns); the machine's facts are in
    FILE.machines.json. CPU seconds are what is fitted: wall time is at the mercy of the neighbours.

    Stopped or killed, it goes on where it was when the same command is given again.

    \b
    Examples:
      vds bench --scale 16,8 --slots 1,2 --out bench.csv
      vds bench l0c --runner docker --image 'ipf-{ipf_lower}:{version}' --slots 1,4,16 --out c2-60.csv
      vds bench --fit a.csv --fit b.csv --laws both.laws.yaml
      vds bench --index
    """
    if index:
        _index(as_json)
    elif fit:
        if wish["laws"] is None:
            raise InputError("--fit needs a place for the laws; give --laws FILE")
        from batch.chain import load_chain

        _fit(fit, wish["laws"], load_chain(wish["chain_file"]), as_json)
    else:
        _bench(as_json, **wish)


def _index(as_json: bool) -> None:
    from rich.console import Console

    from study.bench.index import index_of, stress_ng_version
    from study.bench.machine import facts
    from study.bench.show import show_index

    found, machine = index_of(), facts()
    version = stress_ng_version()
    if as_json:
        click.echo(json.dumps({"index": found, "stress_ng": version, "machine": machine}, indent=1))
    else:
        show_index(Console(highlight=False), found, version)


def _bench(
    as_json: bool,
    datastrip: Path | None,
    scale: tuple[int, ...],
    out: Path | None,
    laws: Path | None,
    work: Path | None,
    jobs: int | None,
    dry_run: bool,
    **wish: Any,
) -> None:
    if (datastrip is None) == (not scale):
        raise InputError("bench takes either a DATASTRIP or --scale; give one of them")
    if out is None:
        raise InputError("bench needs a place for its measurements; give --out FILE")
    for one in scale:
        if one not in SCALES:
            raise InputError(f"--scale {one}: 1, 2, 4, 8 or 16 was expected; choose of these")
    work = work or out.with_name(out.name + ".work")
    campaign = _campaign([datastrip] if datastrip else [], out, work, jobs, **wish)
    if dry_run:
        _plan(campaign, scale, as_json)
        return
    from batch.stage.submit import check_commands, check_writable
    from study.bench.campaign import run
    from study.bench.index import index_of
    from study.bench.machine import facts
    from study.bench.record import read_machines, write_machine

    check_commands(campaign.chain, campaign.config)
    check_writable(work, "--work")
    with _shown(as_json) as progress:
        strips = campaign.datastrips or [_made(work, s, campaign.sizes, progress) for s in scale]
        known = read_machines(out).get(campaign.machine, {})
        progress.begin("index of this machine")
        machine = facts(docker=campaign.config.runner == DOCKER)
        write_machine(out, campaign.machine, {**machine, "index": known.get("index") or index_of()})
        rows = run(replace(campaign, datastrips=strips), progress)
        progress.begin("fitting")
    _fit([out], laws or out.with_name(out.name + ".laws.yaml"), campaign.chain, as_json)
    bad = sorted({r.ipf for r in rows if r.ended != "exited" or r.exit >= 128})
    if bad:
        raise IpfError(f"runs of {', '.join(bad)} failed and were left out; see column exit of {out}")


def _campaign(
    datastrips: list[Path],
    out: Path,
    work: Path,
    jobs: int | None,
    only: tuple[str, ...],
    runner: str | None,
    image: str | None,
    chain_file: Path | None,
    partitions: dict[str, int],
    **wish: Any,
) -> Any:
    from batch.chain import load_chain, with_partitions
    from batch.config import settings
    from study.bench.campaign import Campaign, check
    from study.bench.machine import facts, identity

    config = settings()
    config = replace(config, runner=runner or config.runner, ipf_image=image or config.ipf_image)
    campaign = Campaign(
        datastrips=datastrips,
        chain=with_partitions(load_chain(chain_file), partitions),
        config=config,
        out=out,
        work=work,
        machine=identity(facts()),
        only=only,
        jobs=jobs or len(os.sched_getaffinity(0)),
        **wish,
    )
    check(campaign)
    return campaign


def _plan(campaign: Any, scales: Sequence[int], as_json: bool) -> None:
    from rich.console import Console

    from batch.safe.check import check_datastrip, scale_of
    from study.bench.campaign import expected
    from study.bench.record import read_rows
    from study.bench.show import show_plan
    from study.bench.strips import lay
    from study.laws import read_laws
    from study.laws.file import SHIPPED

    for path in campaign.datastrips:
        strip = check_datastrip(path)
        lay(campaign.sizes, strip.blocks, strip.name)
        scales = [*scales, scale_of(strip)]
    found = expected(campaign, scales, read_laws() if SHIPPED.exists() else None)
    rows = len(read_rows(campaign.out)) if campaign.out.exists() else 0
    if as_json:
        document = [
            {"scope": p.scope, "key": p.invocation.key, "scale": p.scale, "vds_scenes": p.scenes,
             "slots": p.slots, "repetition": p.repetition, **asdict(p.size), "cpu_s": s}
            for p, s in found
        ]  # fmt: skip
        click.echo(json.dumps({"measurements": document, "rows": rows}, indent=1))
    else:
        show_plan(Console(highlight=False), found, rows, campaign.sizes)


def _made(work: Path, scale: int, sizes: Sequence[int], progress: Any) -> Path:
    """A generated datastrip that holds the vDS, over the equator, where a tile is crossed at its steepest."""
    from ipf.synth.build import build
    from ipf.synth.datastrip import made_datastrip
    from study.bench.strips import scenes_needed

    scenes = scenes_needed(sizes)
    folder = work / f"l0c-{scale}-{scenes}"
    progress.begin(f"scale {scale}: photographing {scenes} scenes")
    with made_datastrip(folder, relative_orbit=120, lat=-4.0, scenes=scenes) as source:
        build(source, folder, scale, None, progress.step)
    return folder


def _fit(files: Sequence[Path], laws: Path, chain: Any, as_json: bool) -> None:
    from rich.console import Console

    from study.bench.derive import laws_of, scaling_of, sources
    from study.bench.record import read_machines, read_rows
    from study.bench.show import show_fit, total
    from study.laws import Laws, write_laws

    rows = [r for path in files for r in read_rows(path)]
    machines = {k: v for path in files for k, v in read_machines(path).items()}
    found = laws_of(rows, {k: int(v.get("cores") or 1) for k, v in machines.items()})
    if not found:
        raise InputError(f"{', '.join(map(str, files))}: no good run of one copy is in there; measure first")
    machine = dict(machines.get(str(sources(rows)["machine"]), {}))
    index = machine.pop("index", {})
    write_laws(Laws(found, index, machine, {"measurements": [p.name for p in files], **sources(rows)}), laws)
    scales = sorted({s for law in found.values() for s in law.scales} | {1}, reverse=True)
    totals = [total(chain, found, s) for s in scales]
    scalings = scaling_of(rows)
    if as_json:
        document = {
            "laws": {f"{s}/{n}": asdict(law) for (s, n), law in found.items()},
            "scaling": [asdict(s) for s in scalings],
            "totals": totals,
            "rows": len(rows),
            "file": str(laws),
        }
        click.echo(json.dumps(document, indent=1))
        return
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 150)
    show_fit(console, found, scalings, totals)
    console.print(f"the laws are in {laws}")


def _shown(quiet: bool) -> Any:
    """A progress bar on standard error."""
    from study.bench.progress import Bar

    return Bar(quiet)
