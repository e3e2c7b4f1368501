"""What a runner gets and gives back."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MB = 1e6


@dataclass(frozen=True)
class Limits:
    """What one attempt may use: cores, memory (MB), wall time (s)."""

    cpus: float = 1.0
    memory_mb: int = 2048
    timeout_s: float = 900.0


@dataclass(frozen=True)
class Work:
    """One attempt of one IPF. `folder` is the attempt's own; nothing else may be written."""

    ipf: str
    version: str
    job_order: Path
    folder: Path
    limits: Limits
    #: Folders that the IPF may read: its job's folder, the auxiliary data.
    readable: tuple[Path, ...] = ()
    #: Who runs it: goes into the environment and onto the container, so that what is left of it can be found.
    holder: str = ""
    kit: bool = False

    @property
    def log(self) -> Path:
        """Standard output."""
        return self.job_order.with_suffix(".log")

    @property
    def err(self) -> Path:
        """Standard error."""
        return self.job_order.with_suffix(".err")


#: How an attempt ended.
EXITED, TIMED_OUT, ABORTED, TOO_BIG = "exited", "timeout", "aborted", "memory"


@dataclass(frozen=True)
class Usage:
    """How an attempt ended and what it took: seconds, MB of memory at its peak, MB read and written."""

    exit: int
    ended: str = EXITED
    wall_s: float = 0.0
    cpu_s: float = 0.0
    max_rss_mb: float = 0.0
    read_mb: float = 0.0
    written_mb: float = 0.0
    pid: int = 0


Aborted = Callable[[], bool]


class Runner(Protocol):
    """Runs an IPF until it ends, its time or memory is over, or `aborted()` says that its lease is lost."""

    def run(self, work: Work, aborted: Aborted) -> Usage: ...

    def reap(self, holder: str) -> int:
        """Kill what a dead holder left running on this host; gives how many."""
        ...
