"""`vds exporter`: the ledger's figures for Prometheus."""

import signal
import threading

import click

from batch.cli.broker import Where, broker_options, open_broker
from batch.errors import InputError


@click.command(short_help="The ledger's figures, for Prometheus.")
@broker_options
@click.option(
    "--listen",
    default="127.0.0.1:9108",
    show_default=True,
    envvar="VDS_LISTEN",
    metavar="ADDRESS:PORT",
    help="Where to answer. The figures are not secret, yet nobody but Prometheus needs them [VDS_LISTEN].",
)
@click.option(
    "--cost-rate",
    type=click.FloatRange(min=0),
    envvar="VDS_COST_RATE",
    help="EUR per hour of the whole stack, as `vds price` tells; without, it is left out [VDS_COST_RATE].",
)
@click.option("--once", is_flag=True, help="Print the figures instead, and end.")
def exporter(where: Where, listen: str, cost_rate: float | None, once: bool) -> None:
    """Answer Prometheus at http://ADDRESS:PORT/metrics until SIGTERM.

    Figures: datastrips, vDS and assemblies by state, how long the queue has waited; invocations, attempts,
    failures and durations by IPF; stages with their slots, scratch and clocks; when the broker's certificate
    ends. Each is explained in docs/monitoring.md.

    It only reads, so the broker's user may be the one that may read and nothing else. If the broker does not
    answer, vds_ledger_up is 0 and the rest of the ledger's figures are left out until it does.

    \b
    Examples:
      vds exporter --broker rediss://monitor@broker:6379/0 --cost-rate 3.2
      vds exporter --out l1c --once
      curl http://127.0.0.1:9108/metrics
    """
    from prometheus_client import CollectorRegistry, generate_latest

    from batch.metrics.server import LedgerCollector, serve

    address, port = parse_listen(listen)
    with open_broker(where) as broker:
        collector = LedgerCollector(broker, cost_rate)
        if once:
            registry = CollectorRegistry()
            registry.register(collector)
            click.echo(generate_latest(registry).decode(), nl=False)
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        serve(collector, address, port, stop)


def parse_listen(text: str) -> tuple[str, int]:
    """`127.0.0.1:9108` or `[::1]:9108` as address and port. InputError if it is not of that form."""
    address, colon, port = text.rpartition(":")
    if not colon or not address or not port.isdigit() or not 0 < int(port) < 65536:
        raise InputError(f"--listen is {text}, expected ADDRESS:PORT, e.g. 127.0.0.1:9108; correct it")
    return address.strip("[]"), int(port)
