import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from batch.ledger import State, View
from batch.stage.drain import DRAIN, GO
from tests.batch.stage.chains import ASSEMBLY, PER_VDS, Tiny
from tests.batch.stage.conftest import Stage

NewStage = Callable[..., Stage]


def submit(stage: Stage, tiny: Tiny) -> View:
    stage.ledger.submit("DS", tiny.record, tiny.jobs, tiny.chain.read_text())
    return View(stage.ledger)


def test_one_worker_does_it_all(new_stage: NewStage, tiny: Tiny) -> None:
    stage = new_stage()
    view = submit(stage, tiny)
    assert stage.drain() == 2 * PER_VDS + ASSEMBLY
    assert view.state("DS") == State.DONE
    products = tiny.products()
    assert {p for p in products if p.startswith("L1C/")} == {
        f"L1C/L1C_T{t}.SAFE{end}" for t in ("36MZD", "36MXA", "36MXB") for end in ("/sum", ".sha256")
    }
    attempts = view.attempts("DS")
    assert {a["state"] for a in attempts} == {"DONE"} and {a["exit"] for a in attempts} == {0}
    assert all(Path(a["log"]).exists() for a in attempts)
    assert not list(tiny.scratch.glob("s1/DS/*"))  # nothing is left on scratch
    assert not list(tiny.out.glob(".assembly*"))


def test_warnings_go_on_and_are_marked(new_stage: NewStage, tiny: Tiny) -> None:
    stage = new_stage()
    view = submit(stage, tiny)
    tiny.faults(RADIO={"kind": "warn", "code": 3})
    stage.drain()
    assert view.state("DS") == State.DONE
    assert {a["state"] for a in view.attempts("DS") if a["key"].startswith("RADIO")} == {"WARNING"}


@pytest.mark.parametrize("kind", ["fail", "lie", "half"])
def test_a_fault_that_passes_leaves_no_trace_in_the_products(
    new_stage: NewStage, tiny: Tiny, tmp_path_factory: pytest.TempPathFactory, kind: str
) -> None:
    stage = new_stage()
    view = submit(stage, tiny)
    tiny.faults(ORTHO={"kind": kind, "until": 2})
    stage.drain()
    assert view.state("DS") == State.DONE
    assert {a["attempt"] for a in view.attempts("DS") if a["key"].startswith("ORTHO")} == {1, 2, 3}
    other = Tiny(tmp_path_factory.mktemp("undisturbed"))
    calm = new_stage()
    calm.ledger.redis.flushall()
    calm.ledger.submit("DS", other.record, other.jobs, other.chain.read_text())
    tiny.faults()
    Stage(calm.ledger, other).drain()
    assert tiny.products() == other.products() != {}


def test_a_fault_that_stays_has_its_cause_and_can_be_resubmitted(new_stage: NewStage, tiny: Tiny) -> None:
    stage = new_stage()
    view = submit(stage, tiny)
    tiny.faults(GET_TILE_LIST={"kind": "fail"})
    stage.drain()
    assert view.state("DS") == State.FAILED
    reason = view.jobs("DS")[0]["reason"]
    assert reason == "GET_TILE_LIST/: exit code 130\nthe reason stands here"
    assert tiny.products() == {}
    failed = next(a for a in view.attempts("DS") if a["state"] == "FAILED")
    assert (Path(failed["log"]).with_suffix(".err")).read_text() == "the reason stands here\n"
    done_before = {(a["job"], a["key"]) for a in view.attempts("DS") if a["state"] == "DONE"}
    tiny.faults()
    stage.sweeper.once()  # the stage is known to live
    stage.ledger.resubmit("DS")
    stage.drain()
    assert view.state("DS") == State.DONE
    again = [(a["job"], a["key"]) for a in view.attempts("DS") if a["state"] == "DONE"]
    assert len(again) == len(set(again)) and done_before <= set(again)  # nothing was done twice


def test_an_ipf_that_hangs_is_killed_by_its_time_limit(new_stage: NewStage, tiny: Tiny) -> None:
    tiny.chain.write_text(tiny.chain.read_text().replace("{fixed: 20}", "{fixed: 0.5, per_scene: 0}"))
    stage = new_stage(ledger={"cap": 1})
    view = submit(stage, tiny)
    tiny.faults(RADIO={"kind": "hang"})
    stage.drain()
    assert view.state("DS") == State.FAILED
    attempt = next(a for a in view.attempts("DS") if a["state"] == "TIMEOUT")
    assert "its time limit" in attempt["reason"] and attempt["wall_s"] < 5


def test_a_doubled_message_is_harmless(new_stage: NewStage, tiny: Tiny) -> None:
    one, two = new_stage("s1"), new_stage("s2")
    view = submit(one, tiny)
    assert one.drain() + two.drain() + one.drain() + two.drain() == 2 * PER_VDS + ASSEMBLY
    assert view.state("DS") == State.DONE


def test_what_a_worker_left_between_two_steps_is_found_by_the_sweep(new_stage: NewStage, tiny: Tiny) -> None:
    stage = new_stage()
    view = submit(stage, tiny)
    taken = stage.ledger.take_job("s1", 1)  # and then it dies: nothing was enqueued
    assert taken
    other = new_stage("s1")
    assert view.progress("DS")[taken.job[-3:]] == (0, 0)
    other.sweeper.once()
    other.drain()
    assert view.state("DS") == State.DONE


