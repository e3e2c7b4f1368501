"""`vds run`'s supervisor with a real Redis, real Celery workers and processes, some of which are killed."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from batch.config import Settings
from batch.embedded.run import place_of, run_embedded
from batch.errors import InputError
from batch.ledger import Ledger, State, View
from batch.report.status import status
from tests.batch.stage.chains import ASSEMBLY, PER_VDS, Tiny

#: Children of this process that a test found when it began: another test's Redis is none of its targets.
_others: set[int] = set()


@pytest.fixture(autouse=True)
def spare_the_others() -> None:
    _others.clear()
    _others.update(p.pid for p in psutil.Process().children(recursive=True))


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    made = Tiny(tmp_path, sleep=0.1)
    monkeypatch.setenv("FAULTS", str(made.fault_file))
    return made


def settings(tiny: Tiny, **more: object) -> Settings:
    values: dict[str, object] = {
        "slots": 2, "scratch": str(tiny.scratch), "lease_s": 4.0, "sweep_s": 0.5, "stage_s": 20.0, "cap": 5,
        "ipf_command": f"{{python}} {tiny.script} {{ipf}} {{joborder}}", **more,
    }  # fmt: skip
    return Settings(**values)  # type: ignore[arg-type]


def run(
    tiny: Tiny, stages: int = 2, **more: object
) -> tuple[State, list[dict[str, object]], dict[str, object]]:
    attempts: list[dict[str, object]] = []
    final: dict[str, object] = {}

    def begin(ledger: Ledger) -> bool:
        return ledger.submit("DS", tiny.record, tiny.jobs, tiny.chain.read_text()) is None

    def inspect(view: View) -> None:
        attempts.extend(view.attempts("DS"))
        final.update(status(view, "DS"))

    state = run_embedded("DS", tiny.root / "out", settings(tiny, **more), stages, begin, inspect=inspect)
    return state, attempts, final


@contextlib.contextmanager
def meanwhile(what: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=what)
    thread.start()
    yield
    thread.join()


def mine(word: str) -> list[psutil.Process]:
    """Processes below this one whose command has `word`, begun since the test did."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if process.pid not in _others and any(word in part for part in process.cmdline()):
                found.append(process)
    return found


def undisturbed(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    calm = Tiny(tmp_path_factory.mktemp("calm"), sleep=0)
    monkeypatch.setenv("FAULTS", str(calm.fault_file))
    assert run(calm)[0] == State.DONE
    return calm.products()


def test_two_stages_share_the_work_and_nothing_is_left(tiny: Tiny) -> None:
    state, attempts, final = run(tiny)
    assert state == State.DONE
    assert len(attempts) == 2 * PER_VDS + ASSEMBLY
    assert {a["stage"] for a in attempts if a["job"] != "ds"} == {"s1", "s2"}
    assert not [p for p in tiny.scratch.rglob("*") if p.is_file() and ".chains" not in p.parts]
    assert not mine("celery") and not mine("redis-server") and not place_of(tiny.root / "out").broker.exists()
    assert final["state"] == "DONE" and len(final["products"]) == 3  # type: ignore[arg-type]
    assert final["tiles"] == ["36MXA", "36MXB", "36MZD"]
    assert 0 < final["critical_path_s"] <= final["bound_s"] <= final["wall_s"]  # type: ignore[operator]


def test_the_same_command_again_does_nothing_twice(tiny: Tiny) -> None:
    run(tiny)
    before = tiny.products()
    state, attempts, _ = run(tiny)
    assert state == State.DONE and len(attempts) == 2 * PER_VDS + ASSEMBLY and tiny.products() == before


def test_anything_killed_at_any_moment(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """IPFs, worker processes, whole workers and Redis are shot; the products are those of a calm run."""
    tiny = Tiny(tmp_path, sleep=0.5)  # long enough to be shot at
    monkeypatch.setenv("FAULTS", str(tiny.fault_file))
    chance = random.Random(7)
    killed: list[str] = []

    def shoot() -> None:
        for word in ("ipf.py", "ForkPool", "redis-server", "batch.stage.app", "ipf.py", "redis-server"):
            time.sleep(chance.uniform(0.6, 1.2))
            targets = mine("batch.stage.app") if word == "ForkPool" else mine(word)
            if word in ("ForkPool", "batch.stage.app"):
                children = [c for t in targets for c in t.children()]
                mains = [t for t in targets if t.ppid() == os.getpid()]
                targets = [c for c in children if c in targets] if word == "ForkPool" else mains
            if targets:
                with contextlib.suppress(psutil.Error):
                    chance.choice(targets).kill()
                    killed.append(word)

    with meanwhile(shoot):
        state, attempts, _ = run(tiny)
    assert state == State.DONE, attempts
    assert "redis-server" in killed and len(killed) >= 2  # whoever was not there could not be shot
    assert tiny.products() == undisturbed(tmp_path_factory, monkeypatch) != {}
    ended = [(a["job"], a["key"]) for a in attempts if a["state"] == "DONE"]
    assert len(set(ended)) == 2 * PER_VDS + ASSEMBLY


def test_killed_as_a_whole_it_goes_on(
    tiny: Tiny, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "from pathlib import Path\nfrom tests.batch.embedded.test_run import *\n"
        f"tiny = Tiny.__new__(Tiny)\nroot = Path({str(tiny.root)!r})\n"
        "tiny.root, tiny.out, tiny.scratch = root, root / 'out/DS', root / 'scratch'\n"
        "tiny.chain, tiny.script = root / 'chain.yaml', root / 'ipf.py'\n"
        "tiny.fault_file = root / 'faults.json'\n"
        "run(tiny)\n"
    )
    whole = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[3])
    deadline = time.monotonic() + 120
    while not list(tiny.scratch.glob("s*/DS/v0*/RADIO/output/PDI_ATF_LIST/*")):
        assert time.monotonic() < deadline and whole.poll() is None
        time.sleep(0.05)
    family = psutil.Process(whole.pid).children(recursive=True)
    whole.send_signal(signal.SIGKILL)
    whole.wait()
    _, alive = psutil.wait_procs(family, timeout=60)
    assert not alive  # Redis, workers and IPFs died with it
    state, attempts, _ = run(tiny)
    assert state == State.DONE
    done = [(a["job"], a["key"]) for a in attempts if a["state"] == "DONE"]
    assert len(done) == len(set(done)) == 2 * PER_VDS + ASSEMBLY  # what was done before is not done again
    assert tiny.products() == undisturbed(tmp_path_factory, monkeypatch)


def test_fewer_stages_when_taken_up_again(tiny: Tiny) -> None:
    tiny.faults(PACK_SAFE={"kind": "fail"})
    assert run(tiny, cap=1)[0] == State.FAILED
    tiny.faults()
    state, attempts, _ = run(tiny, stages=1, cap=1)
    assert state == State.DONE
    assert {a["stage"] for a in attempts if a["key"].startswith("STAGE_OUT")} == {"s1"}


def test_two_runs_with_one_out_are_refused(tiny: Tiny) -> None:
    def begin(ledger: Ledger) -> bool:  # called while the first has the place, so nothing here hangs on speed
        with pytest.raises(InputError, match="is in use by another"):
            run(tiny)
        return ledger.submit("DS", tiny.record, tiny.jobs, tiny.chain.read_text()) is None

    assert run_embedded("DS", tiny.root / "out", settings(tiny), 2, begin) == State.DONE
