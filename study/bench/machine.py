"""What this machine is: facts that a reader needs to judge a measurement. Unknown stays unknown."""

import hashlib
import json
import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

#: Packages whose version changes what the reference IPFs take.
PACKAGES = ("vds", "numpy", "rasterio", "pyproj", "shapely", "lxml")


def facts(docker: bool = False) -> dict[str, Any]:
    """CPU model, cores, memory (MB), kernel, versions; of Docker only if it is asked for."""
    found: dict[str, Any] = {
        "cpu": cpu_model(Path("/proc/cpuinfo")),
        "cores": len(os.sched_getaffinity(0)),
        "threads_per_core": _siblings(),
        "memory_mb": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e6),
        "kernel": platform.release(),
        "system": _os_release(Path("/etc/os-release")),
        "hypervisor": "hypervisor" in _flags(Path("/proc/cpuinfo")),
        "python": platform.python_version(),
        **{name: _version(name) for name in PACKAGES},
    }
    if docker:
        found["docker"] = _said(["docker", "version", "-f", "{{.Server.Version}}"])
    return found


def identity(machine: dict[str, Any]) -> str:
    """A short name for these facts: measurements of another machine or version are other measurements."""
    text = json.dumps({k: v for k, v in machine.items() if k != "docker"}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def cpu_model(cpuinfo: Path) -> str | None:
    """`model name` of /proc/cpuinfo; None where the kernel does not tell (ARM)."""
    return _field(cpuinfo, "model name")


def _flags(cpuinfo: Path) -> list[str]:
    return (_field(cpuinfo, "flags") or "").split()


def _field(path: Path, name: str) -> str | None:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    pairs = (line.partition(":") for line in lines)
    return next((value.strip() for key, _, value in pairs if key.strip() == name), None)


def _siblings() -> int | None:
    path = Path("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list")
    try:
        parts = path.read_text().strip().split(",")
    except OSError:
        return None
    bounds = [[int(n) for n in part.split("-")] for part in parts]
    return sum(b[-1] - b[0] + 1 for b in bounds)


def _os_release(path: Path) -> str | None:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return None
    return next(
        (line.partition("=")[2].strip('"') for line in lines if line.startswith("PRETTY_NAME=")), None
    )


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _said(command: list[str]) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None