def test_lost_lease_publishes_nothing(new_stage: NewStage, tiny: Tiny) -> None:
    stage = new_stage()
    view = submit(stage, tiny)
    runner = stage.drain.means.runner
    publish_calls = []

    class Thief:
        """Runs the IPF; while it runs, its lease is taken away."""

        def run(self, work, aborted):  # type: ignore[no-untyped-def]
            usage = runner.run(work, aborted)
            if work.ipf == "RADIO" and not publish_calls:
                publish_calls.append(work.folder)
                stage.ledger.release(stage.ledger.leases(), "stolen")
            return usage

        def reap(self, holder: str) -> int:
            return 0

    object.__setattr__(stage.drain.means, "runner", Thief())
    stage.drain()
    assert view.state("DS") == State.DONE
    assert len(publish_calls) == 1
    assert (publish_calls[0] / "output/PDI_ATF_LIST").exists() or not publish_calls[0].exists()
    states = [a["state"] for a in view.attempts("DS")]
    assert states.count("LOST") == 1 and states.count("DONE") == 2 * PER_VDS + ASSEMBLY


def test_drained_worker_ends_at_once_and_gives_back(new_stage: NewStage, tiny: Tiny) -> None:
    stage = new_stage()
    view = submit(stage, tiny)
    count = iter(range(100))
    stage.drain.told = lambda: 1 if next(count) > 12 else 0
    stage.drain()
    assert view.state("DS") == State.RUNNING and stage.ledger.leases() == {}
    new_stage().drain()
    assert view.state("DS") == State.DONE


def test_cancel_stops_and_resubmit_starts_from_l0c(new_stage: NewStage, tiny: Tiny) -> None:
    stage = new_stage()
    view = submit(stage, tiny)
    count = iter(range(100))
    stage.drain.told = lambda: 1 if next(count) > 20 else 0
    stage.drain()
    assert sorted(stage.ledger.cancel("DS")) == ["v01", "v02"]
    assert view.state("DS") == State.CANCELLED
    other = new_stage()
    assert other.drain() == 0
    other.sweeper.once()
    assert not list(tiny.scratch.glob("s1/DS/*"))
    other.ledger.resubmit("DS")
    other.drain()
    assert view.state("DS") == State.DONE


def test_products_are_not_made_twice(new_stage: NewStage, tiny: Tiny) -> None:
    stage = new_stage()
    submit(stage, tiny)
    stage.drain()
    before = {f: f.stat().st_ino for f in tiny.out.glob("L1C/*.SAFE/*")}
    stage.ledger.redis.flushall()  # the ledger is lost altogether, the products are not
    view = submit(stage, tiny)
    new_stage().drain()
    assert view.state("DS") == State.DONE
    assert {f: f.stat().st_ino for f in tiny.out.glob("L1C/*.SAFE/*")} == before


def test_a_worker_that_no_longer_listens_is_noticed(
    new_stage: NewStage, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batch.stage.sweep.DEAF_S", 0.0)
    stage = new_stage()
    deaf: list[bool] = []
    stage.sweeper.deaf = lambda: deaf.append(True)
    stage.sweeper.once()
    stage.sweeper.once()
    assert not deaf  # no message waits
    stage.ledger.redis.rpush("stage.s1", "a message")
    stage.sweeper.once()
    stage.sweeper.once()
    assert deaf


def test_files_that_are_gone_are_made_again(new_stage: NewStage, tiny: Tiny) -> None:
    stage = new_stage(ledger={"cap": 1})
    view = submit(stage, tiny)
    tiny.faults(PACK_SAFE={"kind": "fail"})
    stage.drain()
    assert view.state("DS") == State.FAILED
    shutil.rmtree(tiny.scratch)
    tiny.faults()
    stage.sweeper.once()
    stage.ledger.resubmit("DS")
    stage.sweeper.once()
    stage.drain()
    assert view.state("DS") == State.DONE


def test_a_worker_learns_of_tiles_that_another_announced(new_stage: NewStage, tiny: Tiny) -> None:
    first, second = new_stage(), new_stage()
    view = submit(first, tiny)

    def attempts(stage: Stage, most: int) -> int:
        """Let it make at most so many attempts, then be told to drain."""
        left = iter([GO] * most + [DRAIN] * 1000)
        counted = stage.drain.execute
        answer = GO

        def execute(*a: Any) -> Any:
            nonlocal answer
            result = counted(*a)
            answer = next(left)
            return result

        next(left)
        stage.drain.told, stage.drain.execute = (lambda: answer), execute
        made = stage.drain()
        stage.drain.told, stage.drain.execute = (lambda: GO), counted
        return made

    assert attempts(first, 1) == 1  # STAGE_IN: it knows this job now, and no tile
    assert attempts(second, 4) == 4  # RADIO and GET_TILE_LIST
    assert first.drain() > 0
    assert view.state("DS") == State.DONE
    assert {a["state"] for a in view.attempts("DS")} == {"DONE"}


def test_a_sweep_leaves_the_chain_to_the_workers(new_stage: NewStage, tiny: Tiny) -> None:
    stage = new_stage()
    submit(stage, tiny)
    stage.drain()
    chains = tiny.scratch / "s1/.chains"
    before = sorted(p.name for p in chains.iterdir())
    stage.sweeper.once()
    assert before == ["tiny.yaml"] == [p.name for p in chains.iterdir()]
