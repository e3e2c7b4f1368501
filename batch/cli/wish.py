"""The options that say what is to be made of a datastrip: `run` and `submit` have them in common."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from batch.cli.options import PLACE, partitions_option
from batch.config import settings
from batch.ledger.ledger import PRIORITIES
from batch.plan.cut import OVERLAP

_OPTIONS = (
    click.argument("datastrip", type=PLACE),
    click.option("--out", required=True, type=PLACE, help="Folder or s3://BUCKET/PREFIX for the products."),
    click.option(
        "--work",
        type=click.Path(path_type=Path),
        help="With --out s3://…: folder for vDS, logs and what stages share. Default: VDS_SHARED/work.",
    ),
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
    """DATASTRIP, --out, --work, --scenes, --overlap, --whole, --stages, --chain, --partitions, …"""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def work_folder(work: Path | None) -> Path | None:
    """`--work`, else the folder for it below VDS_SHARED; None if neither is given."""
    shared = settings().shared
    return work or (Path(shared) / "work" if shared else None)


def parameters_of(baseline: str | None) -> dict[str, str]:
    """Dynamic parameters that every job order gets."""
    return {"PROCESSING_BASELINE": baseline} if baseline else {}
