"""A deployed system as its ledger tells of it: each finding with its remedy. Reads only."""

from collections import defaultdict
from typing import Any

import redis

from batch.ledger.broker import Broker, refusal
from batch.ledger.connection import connect
from batch.stage.finding import MISSING, OK, WARNING, Finding

#: Seconds: a stage is silent; it has taken no probe message; its look at the storage is old.
OLD_S, DEAF_S, STALE_S = 60.0, 120.0, 180.0
#: A clock that is more ahead or behind bends the trace; leases go by the broker's clock alone.
SKEW_MS = 1000.0
LOW_GB = 20.0
FULL = 0.8

Stage = dict[str, str]


def check_system(broker: Broker) -> list[Finding]:
    """A deployed system, through its broker."""
    try:
        client = connect(broker, wait_s=0)
        info = client.info()
    except (redis.RedisError, OSError) as error:
        remedy = "start Redis there, open its port to this host, correct VDS_BROKER"
        why, _, mend = (refusal(broker, error) or f"{broker.where}: {error}; {remedy}").partition("; ")
        return [Finding("broker", MISSING, why, mend)]
    stages = {
        name: {**client.hgetall(f"vds:stage:{name}"), "beat": str(beat / 1000)}
        for name, beat in client.zrange("vds:stages", 0, -1, withscores=True)
    }
    found = [Finding("broker", OK, f"Redis {info['redis_version']}"), *redis_settings(info)]
    now = float(client.time()[0])
    for name, stage in stages.items():
        busy = client.scard(f"vds:active:{name}")
        found.append(living(name, stage, busy, now))
        found += condition(name, stage, now)
    found += versions(stages) + shared_storage(stages, now)
    return found + _queue(client, found, bool(stages))


def redis_settings(info: dict[str, Any]) -> list[Finding]:
    """INFO of Redis: version, AOF, eviction, memory."""
    found = []
    version = tuple(int(n) for n in str(info["redis_version"]).split(".")[:2])
    if version < (6, 2):
        remedy = "install Redis 6.2 or newer"
        found.append(Finding("Redis version", MISSING, str(info["redis_version"]), remedy))
    policy = str(info.get("maxmemory_policy", "?"))
    if policy != "noeviction":
        found.append(Finding("Redis memory", MISSING, f"policy {policy}", "set maxmemory-policy noeviction"))
    if str(info.get("aof_enabled")) != "1":
        found.append(Finding("Redis persistence", MISSING, "no append-only file", "set appendonly yes"))
    elif info.get("aof_last_write_status") == "err":
        text, remedy = "the append-only file cannot be written", "free space on the broker's disk"
        found.append(Finding("Redis persistence", MISSING, text, remedy))
    used, most = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    if most and used > FULL * most:
        text = f"{used / 1e6:.0f} of {most / 1e6:.0f} MB are used"
        found.append(Finding("Redis memory", WARNING, text, "raise maxmemory, or remove old datastrips"))
    return found or [Finding("Redis settings", OK, "noeviction, append-only file")]


def living(name: str, stage: Stage, busy: int, now: float) -> Finding:
    """Whether a stage beats, and takes messages: workers have been seen to do the one without the other."""
    what, age = f"stage {name}", now - float(stage["beat"])
    if stage.get("ending") == "1" and age > OLD_S:
        return Finding(
            what, WARNING, f"stopped on purpose {age:.0f} s ago", "start its service vds-stage again"
        )
    if age > OLD_S:
        remedy = "look at its journal, restart the service vds-stage there"
        return Finding(what, WARNING, f"silent for {age:.0f} s", remedy)
    slots = int(stage.get("slots") or 1)
    heard = now - float(stage.get("heard") or 0)
    if busy < slots and "heard" in stage and heard > DEAF_S:
        text = f"beats, but has taken no message for {heard:.0f} s"
        return Finding(what, MISSING, text, "restart the service vds-stage there")
    state = "draining, " if stage.get("drain") == "1" or stage.get("ending") == "1" else ""
    return Finding(what, OK, f"{state}{slots} slots, {busy} busy, seen {age:.0f} s ago")


def condition(name: str, stage: Stage, now: float) -> list[Finding]:
    """Its clock and its scratch."""
    found = []
    skew = float(stage.get("skew_ms") or 0)
    if abs(skew) > SKEW_MS:
        text = f"its clock is {abs(skew) / 1000:.1f} s {'ahead of' if skew > 0 else 'behind'} the broker's"
        found.append(Finding(f"clock of {name}", WARNING, text, "start its time service (systemd-timesyncd)"))
    free = float(stage.get("free_mb") or "inf") / 1000
    if free < LOW_GB:
        remedy = "free some, or give it a larger scratch; `vds plan` tells how much a vDS needs"
        found.append(Finding(f"scratch of {name}", WARNING, f"{free:.1f} GB free", remedy))
    return found


def versions(stages: dict[str, Stage]) -> list[Finding]:
    """Code and images: two kinds are right during an upgrade only."""
    found = []
    for what, key in (("version", "version"), ("image", "image")):
        by_text: dict[str, list[str]] = defaultdict(list)
        for name, stage in stages.items():
            if stage.get(key):
                by_text[stage[key]].append(name)
        text = ", ".join(f"{t} on {' '.join(sorted(names))}" for t, names in sorted(by_text.items()))
        if len(by_text) > 1:
            remedy = "end the upgrade: `vds drain`, upgrade, `vds drain --off`, one stage after the other"
            found.append(Finding(f"{what}s", WARNING, text, remedy))
        elif by_text:
            found.append(Finding(f"{what}s", OK, text))
    return found


def shared_storage(stages: dict[str, Stage], now: float) -> list[Finding]:
    """Whether all stages see one and the same shared folder, by its mark."""
    if not stages:
        return []
    what = "shared storage"
    untold = sorted(n for n, s in stages.items() if not s.get("shared"))
    if untold:
        text = f"{' '.join(untold)} were not told where it is"
        return [Finding(what, WARNING, text, "set VDS_SHARED to a folder on it, on every stage")]
    found = []
    for name, stage in sorted(stages.items()):
        age = float(stage["beat"]) - float(stage.get("shared_seen") or 0)
        if not stage.get("shared_mark") or age > STALE_S:
            text = f"{name} cannot use {stage['shared']}"
            remedy = f"on {name}: `findmnt {stage['shared']}`, mount it, look at the storage host"
            found.append(Finding(what, MISSING, text, remedy))
    marks = {s["shared_mark"]: n for n, s in stages.items() if s.get("shared_mark")}
    if len(marks) > 1:
        names = " and ".join(sorted(marks.values()))
        text, remedy = f"{names} see different storage", "mount the same storage on all stages"
        found.append(Finding(what, MISSING, text, remedy))
    free = min(
        (float(s["shared_free_mb"]) / 1000 for s in stages.values() if s.get("shared_free_mb")), default=0
    )
    if not found and free < LOW_GB:
        return [Finding(what, WARNING, f"{free:.1f} GB free", "remove products that were delivered")]
    return found or [Finding(what, OK, f"the same on {len(stages)} stages, {free:.0f} GB free")]


def _queue(client: Any, found: list[Finding], any_stage: bool) -> list[Finding]:
    if not any_stage:
        return [Finding("stages", MISSING, "none has ever been seen", "start `vds worker` on the nodes")]
    waiting = client.zcard("vds:pending")
    if waiting and not any(f.level == OK and f.what.startswith("stage ") for f in found):
        return [Finding("queue", WARNING, f"{waiting} jobs wait and no stage lives", "start a stage")]
    return []
