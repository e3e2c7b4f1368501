from pathlib import Path
from typing import Any

import pytest

from batch.stage.condition import MARK, look_at, mark_of
from batch.stage.finding import MISSING, OK, WARNING, Finding
from batch.stage.health import condition, living, redis_settings, shared_storage, versions

NOW = 1_000_000.0
INFO: dict[str, Any] = {
    "redis_version": "7.0.15", "maxmemory_policy": "noeviction", "aof_enabled": 1,
    "aof_last_write_status": "ok", "used_memory": 10, "maxmemory": 100,
}  # fmt: skip


def stage(**more: str) -> dict[str, str]:
    return {
        "beat": str(NOW - 3), "slots": "2", "heard": str(NOW - 20), "free_mb": "90000", "skew_ms": "4",
        "shared": "/srv/vds", "shared_mark": "m", "shared_seen": str(NOW - 30), "shared_free_mb": "500000",
        "version": "0.1.0+a", **more,
    }  # fmt: skip


def levels(findings: list[Finding]) -> list[str]:
    assert all(bool(f.remedy) == (f.level != OK) for f in findings)
    return [f.level for f in findings]


@pytest.mark.parametrize(
    ("more", "busy", "level", "says"),
    [
        ({}, 0, OK, "2 slots, 0 busy"),
        ({"drain": "1"}, 1, OK, "draining, 2 slots"),
        ({"beat": str(NOW - 90)}, 0, WARNING, "silent for 90 s"),
        ({"beat": str(NOW - 90), "ending": "1"}, 0, WARNING, "stopped on purpose 90 s ago"),
        ({"heard": str(NOW - 500)}, 0, MISSING, "has taken no message for 500 s"),
        ({"heard": str(NOW - 500)}, 2, OK, "2 busy"),  # nobody is free to take one
    ],
)
def test_a_stage_lives_if_it_beats_and_takes_messages(
    more: dict[str, str], busy: int, level: str, says: str
) -> None:
    found = living("s1", stage(**more), busy, NOW)
    assert found.level == level and says in found.found


def test_clock_and_scratch() -> None:
    assert condition("s1", stage(), NOW) == []
    bent = condition("s1", stage(skew_ms="-2500", free_mb="3000"), NOW)
    assert levels(bent) == [WARNING, WARNING]
    assert "2.5 s behind" in bent[0].found and "3.0 GB free" in bent[1].found


def test_two_versions_at_once_are_told() -> None:
    same = versions({"s1": stage(), "s2": stage()})
    assert levels(same) == [OK] and "0.1.0+a on s1 s2" in same[0].found
    mixed = versions({"s1": stage(), "s2": stage(version="0.2.0+b", image="i:2"), "s3": stage(image="i:1")})
    assert levels(mixed) == [WARNING, WARNING] and "0.2.0+b on s2" in mixed[0].found


def test_all_stages_must_see_the_same_storage() -> None:
    assert levels(shared_storage({"s1": stage(), "s2": stage()}, NOW)) == [OK]
    assert levels(shared_storage({"s1": stage(), "s2": stage(shared="")}, NOW)) == [WARNING]
    for lost in (stage(shared_mark=""), stage(shared_seen=str(NOW - 900))):
        found = shared_storage({"s1": stage(), "s2": lost}, NOW)
        assert levels(found) == [MISSING] and "s2 cannot use /srv/vds" in found[0].found
    other = shared_storage({"s1": stage(), "s2": stage(shared_mark="x")}, NOW)
    assert levels(other) == [MISSING] and "s1 and s2 see different storage" in other[0].found
    assert levels(shared_storage({"s1": stage(shared_free_mb="100")}, NOW)) == [WARNING]


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"redis_version": "6.0.16"}, "Redis version"),
        ({"maxmemory_policy": "allkeys-lru"}, "Redis memory"),
        ({"aof_enabled": 0}, "Redis persistence"),
        ({"aof_last_write_status": "err"}, "Redis persistence"),
        ({"used_memory": 90}, "Redis memory"),
    ],
)
def test_redis_must_neither_forget_nor_be_full(more: dict[str, Any], what: str) -> None:
    assert levels(redis_settings(INFO)) == [OK]
    found = redis_settings({**INFO, **more})
    assert [f.what for f in found] == [what] and found[0].remedy


def test_the_mark_is_made_once_and_a_lost_folder_has_none(tmp_path: Path) -> None:
    first = mark_of(tmp_path)
    assert first and mark_of(tmp_path) == first
    assert [p.name for p in tmp_path.iterdir()] == [MARK]
    seen = look_at(str(tmp_path))
    assert seen["shared_mark"] == first and float(seen["shared_free_mb"]) > 0
    assert look_at(str(tmp_path / "gone"))["shared_mark"] == ""
