"""`vds drain`: one stage takes nothing new, so that it can be upgraded while the others go on."""

import json
import time
from typing import Any

import click

from batch.cli.broker import Where, broker_options, open_ledger
from batch.cli.operate import as_json_option
from batch.errors import InputError
from batch.ledger import View

LOOK_S = 2.0


@click.command(short_help="Let a stage take no new vDS.")
@click.argument("stage", metavar="STAGE")
@broker_options
@click.option("--off", is_flag=True, help="It may take vDS again.")
@click.option("--hand-back", is_flag=True, help="What it holds goes back to the queue, and starts from L0c.")
@click.option("--wait", is_flag=True, help="Return when it holds nothing any more.")
@as_json_option
def drain(stage: str, where: Where, off: bool, hand_back: bool, wait: bool, as_json: bool) -> None:
    """Let STAGE end the vDS that it holds and take no new one, until --off. The service itself goes on.

    A restart of the service alone needs no drain: SIGTERM lets the IPFs at hand end, and the vDS go on when
    the stage is back.

    \b
    Examples:
      vds drain ovh-stage-01 --wait
      vds drain ovh-stage-01 --off
    """
    if off and (hand_back or wait):
        raise InputError("--off was given with --hand-back or --wait; give one of them")
    with open_ledger(where) as ledger:
        view = View(ledger)
        known = view.stages()
        if stage not in known:
            names = ", ".join(known) or "none"
            raise InputError(f"no stage {stage} is known (there are: {names}); see `vds check`")
        if hand_back:
            ledger.vanish(stage)
        ledger.drain(stage, not off)
        while wait and _busy(view, stage):
            _progress(view, stage)
            time.sleep(LOOK_S)
        held = view.stages().get(stage, {}).get("held", [])
    if as_json:
        click.echo(json.dumps({"stage": stage, "drain": not off, "held": held}, indent=1))
    else:
        rest = f"; it still holds {' '.join(held)}" if held and not off else ""
        click.echo(f"{stage} {'may take vDS again' if off else 'takes no new vDS'}{rest}")


def _busy(view: View, stage: str) -> bool:
    known: dict[str, Any] = view.stages().get(stage, {})
    return bool(known.get("held")) or bool(view.redis.scard(f"{view.prefix}active:{stage}"))


def _progress(view: View, stage: str) -> None:
    held = " ".join(view.stages().get(stage, {}).get("held", [])) or "a unit of an assembly"
    click.echo(f"{time.strftime('%H:%M:%S')} {stage} still works on {held}", err=True)
