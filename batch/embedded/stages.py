"""Stages on this machine for `vds run`: a Celery worker each, started again when it dies."""

import os
import signal
import subprocess
import time
from pathlib import Path

from batch.config import Settings
from batch.errors import VdsError
from batch.runner.shim import dies_with_parent
from batch.stage.worker import worker_command

#: Seconds between two starts of a worker that keeps dying.
PAUSE_S = 2.0
#: A worker that ends this often in a row, each time so soon after its start, will not do any better.
HOPELESS, SOON_S = 5, 10.0


class Stages:
    """Workers by stage; `logs` gets one log file each, `temp` what they leave behind when they are killed."""

    def __init__(self, settings: list[Settings], logs: Path, temp: Path) -> None:
        self.settings = {s.stage: s for s in settings}
        self.logs, self.temp = logs, temp
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.restarts = 0
        self._started: dict[str, float] = {}
        self._in_a_row: dict[str, int] = {}

    def start(self) -> None:
        """Start all."""
        for name in self.settings:
            self._start(name)

    def watch(self) -> list[str]:
        """Start again those that have ended; gives their names. VdsError if one ends at every start."""
        ended = [n for n, p in self.processes.items() if p.poll() is not None]
        back = [n for n in ended if time.monotonic() - self._started[n] > PAUSE_S]
        for name in back:
            soon = time.monotonic() - self._started[name] < SOON_S
            self._in_a_row[name] = self._in_a_row.get(name, 0) + 1 if soon else 0
            if self._in_a_row[name] >= HOPELESS:
                raise VdsError(self._hopeless(name))
            self.restarts += 1
            self._start(name)
        return back

    def _hopeless(self, name: str) -> str:
        log = self.logs / f"{name}.log"
        last = (log.read_text(errors="replace").strip().splitlines() or ["nothing"])[-1]
        return (
            f"the worker of stage {name} ended {HOPELESS} times in a row just after its start, its log "
            f"{log} ends with: {last}; mend that and run the same command again"
        )

    def stop(self) -> None:
        """End all at once: what they had at hand is given back, and goes on when the run is resumed."""
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        for process in self.processes.values():
            process.wait()

    def _start(self, name: str) -> None:
        settings = self.settings[name]
        with (self.logs / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                dies_with_parent(worker_command(settings)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **settings.environment(), "TMPDIR": str(self.temp)},
                start_new_session=True,
            )
        self._started[name] = time.monotonic()
