"""`vds run`: the whole job on this machine."""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.live import Live

from batch.cli.broker import is_terminal
from batch.cli.show import render, show_cut
from batch.cli.wish import wish_options
from batch.config import DOCKER, PROCESS, Settings, settings
from batch.embedded.run import place_of, run_embedded
from batch.errors import IpfError
from batch.ledger import State, View
from batch.report.status import status
from batch.stage.submit import (
    Submission,
    Wish,
    begin,
    check_commands,
    check_space,
    check_writable,
    prepare_submission,
    work_of,
)


@click.command(short_help="L0c in, L1C out, on this machine.")
@wish_options
@click.option("--slots", type=click.IntRange(min=1), help="IPFs at once per stage. Default: cores ÷ stages.")
@click.option("--runner", type=click.Choice([PROCESS, DOCKER]), help="How IPFs are run. Default: process.")
@click.option("--scratch", type=click.Path(path_type=Path), help="Local scratch. Default: OUT/.vds/scratch.")
@click.option("--price-hour", type=float, help="EUR per stage and hour, to state the cost.")
@click.option("--dry-run", is_flag=True, help="Check and show the cut; write nothing.")
def run(
    wish: Wish,
    as_json: bool,
    slots: int | None,
    runner: str | None,
    scratch: Path | None,
    price_hour: float | None,
    dry_run: bool,
) -> None:
    """Process DATASTRIP (a folder with DS/ and GR/) to L1C in OUT, with an embedded Redis and some stages.

    Both may be s3://BUCKET/PREFIX (see `vds submit --help`); with such an OUT, --work holds what the run
    needs for itself, and `vds status --out` wants that folder.

    Stopped or killed, it goes on where it was when the same command is given again.

    \b
    Examples:
      vds run l0c --out l1c
      vds run l0c --out l1c --stages 4 --scenes 24 --runner docker
      vds run s3://l0c/DS1 --out s3://l1c --work work
    """
    submission = prepare_submission(wish)
    place = place_of(work_of(wish))
    base = settings()
    config = replace(
        base,
        slots=slots or max(1, len(os.sched_getaffinity(0)) // wish.stages),
        scratch=str((scratch or place.folder / "scratch").absolute()),
        runner=runner or base.runner,
    )
    check_writable(config.scratch_dir, "--scratch")
    check_commands(submission.chain, config)
    check_space(submission, config.scratch_dir, min(wish.stages * config.hold, len(submission.cuts)))
    if dry_run:
        show_cut(submission, as_json)
        return
    final = _run(submission, config, price_hour, quiet=as_json)
    if as_json:
        click.echo(json.dumps(final, indent=1))
    else:
        Console(highlight=False).print(render(final))
    if final["state"] != State.DONE:
        raise IpfError(failure_text(final))


def _run(submission: Submission, config: Settings, price_hour: float | None, quiet: bool) -> dict[str, Any]:
    final: dict[str, Any] = {}
    console = Console(stderr=True)
    live = (
        Live(console=console, refresh_per_second=2, transient=True) if is_terminal() and not quiet else None
    )

    def progress(view: View) -> None:
        if live:
            live.update(render(status(view, submission.name, price_hour)))

    def inspect(view: View) -> None:
        final.update(status(view, submission.name, price_hour))

    if live:
        live.start()
    try:
        run_embedded(
            submission.name,
            work_of(submission.wish),
            config,
            submission.wish.stages,
            lambda ledger: begin(ledger, submission),
            progress,
            inspect,
        )
    finally:
        if live:
            live.stop()
    return final


def failure_text(final: dict[str, Any]) -> str:
    """One sentence with IPF, unit, exit code and the last lines of the log, and what to do."""
    failed = [j for j in [*final["vds"], final["assembly"] or {}] if j.get("state") == State.FAILED]
    causes = "\n".join(f"{j['id']}: {j['reason']}" for j in failed) or f"it is {final['state']}"
    again = " ".join(sys.argv[1:2]) or "run"
    remedy = f"mend the cause and `vds {again}` again with the same --out"
    return f"{final['datastrip']} was not finished; {remedy}.\n{causes}"
