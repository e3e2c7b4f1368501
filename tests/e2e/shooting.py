"""A `vds run` in whose processes one shoots: when and at whom is drawn from a seed."""

import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.e2e.conftest import VDS
from tests.e2e.observe import MARK, processes

#: Who can be shot: worker, its prefork child, an IPF, Redis, and the supervisor with all of them.
MAIN, CHILD, IPF, REDIS, SUPERVISOR = "main", "child", "ipf", "redis", "supervisor"
#: Leases and sweeps so short that a loss is seen at once; a stage that is merely slow does not vanish.
QUICK = {"VDS_LEASE_S": "10", "VDS_SWEEP_S": "1", "VDS_STAGE_S": "90"}
LOOK_S = 0.1


@dataclass(frozen=True)
class Shot:
    """SIGKILL for one of `kind` once `at` attempts have ended and `delay` seconds more have passed."""

    at: int
    delay: float
    kind: str
    choice: float


def draw(chance: random.Random, kinds: list[str], attempts: int) -> list[Shot]:
    """Shots at these kinds, in any order, spread over the first nine tenths of so many attempts."""
    kinds = chance.sample(kinds, len(kinds))
    moments = sorted(chance.randrange(1, attempts * 9 // 10) for _ in kinds)
    return [Shot(at, chance.random(), kind, chance.random()) for at, kind in zip(moments, kinds, strict=True)]


@dataclass
class Run:
    """One `vds run`, started again with the same words whenever its supervisor was shot."""

    words: list[str]
    out: Path
    mark: str
    environment: dict[str, str] = field(default_factory=dict)
    killed: list[str] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None
    #: Its TMPDIR. Short, since a socket is to be in it.
    tmp: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="e2e-")))

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def start(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **QUICK, **self.environment, "TMPDIR": str(self.tmp), MARK: self.mark}
        self.out.mkdir(parents=True, exist_ok=True)
        with self.printed.open("wb") as printed, self.said.open("ab") as said:
            self.process = subprocess.Popen(
                [VDS, "run", *self.words, "--out", str(self.out), "--json"],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=said,
                env=environment,
            )
        return self.process

    @property
    def printed(self) -> Path:
        """Standard output: one JSON document."""
        return self.out.with_suffix(".json")

    @property
    def said(self) -> Path:
        """Standard error of all starts."""
        return self.out.with_suffix(".err")

    @property
    def over(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def ended(self) -> int:
        """Attempts that have ended and left their log."""
        return sum(1 for _ in self.out.glob("*/logs/*/*/*"))

    def end(self, timeout: float = 600) -> int:
        """Wait for its exit code; what is left of it after `timeout` seconds is killed."""
        assert self.process is not None
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.clear()
            raise

    def clear(self) -> None:
        """Kill what still runs of it, so that a test that fails leaves nothing behind."""
        for process in processes(self.mark):
            process.kill()
        if self.process:
            self.process.wait()
        shutil.rmtree(self.tmp, ignore_errors=True)

    def shoot(self, shot: Shot) -> None:
        """Wait for the moment, kill; start again if it was the supervisor. AssertionError if it is over."""
        self.until(lambda: self.ended() >= shot.at)
        time.sleep(shot.delay)
        self.until(lambda: self._kill(shot))
        self.killed.append(shot.kind)
        if shot.kind == SUPERVISOR:
            assert self.process is not None
            self.process.wait()
            _, alive = psutil.wait_procs(list(processes(self.mark)), timeout=60)
            assert not alive, f"these outlived their supervisor: {alive}"
            self.start()

    def until(self, done: Callable[[], bool]) -> None:
        """Wait; AssertionError if the run ends before."""
        while not done():
            assert not self.over, f"it ended before all shots: {self.killed}\n{self.said.read_text()[-2000:]}"
            time.sleep(LOOK_S)

    def _kill(self, shot: Shot) -> bool:
        found = self.victims(shot.kind)
        if not found:
            return False
        try:
            found[int(shot.choice * len(found))].send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            return False
        return True

    def victims(self, kind: str) -> list[psutil.Process]:
        """Processes of that kind, oldest first."""
        assert self.process is not None
        try:
            supervisor = psutil.Process(self.process.pid)
            below = supervisor.children()
            mains = [p for p in below if "batch.stage.app" in p.cmdline()]
            children = [c for m in mains for c in m.children()]
            ipfs = [i for c in children for i in c.children()]
            redis = [p for p in below if p.name() == "redis-server"]
        except psutil.NoSuchProcess:
            return []
        found = {SUPERVISOR: [supervisor], REDIS: redis, MAIN: mains, CHILD: children, IPF: ipfs}[kind]
        return sorted(found, key=lambda p: p.pid)
