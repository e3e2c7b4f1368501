"""One measurement: n copies of an invocation at once, alone otherwise, through the runner of a stage.

The IPFs are started from helper processes that hold next to nothing: the kernel's peak memory of a process is
never less than that of whoever started it.
"""

import contextlib
import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import psutil

from batch.runner.docker import DockerRunner
from batch.runner.model import MB, Runner, Usage, Work

#: How often the memory of a process group is looked at (s).
LOOK_S = 0.1


@dataclass(frozen=True)
class Taken:
    """What one copy took. `peak_mb`: the larger of the kernel's figure and the sum over its process group."""

    usage: Usage
    peak_mb: float


@dataclass(frozen=True)
class Around:
    """What else went on: cores that other programs used, and the load average before."""

    others: float
    load1: float


class Bench:
    """Runs works at once. Use as a context manager: it keeps its helper processes until it is left."""

    def __init__(self, runner: Runner, most: int) -> None:
        self.runner = runner
        # A server that starts empty and forks: what this process has imported is not in the measured ones.
        context = get_context("forkserver")
        context.set_forkserver_preload([])
        # The server lives as long as this process and keeps the environment that it was started with.
        self._pool = ProcessPoolExecutor(most, context, _inherit, (dict(os.environ),))

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def run(self, works: list[Work]) -> tuple[list[Taken], Around]:
        """Run all at once and wait; gives what each took, in order."""
        load1, busy, began = os.getloadavg()[0], busy_s(), time.monotonic()
        taken = list(self._pool.map(_run, [self.runner] * len(works), works))
        wall = time.monotonic() - began
        others = busy_s() - busy - sum(t.usage.cpu_s for t in taken)
        return taken, Around(max(0.0, others) / max(wall, 1e-9), load1)


def never() -> bool:
    """No lease can be lost here."""
    return False


def _inherit(environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


def _run(runner: Runner, work: Work) -> Taken:
    if isinstance(runner, DockerRunner) and work.ipf not in runner.local.kit:
        # What descends from this process is the engine's client; the container's own group has the figure.
        usage = runner.run(work, never)
        return Taken(usage, usage.max_rss_mb)
    watch = Watch()
    watch.start()
    try:
        usage = runner.run(work, never)
    finally:
        watch.stop()
    return Taken(usage, max(usage.max_rss_mb, watch.peak_mb))


class Watch(threading.Thread):
    """Looks at the memory of all descendants of this process until it is stopped."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_mb = 0.0
        self._ended = threading.Event()

    def stop(self) -> None:
        """No more looks."""
        self._ended.set()
        self.join(10)

    def run(self) -> None:
        me = psutil.Process()
        while not self._ended.wait(LOOK_S):
            total = 0
            with contextlib.suppress(psutil.Error):
                for one in me.children(recursive=True):
                    with contextlib.suppress(psutil.Error):
                        info = one.memory_info()
                        total += info.rss - (info.shared if total else 0)
            self.peak_mb = max(self.peak_mb, total / MB)


def busy_s(stat: Path = Path("/proc/stat")) -> float:
    """CPU seconds that all programs of this machine have used since its start, without idle and steal."""
    words = stat.read_text().split("\n", 1)[0].split()
    user, nice, system, _idle, _wait, irq, softirq = (int(w) for w in words[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")
