"""`vds submit`: the same as `vds run` on a deployed system."""

import json
import sys
from dataclasses import replace as but

import click

from batch.cli.broker import Where, deployed_options, open_ledger
from batch.cli.options import suited
from batch.cli.show import show_cut
from batch.cli.wish import wish_options
from batch.embedded.run import sender
from batch.ledger import View
from batch.remote import read_stack, run_there
from batch.stage.submit import Wish, check_known, enter, prepare_submission, write_all_vds


@click.command(short_help="Put a datastrip on the queue of a deployed system.")
@wish_options
@deployed_options
@click.option("--dry-run", is_flag=True, help="Check and show the cut; write nothing, enter nothing.")
@click.option("--replace", is_flag=True, help="Begin anew what is in the ledger under this name.")
def submit(
    wish: Wish,
    as_json: bool,
    where: Where,
    dry_run: bool,
    replace: bool,
) -> None:
    """Cut DATASTRIP into vDS and put them on the queue.

    DATASTRIP and OUT are folders on the shared storage or s3://BUCKET/PREFIX. For the latter every node needs
    VDS_S3_ENDPOINT, VDS_S3_REGION and VDS_S3_CREDENTIALS_FILE, or what AWS's own tools use. Only metadata
    are fetched here, and checked; the granules are fetched, and checked, by the stages.

    Without --scenes, --stages and --whole, VDS_SCENES and VDS_STAGES count; on the broker's host of a stack
    they say what suits its stages.

    Submitted twice, it is done once. With --stack the command runs on the stack's broker, by SSH through the
    bastion: all paths are paths there, and the keys for s3:// are those of that host.

    \b
    Examples:
      vds submit /shared/l0c/DS1 --out /shared/l1c --scenes 16
      vds submit /shared/l0c/DS1 --out /shared/l1c --priority urgent
      vds submit /srv/vds/l0c/DS1 --out /srv/vds/l1c --stack ovh
      vds submit s3://l0c/DS1 --out s3://l1c --dry-run
    """
    if where.remote:
        raise click.exceptions.Exit(
            run_there(read_stack(where.stack, where.inventory), local_words(sys.argv[1:]))
        )
    scenes, stages = suited(wish.scenes, wish.stages)
    submission = prepare_submission(but(wish, scenes=scenes, stages=stages))
    if dry_run:
        show_cut(submission, as_json)
        return
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
