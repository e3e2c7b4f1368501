"""Kill -9 at random moments in mid-run: the work ends complete and identical, and nothing is made twice."""

import json
import random
import re
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from batch.choreography import Event
from batch.plan.cut import Cut
from batch.plan.vds import write_vds
from batch.safe.check import check_datastrip
from batch.safe.names import parse_name
from tests.batch.safe.tiny import write_tiny
from tests.batch.stage.chains import Tiny
from tests.e2e.conftest import vds, vds_json
from tests.e2e.disk import filled, small_disk
from tests.e2e.observe import (
    Record,
    check_published,
    contents,
    datastrip_folder,
    ledger_of,
    leftovers,
    processes,
)
from tests.e2e.shooting import CHILD, IPF, MAIN, REDIS, SUPERVISOR, Run, draw

pytestmark = pytest.mark.slow

#: Two vDS of four scenes with three in common and as few invocations as there can be: 174.
OPTIONS = ["--scenes", "4", "--partitions", "detector=1,band=1,atf=1,granule=1"]
#: Twenty shots in three runs.
RUNS = {
    1: [MAIN, MAIN, CHILD, IPF, REDIS, REDIS, SUPERVISOR],
    2: [MAIN, CHILD, CHILD, IPF, IPF, REDIS, SUPERVISOR],
    3: [MAIN, CHILD, IPF, REDIS, SUPERVISOR, SUPERVISOR],
}


@dataclass(frozen=True)
class Calm:
    """An undisturbed run."""

    final: dict[str, Any]
    out: Path
    record: Record
    tiles: dict[str, list[str]]
    files: dict[str, str]


