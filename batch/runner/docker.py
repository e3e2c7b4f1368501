"""An IPF as `docker run`: limits of cores, memory and time, no network, not root, inputs read-only.

Scratch is mounted under its own path, so a job order reads the same inside and outside. A container outlives
the client that started it, so it bears its holder as a label: `reap` removes what a dead holder left.
"""

import contextlib
import hashlib
import json
import os
import subprocess
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

from batch.runner.model import EXITED, MB, Aborted, Usage, Work
from batch.runner.prepare import give_to
from batch.runner.process import ProcessRunner, command_line, supervise
from batch.runner.shim import dies_with_parent

LABEL = "vds.holder"
STOP_S = 5
#: The containers' own way to end: SIGINT first, as the S2 orchestrator does.
STOP_SIGNAL = "SIGINT"


@dataclass
class DockerRunner:
    """`image` and `template` may hold {ipf} and {version}; the kit's own steps run as processes of this host.

    ESA's images: template `/dpc/app/s2ipf/{ipf}/{version}/scripts/{ipf}.bash {joborder}`.
    """

    image: str
    template: str
    local: ProcessRunner
    uid: int = 1000
    gid: int = 1000
    engine: str = "docker"
    options: tuple[str, ...] = field(default_factory=tuple)

    def run(self, work: Work, aborted: Aborted) -> Usage:
        if work.kit and work.ipf in self.local.kit:
            return self.local.run(work, aborted)
        if os.getuid() == 0:
            give_to(work.folder, self.uid, self.gid)
        name = "vds-" + hashlib.sha256(str(work.folder).encode()).hexdigest()[:20]
        self._engine("rm", "-f", name)
        meter = Meter(name, self.engine)
        meter.start()
        usage = supervise(
            dies_with_parent(self.command(work, name)), _unlimited_memory(work), aborted, self.local.grace_s
        )
        meter.stop()
        state = self._state(name)
        if usage.ended != EXITED:
            self._engine("stop", "-t", str(STOP_S), name)
        self._engine("rm", "-f", name)
        return replace(
            usage,
            exit=137 if state.get("OOMKilled") else usage.exit,
            cpu_s=meter.cpu_s,
            max_rss_mb=meter.max_rss_mb,
            read_mb=meter.read_mb,
            written_mb=meter.written_mb,
        )

    def command(self, work: Work, name: str) -> list[str]:
        """The `docker run` of one attempt."""
        user = (self.uid, self.gid) if os.getuid() == 0 else (os.getuid(), os.getgid())
        memory = f"{work.limits.memory_mb}m"
        mounts = [f"type=bind,source={p},target={p},readonly" for p in work.readable if p.exists()]
        mounts.append(f"type=bind,source={work.folder},target={work.folder}")
        return [
            self.engine, "run", "--name", name, "--label", f"{LABEL}={work.holder}", "--init",
            "--cpus", f"{work.limits.cpus:g}", "--memory", memory, "--memory-swap", memory,
            "--network", "none", "--user", f"{user[0]}:{user[1]}", "--cap-drop", "ALL",
            "--security-opt", "no-new-privileges", "--stop-signal", STOP_SIGNAL,
            "--env", "TZ=UTC", "--env", f"HOME={work.folder / 'tmp'}", "--workdir", str(work.folder),
            *(word for m in mounts for word in ("--mount", m)), *self.options,
            self.image.format(ipf=work.ipf, version=work.version, ipf_lower=work.ipf.lower()),
            *command_line(self.template, work),
        ]  # fmt: skip

    def reap(self, holder: str) -> int:
        found = self._engine("ps", "-aq", "--filter", f"label={LABEL}={holder}").split()
        if found:
            self._engine("rm", "-f", *found)
        return len(found) + self.local.reap(holder)

    def _engine(self, *words: str) -> str:
        done = subprocess.run([self.engine, *words], capture_output=True, text=True, timeout=60, check=False)
        return done.stdout

    def _state(self, name: str) -> dict[str, object]:
        with contextlib.suppress(ValueError):
            return dict(json.loads(self._engine("inspect", "-f", "{{json .State}}", name)))
        return {}


def _unlimited_memory(work: Work) -> Work:
    """The engine keeps the memory limit; outside there is only its client to be seen."""
    return replace(work, limits=replace(work.limits, memory_mb=1 << 30))


class Meter(threading.Thread):
    """Looks at a container's cgroup (v2, or v1) until it is gone; the last look is at most `every_s` old."""

    def __init__(self, name: str, engine: str, every_s: float = 0.25) -> None:
        super().__init__(daemon=True)
        self.container, self.engine, self.every_s = name, engine, every_s
        self.cpu_s = self.max_rss_mb = self.read_mb = self.written_mb = 0.0
        self._ended = threading.Event()

    def stop(self) -> None:
        """No more looks."""
        self._ended.set()
        self.join(10)

    def run(self) -> None:
        identity = ""
        while not self._ended.wait(self.every_s):
            if not identity:
                asked = [self.engine, "inspect", "-f", "{{.Id}}", self.container]
                identity = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
            if identity:
                with contextlib.suppress(OSError, ValueError):
                    self._look(identity)

    def _look(self, identity: str) -> None:
        root = Path("/sys/fs/cgroup")
        if (root / "cgroup.controllers").exists():
            homes = (root / f"system.slice/docker-{identity}.scope", root / f"docker/{identity}")
            home = next((h for h in homes if h.is_dir()), homes[0])
            cpu = dict(line.split() for line in (home / "cpu.stat").read_text().splitlines())
            self.cpu_s = int(cpu["usage_usec"]) / 1e6
            peak = home / "memory.peak"
            peak = peak if peak.exists() else home / "memory.current"
            self.max_rss_mb = max(self.max_rss_mb, int(peak.read_text()) / MB)
            words = (home / "io.stat").read_text().split()
            self.read_mb = sum(int(w[7:]) for w in words if w.startswith("rbytes=")) / MB
            self.written_mb = sum(int(w[7:]) for w in words if w.startswith("wbytes=")) / MB
        else:
            name = f"docker/{identity}"
            self.cpu_s = int((root / "cpuacct" / name / "cpuacct.usage").read_text()) / 1e9
            peak = root / "memory" / name / "memory.max_usage_in_bytes"
            self.max_rss_mb = max(self.max_rss_mb, int(peak.read_text()) / MB)
            io = (root / "blkio" / name / "blkio.throttle.io_service_bytes").read_text().splitlines()
            self.read_mb = sum(int(line.split()[2]) for line in io if " Read " in line) / MB
            self.written_mb = sum(int(line.split()[2]) for line in io if " Write " in line) / MB
