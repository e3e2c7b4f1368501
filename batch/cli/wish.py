"""The options that say what is to be made of a datastrip: `run` and `submit` have them in common."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from batch.cli.options import PLACE, partitions_option
from batch.ledger.ledger import PRIORITIES
from batch.place import Place
from batch.plan.cut import OVERLAP
from batch.stage.submit import Wish

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
    click.option("--chain", type=click.Path(path_type=Path), help="Chain file, or name of a shipped one."),
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
    """DATASTRIP, --out, --work, --scenes, …, --baseline; the command gets them as `wish`, and `as_json`."""

    @functools.wraps(command)
    def wrapped(
        datastrip: Place,
        out: Place,
        work: Path | None,
        scenes: int | None,
        overlap: int,
        whole: bool,
        stages: int,
        chain: Path | None,
        partitions: dict[str, int],
        priority: str,
        baseline: str | None,
        **others: Any,
    ) -> Any:
        # Dynamic parameters go into every job order.
        parameters = {"PROCESSING_BASELINE": baseline} if baseline else {}
        wish = Wish(
            datastrip, out, scenes, overlap, stages, whole, chain, partitions, priority, parameters, work
        )
        return command(wish=wish, **others)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped
