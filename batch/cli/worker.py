"""`vds worker`: one stage, on this node."""

import os
from dataclasses import replace
from pathlib import Path

import click

from batch.cli.broker import reach
from batch.config import DOCKER, PROCESS, broker_of, settings
from batch.errors import InputError, VdsError
from batch.stage.submit import check_writable
from batch.stage.worker import worker_command


@click.command(short_help="One stage on this node.")
@click.option("--broker", envvar="VDS_BROKER", help="rediss://… of broker and ledger [VDS_BROKER].")
@click.option("--stage", envvar="VDS_STAGE", help="Name of the stage. Default: the host's [VDS_STAGE].")
@click.option("--slots", type=click.IntRange(min=1), envvar="VDS_SLOTS", help="IPFs at once. Default: cores.")
@click.option("--hold", type=click.IntRange(min=1), envvar="VDS_HOLD", help="vDS at once. Default: 2.")
@click.option(
    "--scratch", type=click.Path(path_type=Path), envvar="VDS_SCRATCH", help="Local scratch folder."
)
@click.option("--runner", type=click.Choice([PROCESS, DOCKER]), envvar="VDS_RUNNER", help="How IPFs are run.")
def worker(
    broker: str | None,
    stage: str | None,
    slots: int | None,
    hold: int | None,
    scratch: Path | None,
    runner: str | None,
) -> None:
    """Take vDS from the queue and run their IPFs, until SIGTERM: the IPFs at hand end, nothing new begins.

    Everything else is set in the environment: see the head of batch/config.py.

    \b
    Example:
      VDS_BROKER=rediss://vds@broker:6379/0 vds worker --scratch /scratch --slots 16 --runner docker
    """
    base, access = settings(), broker_of(broker)
    config = replace(
        base,
        broker=access.url,
        stage=stage or base.stage,
        slots=slots or base.slots,
        hold=hold or base.hold,
        scratch=str(scratch or base.scratch),
        runner=runner or base.runner,
    )
    if not config.scratch:
        raise InputError("no scratch folder is known; give --scratch DIR or set VDS_SCRATCH")
    check_writable(config.scratch_dir)
    try:
        reach(access)
    except InputError:
        raise
    except VdsError as error:
        click.echo(f"vds: {error}; waiting for it", err=True)
    command = worker_command(config)
    # The worker is this process from here on, so systemd's signals reach it.
    os.execve(command[0], command, {**os.environ, **config.environment()})
