"""An IPF as a process of its own session: everything it starts dies with it, and it dies with its worker."""

import contextlib
import os
import select
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from batch.runner.model import ABORTED, EXITED, MB, TIMED_OUT, TOO_BIG, Aborted, Usage, Work
from batch.runner.shim import dies_with_parent

#: The environment variable by which a dead holder's processes are found.
HOLDER = "VDS_HOLDER"
#: S2IPF orchestrator: SIGINT to the children, 5 s later SIGTERM; then there is no asking any more.
GRACE_S = 5.0
LOOK_S = 0.5


def command_line(template: str, work: Work) -> list[str]:
    """The template's words with {python} {ipf} {version} {joborder} {folder} filled in."""
    values = {
        "python": sys.executable,
        "ipf": work.ipf,
        "version": work.version,
        "joborder": str(work.job_order),
        "folder": str(work.folder),
    }
    return [word.format(**values) for word in shlex.split(template)]


@dataclass
class ProcessRunner:
    """`template`: the command of the chain's IPFs; `kit`: that of the kit's own steps by name."""

    template: str
    kit: dict[str, str] = field(default_factory=dict)
    grace_s: float = GRACE_S

    def run(self, work: Work, aborted: Aborted) -> Usage:
        command = command_line(self.kit.get(work.ipf, self.template), work)
        return supervise(dies_with_parent(command), work, aborted, self.grace_s)

    def reap(self, holder: str) -> int:
        killed = 0
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.pid != os.getpid() and process.environ().get(HOLDER) == holder:
                    process.kill()
                    killed += 1
        return killed


def supervise(command: list[str], work: Work, aborted: Aborted, grace_s: float = GRACE_S) -> Usage:
    """Run `command` in its own session with TZ=UTC and an own TMPDIR; time and memory are limited from here.

    Peak memory is the kernel's (`ru_maxrss`), which never is less than this worker's own size at the fork.
    """
    environment = {**os.environ, "TZ": "UTC", "TMPDIR": str(work.folder / "tmp"), HOLDER: work.holder}
    started = time.monotonic()
    try:
        with work.log.open("ab") as out, work.err.open("ab") as err:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=work.folder,
                env=environment,
                start_new_session=True,
            )
    except OSError as error:
        # The orchestrator's code for a missing executable: ENOENT + 128.
        work.err.write_text(f"{command[0]}: cannot be run: {error}\n")
        return Usage(exit=128 + (error.errno or 1), wall_s=time.monotonic() - started)
    pidfd = os.pidfd_open(child.pid)
    try:
        ended = _wait(child.pid, pidfd, work, started, aborted)
        if ended != EXITED:
            _stop(child.pid, pidfd, grace_s, rude=ended in (ABORTED, TOO_BIG))
        read_mb, written_mb = _bytes(child.pid)
        # Its number is ours until it is reaped, so this can hit nobody else.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        _, status, usage = os.wait4(child.pid, 0)
    finally:
        os.close(pidfd)
    child.returncode = os.waitstatus_to_exitcode(status)
    code = child.returncode if child.returncode >= 0 else 128 - child.returncode
    return Usage(
        exit={TIMED_OUT: 124 + 128, TOO_BIG: 137}.get(ended, code) if ended != EXITED else code,
        ended=ended,
        wall_s=time.monotonic() - started,
        cpu_s=usage.ru_utime + usage.ru_stime,
        max_rss_mb=usage.ru_maxrss * 1024 / MB,
        read_mb=read_mb,
        written_mb=written_mb,
        pid=child.pid,
    )


def _wait(pid: int, pidfd: int, work: Work, started: float, aborted: Aborted) -> str:
    deadline = started + work.limits.timeout_s
    while True:
        now = time.monotonic()
        if _gone(pidfd, max(0.0, min(LOOK_S, deadline - now))):
            return EXITED
        if aborted():
            return ABORTED
        if time.monotonic() >= deadline:
            return TIMED_OUT
        if _resident_mb(pid) > work.limits.memory_mb:
            return TOO_BIG


def _gone(pidfd: int, wait_s: float) -> bool:
    poller = select.poll()
    poller.register(pidfd, select.POLLIN)
    return bool(poller.poll(wait_s * 1000))


def _stop(pid: int, pidfd: int, grace_s: float, rude: bool) -> None:
    for how in (signal.SIGKILL,) if rude else (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, how)
        if _gone(pidfd, 30 if how == signal.SIGKILL else grace_s):
            return


def _resident_mb(pid: int) -> float:
    """Memory of the process and its descendants that is theirs (shared pages count once, with the first)."""
    total = 0
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in [process, *process.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                info = one.memory_info()
                total += info.rss - (info.shared if total else 0)
    return total / MB


def _bytes(pid: int) -> tuple[float, float]:
    """MB that the process and the children it waited for caused to be read from and written to storage."""
    try:
        lines = Path(f"/proc/{pid}/io").read_text().splitlines()
    except OSError:
        return 0.0, 0.0
    values = {name: int(text) for name, _, text in (line.partition(": ") for line in lines)}
    return values.get("rchar", 0) / MB, values.get("wchar", 0) / MB
