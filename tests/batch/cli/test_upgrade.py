"""Two real stages under way: one is stopped, upgraded, comes back, is drained; the work goes on."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from batch.embedded.redis import EmbeddedRedis
from batch.ledger import Ledger, View
from tests.batch.cli.test_commands import Shell, document
from tests.batch.safe.tiny import write_tiny

LONG_S = 180


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("l0c"), (8,))


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG_S
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_stage_is_upgraded_while_the_work_goes_on(
    tmp_path: Path, template: Path, redis_server: EmbeddedRedis, new_ledger: Callable[..., Ledger]
) -> None:
    view = View(new_ledger())
    shell = Shell(tmp_path, template, redis_server.url)
    # Silence of a second would cost a stage its vDS, had it not been stopped on purpose.
    shell.environment |= {"VDS_STAGE_S": "10", "VDS_AWAY_S": "600", "VDS_SHARED": str(tmp_path)}
    shell.kit.faults(sleep=0.8)
    words = ("submit", "l0c", "--out", "out", "--chain", str(shell.kit.chain), "--scenes", "6", "--json")
    name = document(shell.vds(*words))["datastrip"]

    def held(stage: str) -> list[str]:
        return list(view.stages().get(stage, {}).get("held", []))

    def done(job: str) -> int:
        return view.progress(name)[job][0]

    with shell.worker("b", 1, "--hold", "1"):
        with shell.worker("a", 1, "--hold", "1") as process:
            wait_for(lambda: bool(held("a")) and bool(held("b")))
            mine, other = held("a")[0][-3:], held("b")[0][-3:]
            wait_for(lambda: done(mine) >= 2)
            process.terminate()
            assert process.wait(180) == 0
        before = done(mine)
        assert held("a") == [f"{name}/{mine}"] and view.stages()["a"]["ending"] == "1"
        stages = {s["stage"]: s for s in document(shell.vds("status", "--json", "--stages"))["stages"]}
        assert stages["a"]["ending"] == "1" and stages["b"]["ending"] == ""
        # b ends its own vDS meanwhile, and leaves the one of a alone for longer than VDS_STAGE_S.
        gone = time.time() - view.stages()["a"]["beat"]
        wait_for(lambda: done(other) == 12 and time.time() - view.stages()["a"]["beat"] > max(gone, 12))
        assert held("a") == [f"{name}/{mine}"] and done(mine) == before
        with shell.worker("a", 1, "--hold", "1"):
            wait_for(lambda: view.stages()["a"]["ending"] == "")
            waited = document(shell.vds("drain", "a", "--wait", "--json"))
            assert waited == {"stage": "a", "drain": True, "held": []}
            assert done(mine) == 12  # it took its vDS up again and ended it, drained as it was
            wait_for(lambda: str(view.state(name)) == "DONE")
            found = {f["what"]: f for f in document(shell.vds("check", "--json"))["findings"]}
            assert "draining" in found["stage a"]["found"] and found["stage b"]["level"] == "ok"
            assert found["versions"]["level"] == found["shared storage"]["level"] == "ok"
            assert document(shell.vds("drain", "a", "--off", "--json"))["drain"] is False
    attempts = view.attempts(name)
    assert {a["state"] for a in attempts} <= {"DONE", "RELEASED"}
    assert {a["epoch"] for a in attempts} == {1}  # nothing began anew from L0c
    ended = [(a["job"], a["key"]) for a in attempts if a["state"] == "DONE"]
    assert len(ended) == len(set(ended))
    assert {a["stage"] for a in attempts if a["job"] == "ds"} == {"b"}  # a drained stage takes no assembly


def test_a_stage_that_nobody_knows_is_named(
    tmp_path: Path, template: Path, redis_server: EmbeddedRedis, new_ledger: Callable[..., Ledger]
) -> None:
    ledger = new_ledger()
    ledger.beat("s1", {})
    shell = Shell(tmp_path, template, redis_server.url)
    done = shell.vds("drain", "s2")
    assert done.returncode == 2 and "no stage s2 is known (there are: s1)" in done.stderr
    assert shell.vds("drain", "s1", "--off", "--wait").returncode == 2


def test_hand_back_gives_the_vds_to_others(
    tmp_path: Path, template: Path, redis_server: EmbeddedRedis, new_ledger: Callable[..., Ledger]
) -> None:
    ledger = new_ledger()
    record = {"chain_hash": "c", "priority": "normal", "assemble": False}
    ledger.submit("DS", record, {"v01": {}}, "chain")
    ledger.beat("s1", {})
    assert ledger.take_job("s1", 1)
    shell = Shell(tmp_path, template, redis_server.url)
    assert shell.vds("drain", "s1", "--hand-back", "--wait").returncode == 0
    ledger.beat("s1", {})
    assert ledger.take_job("s1", 1) is None and ledger.take_job("s2", 1)
