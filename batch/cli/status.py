"""`vds status`: what is going on, once or live."""

import json
import time

import click
from rich.console import Console, RenderableType
from rich.live import Live

from batch.cli.broker import Where, broker_options, is_terminal, open_ledger, the_datastrip
from batch.cli.show import overview, render
from batch.ledger import State, View
from batch.report.status import status as status_of


@click.command(name="status", short_help="What is going on.")
@click.argument("name", required=False, metavar="[ID]")
@broker_options
@click.option("--stages", "with_stages", is_flag=True, help="Show the stages in any case.")
@click.option("--watch", is_flag=True, help="Live, until the datastrip has ended.")
@click.option("--price-hour", type=float, help="EUR per stage and hour, to state the cost.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def status(
    name: str | None,
    where: Where,
    with_stages: bool,
    watch: bool,
    price_hour: float | None,
    as_json: bool,
) -> None:
    """Show one datastrip (ID, or a part of it), or all of them and the stages.

    \b
    Examples:
      vds status
      vds status S20261121T063000 --watch
      vds status --out l1c --json
    """
    with open_ledger(where) as ledger:
        view = View(ledger)
        names = [the_datastrip(view, name)] if name else view.datastrips()
        if watch:
            _watch(view, names, price_hour, with_stages)
        rows = [status_of(view, n, price_hour) for n in names]
        if as_json:
            stages = [{"stage": s, **p} for s, p in view.stages().items()]
            one = (name or len(rows) == 1) and not with_stages
            document = rows[0] if one else {"datastrips": rows, "stages": stages}
            click.echo(json.dumps(document, indent=1))
        else:
            Console(highlight=False).print(_page(view, names, price_hour, with_stages))


def _page(view: View, names: list[str], price_hour: float | None, with_stages: bool) -> RenderableType:
    rows = [status_of(view, n, price_hour) for n in names]
    one = len(rows) == 1 and not with_stages
    return render(rows[0]) if one else overview(rows, view.stages())


def _watch(view: View, names: list[str], price_hour: float | None, with_stages: bool) -> None:
    going = (State.PENDING, State.RUNNING)
    live = Live(console=Console(stderr=True), transient=True) if is_terminal() else None
    if live:
        live.start()
    try:
        while any(view.state(n) in going for n in names):
            if live:
                live.update(_page(view, names, price_hour, with_stages))
            time.sleep(1)
    finally:
        if live:
            live.stop()
