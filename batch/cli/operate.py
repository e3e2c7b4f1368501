"""`vds resubmit`, `vds cancel`, `vds dead`: one command each for what did not go well."""

import json

import click
from rich.console import Console
from rich.table import Table

from batch.cli.broker import Where, broker_options, open_ledger, the_datastrip
from batch.embedded.run import sender
from batch.errors import InputError
from batch.ledger import View

as_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


@click.command(short_help="Take up what failed or was cancelled.")
@click.argument("name", metavar="ID")
@broker_options
@click.option("--from-start", is_flag=True, help="From L0c, even where the stage still has what was made.")
@as_json_option
def resubmit(name: str, where: Where, from_start: bool, as_json: bool) -> None:
    """Take up a datastrip that failed (where it stopped, if its stage lives) or was cancelled (from L0c).

    \b
    Example:
      vds resubmit S20261121T063000
    """
    with open_ledger(where) as ledger:
        ds = the_datastrip(View(ledger), name)
        jobs, wake = ledger.resubmit(ds, from_start)
        if not jobs:
            state = View(ledger).state(ds)
            raise InputError(
                f"{ds} has nothing that failed or was cancelled, it is {state}; see `vds status`"
            )
        sender(ledger)(wake)
    _tell(as_json, ds, "resubmitted", jobs)


@click.command(short_help="Stop a datastrip.")
@click.argument("name", metavar="ID")
@broker_options
@as_json_option
def cancel(name: str, where: Where, as_json: bool) -> None:
    """Stop a datastrip: what waits is dropped, what runs is killed within a quarter of a lease (15 s).

    \b
    Example:
      vds cancel S20261121T063000
    """
    with open_ledger(where) as ledger:
        ds = the_datastrip(View(ledger), name)
        jobs = ledger.cancel(ds)
        if not jobs:
            state = View(ledger).state(ds)
            raise InputError(f"{ds} has nothing that could be cancelled, it is {state}; see `vds status`")
    _tell(as_json, ds, "cancelled", jobs)


@click.command(short_help="What failed for good, and why.")
@broker_options
@as_json_option
def dead(where: Where, as_json: bool) -> None:
    """List the jobs that are FAILED because an invocation of theirs was tried too often, with the cause.

    \b
    Example:
      vds dead
    """
    with open_ledger(where) as ledger:
        view = View(ledger)
        found = [
            {"datastrip": ds, "id": job["id"], "stage": job["stage"], "reason": job["reason"]}
            for ds in view.datastrips()
            for job in view.jobs(ds)
            if job["state"] == "FAILED"
        ]
    if as_json:
        click.echo(json.dumps({"dead": found}, indent=1))
        return
    if not found:
        click.echo("Nothing has failed.")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("datastrip", "job", "cause"):
        table.add_column(name, overflow="fold")
    for row in found:
        table.add_row(str(row["datastrip"]), str(row["id"]), str(row["reason"]))
    Console(highlight=False).print(table)
    click.echo("Take it up again with `vds resubmit ID` when the cause is mended.")


def _tell(as_json: bool, ds: str, what: str, jobs: list[str]) -> None:
    if as_json:
        click.echo(json.dumps({"datastrip": ds, what: sorted(jobs)}, indent=1))
    else:
        click.echo(f"{ds}: {what} {' '.join(sorted(jobs))}")
