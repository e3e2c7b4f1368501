"""`vds study`: all of the study as one page, each number with its source."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from batch.errors import InputError

#: Lengths of vDS and totals of vCPU that are tried; with --quick.
LENGTHS, VCPUS = (16, 24), (320, 480, 640, 1280)
QUICK_LENGTHS, QUICK_VCPUS, QUICK_DAYS = (16,), (320, 640, 1280), 1.0


@click.command(short_help="The whole study as one HTML page, each number with its source.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("study.html"), show_default=True,
    help="The page; its data go into the folder <name>-data beside it.",
)  # fmt: skip
@click.option("--quick", is_flag=True, help="One day, fewer platforms: seconds instead of minutes.")
@click.option("--stack", "names", multiple=True, help="Stacks to compare. Default: all clouds of the folder.")
@click.option(
    "--days", type=click.FloatRange(0.1, 366), help="Days simulated. Default: 4, or 1 with --quick."
)
@click.option("--begin", default="2018-07-20", show_default=True, metavar="DAY", help="First day, UTC.")
@click.option(
    "--stages", type=click.IntRange(1, 200), default=40, show_default=True,
    help="Stages of 16 vCPU; of other flavors as many vCPU.",
)  # fmt: skip
@click.option("--timeliness", default="3h", show_default=True, help="For the cheapest system, e.g. 3h.")
@click.option(
    "--confidence", type=click.FloatRange(0, 1, min_open=True), default=0.95, show_default=True,
    help="Share of the datastrips that must keep it.",
)  # fmt: skip
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), default=Path(),
    help="Folder with the stack files.",
)  # fmt: skip
@click.option("--laws", "laws_file", type=click.Path(path_type=Path), help="Durations, as for vds simulate.")
@click.option(
    "--reference", type=click.FloatRange(0.01, 100), default=1.0, show_default=True,
    help="As for vds simulate.",
)  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same page.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output: all sheets.")
def study(
    out: Path,
    quick: bool,
    names: tuple[str, ...],
    days: float | None,
    begin: str,
    stages: int,
    timeliness: str,
    confidence: float,
    folder: Path,
    laws_file: Path | None,
    reference: float,
    seed: int,
    as_json: bool,
) -> None:
    """Write the study: benchmarks of the IPFs, days of two satellites on each cloud and flavor, performance
    versus price, the cheapest system for a timeliness, simulation against reality, quality impacts, and
    every assumption.

    The page needs nothing else and loads nothing; pointing at a number shows the file and key that it comes
    from. One CSV file per figure is in the folder beside it. Nothing is asked of any cloud.

    \b
    Examples:
      vds study
      vds study --quick --stack ovh --out quick.html
      vds study --laws c2-60.laws.yaml --timeliness 100min --confidence 0.5
    """
    from batch.stage.submit import check_writable
    from study.cli.size import hours_of
    from study.cli.stacks import all_stacks, read_stack
    from study.laws import read_laws
    from study.report.gather import gather
    from study.report.runs import Wish
    from study.report.write import check_folder, write
    from study.simulate.pdgs_laws import pdgs_laws

    stacks = {n: read_stack(n, None, folder) for n in names} if names else all_stacks(folder)
    durations = read_laws(laws_file) if laws_file else pdgs_laws()
    check_writable(out.absolute().parent)
    check_folder(out)
    wish = Wish(
        days=days or (QUICK_DAYS if quick else 4.0),
        begin=_day(begin),
        seed=seed,
        stages=stages,
        hours=hours_of(timeliness),
        confidence=confidence,
        lengths=QUICK_LENGTHS if quick else LENGTHS,
        vcpus=QUICK_VCPUS if quick else VCPUS,
        reference=reference,
        every_flavor_sized=not quick,
        folder=folder,
        laws_file=laws_file.name if laws_file else "study/simulate/pdgs_2018_laws.yaml",
        command=_command(),
        laws_text=laws_file.read_text(encoding="utf-8") if laws_file else "",
    )
    with _told() as tell:
        tell("the days' datastrips")
        found = gather(wish, stacks, _observed(wish), durations, tell)
        tell("the page")
        beside = write(found, out)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "page": str(out),
                    "data": str(beside),
                    "sheets": {s.file: {"how": s.how, "rows": s.rows} for s in found.sheets},
                },
                default=dict,
            )
        )
    else:
        click.echo(f"{out} ({out.stat().st_size / 1000:.0f} kB), its data in {beside}")


def _observed(wish: Any) -> Any:
    from study.orbit.plan import observed
    from study.simulate.model import arrivals

    strips = observed(wish.days, wish.begin, seed=wish.seed)
    return arrivals(
        [(f"{d.satellite}_{d.station}_{d.start:.0f}", d.scenes, d.start, d.received) for d in strips]
    )


def _command() -> str:
    """As it was given, without folders of this machine."""
    words = [Path(w).name if "/" in w else w for w in sys.argv[1:]]
    return " ".join(["vds", *words]) if words[:1] == ["study"] else "vds study"


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise InputError(f"--begin {text}: a day like 2018-07-20 was expected; correct it") from None


@contextmanager
def _told() -> Iterator[Callable[[str], None]]:
    """What is being done, on a terminal."""
    if not sys.stderr.isatty():
        yield lambda what: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        count = 0

        def tell(what: str) -> None:
            nonlocal count
            count += 1
            status.update(f"step {count}: {what}")

        yield tell
