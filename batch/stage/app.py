"""The worker of one stage: `celery -A batch.stage.app worker`, with settings from the environment.

Each of its processes drains the ledger when a message wakes it. SIGTERM: the IPFs at hand end, nothing new
begins. A process dies with the worker's main process, and an IPF with its process.
"""

import contextlib
import ctypes
import logging
import mmap
import os
import signal
import threading
from typing import Any

from celery.signals import worker_process_init, worker_ready, worker_shutdown, worker_shutting_down

from batch.config import Settings, settings
from batch.ledger import Ledger
from batch.runner.make import make_runner
from batch.stage.drain import DRAIN, GO, Drain
from batch.stage.notify import ready
from batch.stage.sweep import Sweeper
from batch.stage.wake import TASK, Waker, make_app

PR_SET_PDEATHSIG = 1

SETTINGS = settings()
app = make_app(SETTINGS.access, SETTINGS.stage)
log = logging.getLogger(__name__)

#: One byte that the main process shares with its children, since a signal reaches the former only.
_told = mmap.mmap(-1, 1)
_drain: Drain | None = None
_sweeper: Sweeper | None = None


def told() -> int:
    """GO, or DRAIN once the worker was asked to end."""
    return _told[0]


def new_ledger(config: Settings) -> Ledger:
    """A ledger for this process."""
    return Ledger(
        config.access, lease_s=config.lease_s, stage_s=config.stage_s, away_s=config.away_s, cap=config.cap
    )


@app.task(name=TASK)
def wake() -> None:
    """There may be work: do all there is."""
    global _drain
    if told() != GO:
        return
    if _drain is None:
        ledger = new_ledger(SETTINGS)
        _drain = Drain(ledger, SETTINGS, make_runner(SETTINGS), Waker(app, ledger.redis), told)
    _drain.ledger.heard(SETTINGS.stage)
    _drain()


@worker_process_init.connect
def _die_with_the_main_process(**_: Any) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@worker_ready.connect
def _start_sweeping(**_: Any) -> None:
    global _sweeper
    ledger = new_ledger(SETTINGS)
    waker = Waker(app, ledger.redis)
    _sweeper = Sweeper(
        ledger, SETTINGS, make_runner(SETTINGS), waker, deaf=_begin_anew, ending=lambda: told() != GO
    )
    threading.Thread(target=_sweeper.run, daemon=True, name="sweep").start()
    waker({SETTINGS.stage: SETTINGS.slots})
    ready()


@worker_shutting_down.connect
def _drain_then_end(**_: Any) -> None:
    _told[0] = DRAIN


@worker_shutdown.connect
def _say_so(**_: Any) -> None:
    """The last beat says that it was on purpose, so that the vDS wait for the stage to come back."""
    if _sweeper and told() != GO:
        with contextlib.suppress(Exception):
            _sweeper.beat()


def _begin_anew() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
