"""`vds synth`: a datastrip to play with, photographed from the formula scene."""

import json
from pathlib import Path
from typing import Any

import click

from batch.errors import InputError


@click.command(context_settings={"show_default": True})
@click.option(
    "--like", type=click.Path(path_type=Path), help="Datastrip whose metadata are taken as they are."
)
@click.option("--orbit", type=click.IntRange(1, 143), help="Relative orbit of a datastrip made from nothing.")
@click.option("--scale", type=int, default=16, help="1, 2, 4, 8 or 16: N × N fewer pixels, same geometry.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to make DS/ and GR/ in.")
@click.option("--jobs", type=click.IntRange(1), help="Processes.  [default: one per core]")
@click.option("--lat", type=float, default=45.0, help="With --orbit: latitude of the first scene.")
@click.option("--lon", type=float, help="With --orbit: longitude there, instead of the orbit's own.")
@click.option("--scenes", type=int, default=16, help="With --orbit: how many scenes of 24 km.")
@click.option("--date", default="2022-06-21", help="With --orbit: day of the acquisition (UTC).")
@click.option("--satellite", type=click.Choice(["S2A", "S2B"]), default="S2B", help="With --orbit.")
@click.option("--gap", type=int, help="With --orbit: leave a hole of one scene after this many scenes.")
@click.option(
    "--attitude-error",
    type=click.FloatRange(0),
    default=0.0,
    help="µrad by which the pictures' attitude is off what the metadata say: bias, drift and a slow wave. "
    "200 µrad are about 160 m on the ground. Recorded in OUT/<datastrip>.attitude.json.",
)
@click.option(
    "--seed", type=int, default=1, help="With --attitude-error: draws its signs, periods and phases."
)
@click.option(
    "--reference",
    type=click.Path(path_type=Path),
    help="Auxiliary folder (VDS_AUX) to write a stand-in for the GRI in, for --chain level1-refined.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output, nothing else.")
def synth(
    like: Path | None,
    orbit: int | None,
    scale: int,
    out: Path,
    jobs: int | None,
    attitude_error: float,
    seed: int,
    reference: Path | None,
    as_json: bool,
    **strip: Any,
) -> None:
    """Make an L0c datastrip with its granules under OUT/DS and OUT/GR.

    \b
    Either --like a datastrip (a real one's metadata will do) or from nothing by --orbit:
      vds synth --like ../shared/data/l0c/S2B_… --scale 16 --out /tmp/in
      vds synth --orbit 34 --lat 45 --scenes 16 --scale 16 --out /tmp/in

    Interrupted, it goes on where it was when the command is given again.
    """
    if (like is None) == (orbit is None):
        raise InputError("synth takes either --like or --orbit; give one of them")
    from batch.safe.datastrip import find_datastrip
    from batch.safe.packets import SCALES

    if scale not in SCALES:
        raise InputError(f"scale {scale} is not one of 1, 2, 4, 8, 16; choose one of these")

    def make(source: Path) -> Any:
        return _shown(
            as_json,
            lambda progress: _make(source, out, scale, jobs, progress, (attitude_error, seed), reference),
        )

    if like is not None:
        built = make(find_datastrip(like)[0])
    else:
        from ipf.synth.datastrip import made_datastrip

        with made_datastrip(out, relative_orbit=orbit, **strip) as source:
            built = make(source)
    if as_json:
        click.echo(json.dumps(_document(built, scale)))
        return
    click.echo(
        f"{built.ds}\n{built.granules} granules at scale {scale} in {built.gr}, {built.made} of them made now"
    )


def _make(
    source: Path,
    out: Path,
    scale: int,
    jobs: int | None,
    progress: Any,
    attitude: tuple[float, int],
    reference: Path | None,
) -> Any:
    """Make the granules, and what else was asked for."""
    from batch.safe.datastrip import read_datastrip
    from ipf.synth.attitude import AttitudeError
    from ipf.synth.build import build
    from ipf.synth.reference import write_reference

    ds = read_datastrip(source)
    size, seed = attitude
    built = build(source, out, scale, jobs, progress, AttitudeError.of(ds, size, seed) if size else None)
    if reference is not None:
        write_reference(ds, scale, reference)
    return built


def _document(built: Any, scale: int) -> dict[str, Any]:
    return {
        "datastrip": built.ds.name,
        "ds": str(built.ds),
        "gr": str(built.gr),
        "scale": scale,
        "granules": built.granules,
        "made": built.made,
        "bytes": built.bytes,
    }


def _shown(quiet: bool, work: Any) -> Any:
    """Run `work(progress)` with a progress bar on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("photographing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True) as bar:
        task = bar.add_task("", total=None)
        return work(lambda done, of: bar.update(task, completed=done, total=of))
