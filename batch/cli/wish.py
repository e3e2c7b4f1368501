"""The options that say what is to be made of a datastrip: `run` and `submit` have them in common."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from batch.cli.options import partitions_option
from batch.ledger.ledger import PRIORITIES
from batch.plan.cut import OVERLAP

_OPTIONS = (
    click.argument("datastrip", type=click.Path(path_type=Path)),
    click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the products."),
    click.option(
        "--scenes", type=click.IntRange(min=1), help="Longest vDS, in scenes. Default: one vDS per stage."
    ),
    click.option(
        "--overlap", type=click.IntRange(min=0), default=OVERLAP, show_default=True, help="Shared scenes."
    ),
    click.option("--whole", is_flag=True, help="Do not cut: the datastrip is one vDS."),
    click.option("--stages", type=click.IntRange(min=1), default=2, show_default=True, help="Worker nodes."),
    click.option("--chain", type=click.Path(path_type=Path), help="Chain file instead of the shipped."),
    partitions_option,
    click.option(
        "--priority",
        type=click.Choice(list(PRIORITIES)),
        default="normal",
        show_default=True,
        help="Before whom.",
    ),
    click.option(
        "--baseline", help="PROCESSING_BASELINE of the products instead of the chain's, e.g. 05.11."
    ),
    click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output."),
)


def wish_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """DATASTRIP, --out, --scenes, --overlap, --whole, --stages, --chain, --partitions, --priority, …"""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def parameters_of(baseline: str | None) -> dict[str, str]:
    """Dynamic parameters that every job order gets."""
    return {"PROCESSING_BASELINE": baseline} if baseline else {}
