"""`vds trace` and `vds report`: every attempt as CSV; one HTML page."""

from pathlib import Path

import click

from batch.cli.broker import Where, broker_options, open_ledger, the_datastrip
from batch.ledger import View
from batch.report.html import page
from batch.report.status import status
from batch.report.trace import rows, to_csv


@click.command(short_help="Every attempt as CSV, with Nextflow's column names.")
@click.argument("name", required=False, metavar="[ID]")
@broker_options
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def trace(name: str | None, where: Where, as_json: bool) -> None:
    """Print every attempt of a datastrip (default: the last submitted).

    \b
    Example:
      vds trace --out l1c > trace.csv
    """
    import json

    with open_ledger(where) as ledger:
        view = View(ledger)
        ds = the_datastrip(view, name)
        attempts = view.attempts(ds)
    if as_json:
        click.echo(json.dumps({"datastrip": ds, "attempts": rows(ds, attempts)}, indent=1))
    else:
        click.echo(to_csv(ds, attempts), nl=False)


@click.command(short_help="One HTML page: timeline, utilisation, attempts, cost.")
@click.argument("name", required=False, metavar="[ID]")
@broker_options
@click.option("--to", type=click.Path(path_type=Path), help="File to write. Default: <ID>.html here.")
@click.option("--price-hour", type=float, help="EUR per stage and hour, to state the cost.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def report(
    name: str | None,
    where: Where,
    to: Path | None,
    price_hour: float | None,
    as_json: bool,
) -> None:
    """Write a page that needs nothing else: timeline per stage and slot, what IPFs took, what went wrong.

    \b
    Example:
      vds report --out l1c --to report.html --price-hour 0.75
    """
    import json

    from batch.stage.submit import check_writable

    with open_ledger(where) as ledger:
        view = View(ledger)
        ds = the_datastrip(view, name)
        facts, attempts = status(view, ds, price_hour), view.attempts(ds)
    place = to or Path(f"{ds}.html")
    check_writable(place.absolute().parent)
    aside = place.with_name(f".{place.name}.part")
    aside.write_text(page(facts, attempts), encoding="utf-8")
    aside.replace(place)
    if as_json:
        click.echo(json.dumps({"datastrip": ds, "report": str(place.absolute())}, indent=1))
    else:
        click.echo(str(place))
