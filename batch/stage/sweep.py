"""What a stage does every few seconds besides working: it says that it lives, and looks for what went wrong.

Nothing here is needed while all goes well. It repairs: leases of dead workers, vanished stages, an event
whose consequences were not enqueued because its worker died between two steps, messages that were lost.
"""

import logging
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

from batch.config import NULL, Settings
from batch.ledger import Ledger
from batch.ledger.holder import is_dead
from batch.runner.model import Runner
from batch.stage.condition import Condition
from batch.stage.drain import remove
from batch.stage.job import Jobs
from batch.stage.wake import stage_queue

log = logging.getLogger(__name__)

#: Seconds for which messages may wait while slots are idle until the worker is taken for deaf.
DEAF_S = 45.0
#: Seconds between two messages that a stage sends to itself.
PROBE_S = 30.0


class Sweeper:
    """One per stage, in a thread of the worker's main process. `once` is a whole sweep."""

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        runner: Runner,
        wake: Callable[[dict[str, int]], None],
        deaf: Callable[[], None] = lambda: None,
        ending: Callable[[], bool] = lambda: False,
    ) -> None:
        self.ledger, self.settings, self.runner, self.wake, self.deaf = ledger, settings, runner, wake, deaf
        self.ending, self.condition = ending, Condition(settings)
        self.jobs = Jobs(ledger, settings)
        self._stop = threading.Event()
        self._waiting_since: float | None = None
        self._probed = 0.0

    def run(self) -> None:
        """Sweep until `stop`; an error of one sweep does not end it."""
        self.condition.watch()
        while True:
            try:
                self.once()
            except Exception as error:
                log.warning("sweep: %s: %s", type(error).__name__, error)
            if self._stop.wait(self.settings.sweep_s):
                return

    def stop(self) -> None:
        """No more sweeps."""
        self._stop.set()

    def once(self) -> None:
        """Beat, sweep, release the dead, re-derive, tidy, wake, listen."""
        held = self.beat()
        swept = self.ledger.sweep()
        for member in swept.expired:
            log.warning("lease expired: %s", member)
        for stage in swept.vanished:
            log.warning("stage vanished: %s", stage)
        self._release_dead()
        for name in held:
            self._rederive(name)
        self._tidy()
        self.wake(swept.wake)
        self._probe()
        self._listen()

    def beat(self) -> list[str]:
        """The stage lives, or ends; gives the jobs that it holds."""
        properties = self.condition.properties(self.ledger.redis, self.ending())
        return self.ledger.beat(self.settings.stage, properties)

    def _release_dead(self) -> None:
        """A worker process of this host that was killed: no need to wait for its lease to expire."""
        dead = {m: h for m, h in self.ledger.leases().items() if is_dead(h.rpartition("#")[0])}
        for holder in {h.rpartition("#")[0] for h in dead.values()}:
            log.warning("worker died: %s, %d processes of it were left", holder, self.runner.reap(holder))
        if dead:
            self.wake(self.ledger.release(dead, "its worker was killed"))

    def _rederive(self, name: str) -> None:
        """Enqueue what the log says must have fired; what fired already stays as it is."""
        info = self.jobs.view.job(name)
        if info["state"] != "RUNNING":
            return
        job = self.jobs.open(name, info["epoch"])
        job.hear(self.jobs.view.log(name, job.cursor))
        if self.settings.runner != NULL and job.files_gone():
            log.warning("%s: its files are gone from %s, it begins anew", name, job.folder)
            self.jobs.forget(job)
            self.wake(self.ledger.restart(name, job.epoch, f"its files were gone from {job.folder}"))
            return
        fired = job.fired(sorted(job.firing.fireable()))
        if fired.items:
            self.wake(self.ledger.step(self.settings.stage, fired=fired, claim=False).wake)
        elif job.firing.complete:
            self.wake(self.ledger.finish_job(name, job.epoch))

    def _tidy(self) -> None:
        """Scratch of what is done, cancelled, or another stage's now."""
        if self.settings.keep:
            return
        for folder in self.settings.scratch_dir.glob("[!.]*/*.*"):  # .chains is no datastrip
            name, _, epoch = f"{folder.parent.name}/{folder.name}".rpartition(".")
            if folder.name.startswith(".gone."):
                shutil.rmtree(folder, ignore_errors=True)
                continue
            job = self.jobs.view.job(name)
            ended = job["state"] in ("DONE", "CANCELLED", None)
            if ended or (job["epoch"] != epoch) or job["stage"] not in (self.settings.stage, None):
                remove(folder)
                _remove_if_empty(folder.parent)

    def _probe(self) -> None:
        """A message to this stage itself: whoever takes it notes the time, for `vds check` to see."""
        if time.monotonic() - self._probed > PROBE_S and not self.ending():
            self._probed = time.monotonic()
            self.wake({self.settings.stage: 1})

    def _listen(self) -> None:
        """Workers have been seen to stay up and stop consuming after Redis came back: then begin anew."""
        waiting = self.ledger.redis.llen(stage_queue(self.settings.stage))
        busy = self.ledger.redis.scard(f"{self.ledger.prefix}active:{self.settings.stage}")
        now = time.monotonic()
        if not waiting or busy >= self.settings.slots:
            self._waiting_since = None
        elif self._waiting_since is None:
            self._waiting_since = now
        elif now - self._waiting_since > DEAF_S:
            log.error("%d messages wait and nobody listens: the worker ends, to be started again", waiting)
            self.deaf()


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return
