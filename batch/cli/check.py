"""`vds check`: what is missing, each with its remedy."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from batch.cli.broker import Where, deployed_options, open_broker
from batch.config import settings
from batch.errors import VdsError
from batch.stage.check import check_machine
from batch.stage.finding import MISSING, OK, Finding
from batch.stage.health import check_system

COLOUR = {OK: "green", "warning": "yellow", MISSING: "red"}


@click.command(short_help="What is missing here or of a deployed system.")
@deployed_options
@click.option("--chain", type=click.Path(path_type=Path), help="Chain file instead of the shipped.")
@click.option("--out", type=click.Path(path_type=Path), default=".", help="Folder that products will go to.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def check(where: Where, chain: Path | None, out: Path, as_json: bool) -> None:
    """Tell what is missing or misconfigured on this machine and behind --broker. Writes nothing.

    With --stack only the deployed system is looked at, through its bastion.

    \b
    Examples:
      vds check
      vds check --broker rediss://vds@broker:6379/0
      vds check --stack ovh
    """
    findings = [] if where.remote else check_machine(settings(), chain, out)
    if where.remote or where.broker:
        with open_broker(where) as broker:
            findings += check_system(broker)
    missing = [f for f in findings if f.level == MISSING]
    if as_json:
        click.echo(json.dumps({"ok": not missing, "findings": [asdict(f) for f in findings]}, indent=1))
    else:
        _table(findings)
    if missing:
        raise VdsError(
            f"{len(missing)} of {len(findings)} checks failed: {', '.join(f.what for f in missing)}"
        )


def _table(findings: list[Finding]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for one in findings:
        remedy = f"→ {one.remedy}" if one.remedy else ""
        table.add_row(Text(one.level, COLOUR[one.level]), one.what, one.found, remedy)
    Console(highlight=False).print(table)
