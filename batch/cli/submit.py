"""`vds submit`: the same as `vds run` on a deployed system."""

import json
import sys
from pathlib import Path

import click

from batch.cli.broker import Where, deployed_options, open_ledger
from batch.cli.wish import parameters_of, wish_options
from batch.embedded.run import sender
from batch.ledger import View
from batch.remote import read_stack, run_there
from batch.stage.submit import Wish, check_known, enter, prepare_submission, write_all_vds


@click.command(short_help="Put a datastrip on the queue of a deployed system.")
@wish_options
@deployed_options
@click.option("--replace", is_flag=True, help="Begin anew what is in the ledger under this name.")
def submit(
    datastrip: Path,
    out: Path,
    scenes: int | None,
    overlap: int,
    whole: bool,
    stages: int,
    chain: Path | None,
    partitions: dict[str, int],
    priority: str,
    baseline: str | None,
    as_json: bool,
    where: Where,
    replace: bool,
) -> None:
    """Cut DATASTRIP into vDS in OUT and put them on the queue. DATASTRIP and OUT must be on shared storage.

    Submitted twice, it is done once. With --stack the command runs on the stack's broker, by SSH through the
    bastion: all paths are paths there.

    \b
    Examples:
      vds submit /shared/l0c/DS1 --out /shared/l1c --stages 8
      vds submit /shared/l0c/DS1 --out /shared/l1c --priority urgent
      vds submit /srv/vds/l0c/DS1 --out /srv/vds/l1c --stack ovh
    """
    if where.remote:
        raise click.exceptions.Exit(
            run_there(read_stack(where.stack, where.inventory), local_words(sys.argv[1:]))
        )
    wish = Wish(
        datastrip, out, scenes, overlap, stages, whole, chain, partitions, priority, parameters_of(baseline)
    )
    submission = prepare_submission(wish)
    with open_ledger(where) as ledger:
        view = View(ledger)
        if submission.name in view.datastrips() and not replace:
            check_known(submission, view.record(submission.name))
            new = False
        else:
            write_all_vds(submission)
            new = enter(ledger, submission, replace)
            sender(ledger)({"vds": len(submission.cuts)})
        state = str(view.state(submission.name))
    document = {
        "datastrip": submission.name,
        "state": state,
        "submitted": new,
        "vds": [{"id": c.id, "first": c.first, "last": c.last} for c in submission.cuts],
    }
    if as_json:
        click.echo(json.dumps(document, indent=1))
    else:
        told = "submitted" if new else "was submitted before"
        click.echo(
            f"{submission.name} {told}: {len(submission.cuts)} vDS, {state}; `vds status --watch` follows it"
        )


def local_words(words: list[str]) -> list[str]:
    """The command's words without those that say how to get there."""
    kept, skip = [], False
    for word in words:
        option, equals, _ = word.partition("=")
        if not skip and option not in ("--stack", "--inventory"):
            kept.append(word)
        skip = not skip and option in ("--stack", "--inventory") and not equals
    return kept
