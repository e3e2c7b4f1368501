"""`vds size`: the cheapest platform that keeps a timeliness."""

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from batch.errors import InputError


@click.command(short_help="The cheapest stages, vDS length and commitment that keep a timeliness.")
@click.option("--stack", "name", required=True, help="Stack that is sized.")
@click.option("--timeliness", default="3h", show_default=True, help="Time since sensing, e.g. 3h or 100min.")
@click.option(
    "--confidence", type=click.FloatRange(0, 1, min_open=True), default=0.95, show_default=True,
    help="Share of the datastrips that must keep it.",
)  # fmt: skip
@click.option(
    "--days", type=click.FloatRange(0.1, 366), default=4.0, show_default=True, help="Days simulated."
)
@click.option("--begin", default="2018-07-20", show_default=True, metavar="DAY", help="First day, UTC.")
@click.option("--scenes", default="12,16,24,32", show_default=True, help="Lengths of vDS that are tried.")
@click.option("--limit", type=click.IntRange(1, 200), default=200, show_default=True, help="Stages at most.")
@click.option("--flavor", help="Flavor of the stages instead of the stack's.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder with the stack files.",
)
@click.option("--laws", "laws_file", type=click.Path(path_type=Path), help="Durations, as for vds simulate.")
@click.option(
    "--reference",
    type=click.FloatRange(0.01, 100),
    default=1.0,
    show_default=True,
    help="As for vds simulate.",
)
@click.option(
    "--write", is_flag=True, help="Set count, scenes and commitment of servers.stage in the stack file."
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same answer.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def size(
    name: str,
    timeliness: str,
    confidence: float,
    days: float,
    begin: str,
    scenes: str,
    limit: int,
    flavor: str | None,
    folder: Path,
    laws_file: Path | None,
    reference: float,
    write: bool,
    seed: int,
    as_json: bool,
) -> None:
    """Find the cheapest number of stages, vDS length and commitment with which a stack keeps a timeliness.

    Days of the constellation are simulated as by vds simulate, for each length of vDS with ever fewer stages,
    fixed and elastic; priced by the hour, by the month and committed for a year. Where the flavor's index is
    unknown, the slowest that is known of any flavor is taken. With --write the number of stages (of an
    elastic platform the least), the length of the vDS and the commitment go into the stack file: the number
    counts at the next make up, the length is for vds submit --scenes, the commitment for vds price.

    \b
    Examples:
      vds size --stack ovh --timeliness 3h --confidence 0.95
      vds size --stack ovh --flavor b3-64 --timeliness 100min --confidence 0.5 --json

    \b
    Exit status: 0 found, 1 no platform within --limit keeps it, 2 bad input.
    """
    from study.cli.simulation import sized
    from study.cli.stack_stage import write_stage
    from study.cli.stacks import console
    from study.simulate.show import show_sizes

    hours = hours_of(timeliness)
    document: dict[str, Any] = sized(
        name, hours, confidence, days, _day(begin), _lengths(scenes), limit, flavor, folder, laws_file,
        reference, seed, sys.stderr.isatty(),
    )  # fmt: skip
    chosen = document["choices"][0] if document["choices"] else None
    if write and chosen:
        path = folder / f"Pulumi.{name}.yaml"
        keys = {"count": chosen["stages"], "scenes": chosen["scenes"], "commitment": chosen["commitment"]}
        document["written"] = {"file": str(path), "keys": keys, "before": write_stage(path, keys)}
    if as_json:
        click.echo(json.dumps(document))
    else:
        show_sizes(console(), document)
    if not chosen:
        sys.exit(1)


def hours_of(text: str) -> float:
    """`3h`, `100min`, `1.5h` in hours."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(h|min)", text.strip())
    if not found or not float(found[1]):
        raise InputError(f"--timeliness {text}: a time like 3h or 100min was expected; correct it")
    return float(found[1]) / (60 if found[2] == "min" else 1)


def _lengths(text: str) -> list[int]:
    parts = [p.strip() for p in text.split(",")]
    if not all(p.isdigit() and int(p) >= 4 for p in parts):
        raise InputError(
            f"--scenes {text}: lengths of 4 scenes or more like 12,16,24 were expected; correct it"
        )
    return sorted({int(p) for p in parts})


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise InputError(f"--begin {text}: a day like 2018-07-20 was expected; correct it") from None