@pytest.fixture(scope="module")
def strip(small_strip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five scenes out of the small datastrip: a vDS is a valid datastrip of its own."""
    whole = check_datastrip(small_strip)
    creation = parse_name(whole.name).creation
    return write_vds(whole, Cut("strip", 3, 7, 1, 0, 0), tmp_path_factory.mktemp("killed"), creation)


@pytest.fixture(scope="module")
def calm(strip: Path, tmp_path_factory: pytest.TempPathFactory) -> Calm:
    with Run([str(strip), *OPTIONS], tmp_path_factory.mktemp("calm") / "out", "calm") as run:
        run.start()
        assert run.end() == 0, run.said.read_text()
    record = ledger_of(run.out)
    return Calm(
        json.loads(run.printed.read_text()),
        run.out,
        record,
        check_published(run.out),
        contents(run.out, record.creation),
    )


@pytest.fixture
def run(strip: Path, tmp_path: Path) -> Iterator[Run]:
    with Run([str(strip), *OPTIONS], tmp_path / "out", str(tmp_path)) as made:
        yield made


def keys_of(events: list[str]) -> list[str]:
    return [Event.from_json(e).key for e in events]


def check_nothing_left(run: Run) -> None:
    """No process, and nothing in the folder for temporary files."""
    assert list(processes(run.mark)) == []
    assert list(run.tmp.iterdir()) == []


def check_same(run: Run, calm: Calm) -> Record:
    """Products, seals, ledger and processes of a run that is over are those of an undisturbed one."""
    final, record = json.loads(run.printed.read_text()), ledger_of(run.out)
    assert final["state"] == "DONE"
    assert check_published(run.out) == calm.tiles
    assert contents(run.out, record.creation) == calm.files
    assert leftovers(run.out) == []
    for job, events in calm.record.events.items():
        keys = keys_of(record.events[job])
        assert len(keys) == len(set(keys)), f"{job} has an event twice"
        assert set(keys) == set(keys_of(events))
    assert {a["state"] for a in record.attempts} <= {"DONE", "FAILED", "LOST", "RELEASED", "STALE"}
    check_nothing_left(run)
    compared = vds("compare", datastrip_folder(calm.out), datastrip_folder(run.out))
    assert compared.returncode == 0, compared.stdout[-2000:] + compared.stderr
    return record


@pytest.mark.parametrize("seed", RUNS)
def test_any_process_killed_at_any_moment(seed: int, run: Run, calm: Calm) -> None:
    shots = draw(random.Random(seed), RUNS[seed], calm.final["attempts"])
    run.start()
    for shot in shots:
        run.shoot(shot)
    assert run.end() == 0, run.said.read_text()
    assert sorted(run.killed) == sorted(RUNS[seed])
    record = check_same(run, calm)
    lost = [a for a in record.attempts if a["state"] != "DONE"]
    assert lost, "nobody was hit"


# -- a full disk, and an IPF that hangs --------------------------------------------------------------------


@dataclass
class Stub:
    """A tiny chain with IPFs that take a moment each: mid-run comes soon, and the end, too."""

    kit: Tiny
    l0c: Path
    environment: dict[str, str]

    def run(self, out: Path, *words: object) -> Run:
        options = [str(self.l0c), "--chain", str(self.kit.chain), "--scenes", "6", *map(str, words)]
        return Run(options, out, str(out), self.environment)


def make_stub(root: Path) -> Stub:
    kit = Tiny(root / "kit", sleep=0.2)
    command = f"{{python}} {kit.script} {{ipf}} {{joborder}}"
    environment = {"VDS_IPF_COMMAND": command, "FAULTS": str(kit.fault_file), "VDS_CAP": "2"}
    return Stub(kit, write_tiny(root / "l0c", (8,)), environment)


@pytest.fixture
def stub(tmp_path: Path) -> Stub:
    return make_stub(tmp_path)


def stub_products(out: Path) -> dict[str, str]:
    """What a run of the tiny chain published, the date of creation taken out."""
    folder = datastrip_folder(out)
    dated = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    found = [f for part in ("L1C", "l1c") for f in (folder / part).rglob("*") if f.is_file()]
    return {dated.sub("", str(f.relative_to(folder))): dated.sub("", f.read_text()) for f in found}


@pytest.fixture(scope="module")
def calm_stub(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Products of an undisturbed run of the tiny chain."""
    root = tmp_path_factory.mktemp("calm_stub")
    with make_stub(root).run(root / "out") as run:
        run.start()
        assert run.end() == 0, run.said.read_text()
    return stub_products(run.out)


@pytest.mark.parametrize("place", ["scratch", "everything"])
def test_full_disk_in_mid_run(place: str, stub: Stub, calm_stub: dict[str, str], tmp_path: Path) -> None:
    """It ends with exit 1 and says which disk; given space, the same command completes what was begun."""
    with small_disk(tmp_path / "disk", 300) as disk:
        out = disk / "out" if place == "everything" else tmp_path / "out"
        words = ["--scratch", disk / "scratch"] if place == "scratch" else []
        with stub.run(out, *words) as run:
            run.start()
            run.until(lambda: run.ended() >= 10)
            with filled(disk):
                assert run.end(60) == 1, run.said.read_text()
            said = run.said.read_text()
            assert "No space left on device" in said or "cannot be written" in said, said
            assert str(disk) in said and "has 0 MB left" in said and "again" in said
            assert "Traceback" not in said
            check_nothing_left(run)
            run.start()
            assert run.end() == 0, run.said.read_text()
            check_nothing_left(run)
        assert stub_products(out) == calm_stub != {}
        assert leftovers(out) == [] and not list((disk / "scratch").glob("*/S2*"))
        record = ledger_of(out)
    for events in record.events.values():
        assert len(events) == len(set(keys_of(events)))


def test_a_killed_run_can_be_looked_at(stub: Stub, calm_stub: dict[str, str], tmp_path: Path) -> None:
    with stub.run(tmp_path / "out") as run:
        run.start().send_signal(signal.SIGKILL)  # whatever it was about to do
        run.end()
        run.start()
        run.until(lambda: run.ended() >= 5)
        assert run.process
        run.process.kill()
        assert run.end() == -signal.SIGKILL
        seen = vds_json("status", "--out", run.out, timeout=180)
        assert seen["state"] == "RUNNING" and seen["attempts"] >= 5
        run.start()
        run.until((run.out / ".vds" / "broker").exists)
        seen = vds_json("status", "--out", run.out, timeout=180)
        assert seen["attempts"] >= 5
        assert run.end() == 0, run.said.read_text()
        check_nothing_left(run)
        assert stub_products(run.out) == calm_stub


def test_ipf_that_hangs(stub: Stub, tmp_path: Path) -> None:
    """It minds neither SIGINT nor SIGTERM and has a child: killed with it, tried again, then given up."""
    stubborn = tmp_path / "stubborn.sh"
    stubborn.write_text(
        "#!/bin/sh\n"
        'if [ "$1" = RADIO ] && [ -e "$0.hang" ]; then\n'
        "    trap '' INT TERM\n"
        '    echo "waiting for a licence" >&2\n'
        "    sleep 600\n"
        "fi\n"
        f'exec {sys.executable} {stub.kit.script} "$@"\n'
    )
    stubborn.chmod(0o755)
    (tmp_path / "stubborn.sh.hang").touch()
    text = stub.kit.chain.read_text()
    assert "timeout_s: {fixed: 20}" in text
    stub.kit.chain.write_text(text.replace("{fixed: 20}", "{fixed: 3, per_scene: 0}"))
    stub.environment["VDS_IPF_COMMAND"] = f"{stubborn} {{ipf}} {{joborder}}"

    with stub.run(tmp_path / "out") as run:
        run.start()
        assert run.end(120) == 1, run.said.read_text()
        said, final = run.said.read_text(), json.loads(run.printed.read_text())
        assert "RADIO/detector=01-02-03-04: killed after 3 s, its time limit" in said, said
        assert "waiting for a licence" in said and "again with the same --out" in said
        assert final["state"] == "FAILED"
        assert final["attempts_by_state"]["TIMEOUT"] == 4  # in each of 2 vDS, 2 times
        check_nothing_left(run)
        assert not (datastrip_folder(run.out) / "L1C").exists()

        (tmp_path / "stubborn.sh.hang").unlink()
        run.start()
        assert run.end(120) == 0, run.said.read_text()
