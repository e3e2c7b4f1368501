import itertools
import time
from collections.abc import Callable

import pytest

from batch.ledger import Claim, Fired, Ledger, Settlement, State, View
from batch.ledger.model import FAILED, RELEASED

New = Callable[..., Ledger]
RECORD = {"chain_hash": "c", "priority": "normal", "assemble": True}
JOBS = {"v01": {"scope": "vds"}, "v02": {"scope": "vds"}}


def submit(ledger: Ledger, ds: str = "DS", **record: object) -> None:
    ledger.submit(ds, {**RECORD, **record}, JOBS, "chain text")


def done(claim: Claim, **more: object) -> Settlement:
    return Settlement(claim, "DONE", {}, claim.key, **more)  # type: ignore[arg-type]


def failed(claim: Claim, how: str = FAILED) -> Settlement:
    return Settlement(claim, how, {}, reason=f"{claim.key} broke")


def start(ledger: Ledger, keys: str = "A", stage: str = "s") -> tuple[str, Claim]:
    """Take a vDS, fire `keys`, claim the first."""
    taken = ledger.take_job(stage, 1)
    assert taken
    items = [(k, float(i)) for i, k in enumerate(keys.split())]
    claim = ledger.step(stage, fired=Fired(taken.job, taken.epoch, items)).claim
    assert claim
    return taken.job, claim


def test_submit_twice_changes_nothing(new_ledger: New) -> None:
    ledger = new_ledger()
    submit(ledger)
    known = ledger.submit("DS", {**RECORD, "chain_hash": "other"}, {"v09": {}}, "x")
    assert known and known["chain_hash"] == "c"
    assert [j["id"] for j in View(ledger).jobs("DS")] == ["v01", "v02"]
    assert View(ledger).state("DS") == State.PENDING


def test_claim_asked_again_gives_the_same_answer(new_ledger: New) -> None:
    ledger = new_ledger()
    submit(ledger)
    _, claim = start(ledger, "A B")
    ledger._number = itertools.count(
        1
    )  # the connection was lost after the script ran: the question is repeated
    again = ledger.step("s").claim
    assert again == claim
    assert ledger.step("s").claim.key == "B"  # type: ignore[union-attr]
    assert [a["attempt"] for a in View(ledger).attempts("DS")] == [1, 1]


def test_finish_gives_the_events_this_holder_has_not_seen(new_ledger: New) -> None:
    one, two = new_ledger(), new_ledger()
    submit(one)
    _, a = start(one, "A B")
    b = two.step("s").claim
    assert b
    assert one.step("s", done(a), claim=False).events == ["A"]
    assert two.step("s", done(b), claim=False).events == ["A", "B"]


def test_nothing_fires_twice(new_ledger: New) -> None:
    one, two = new_ledger(), new_ledger()
    submit(one)
    job, a = start(one, "A")
    fired = Fired(job, a.epoch, [("A", 0.0), ("C", 1.0)])
    first, second = one.step("s", fired=fired).claim, two.step("s", fired=fired).claim
    assert first and first.key == "C" and second is None


def test_stale_attempt_changes_nothing(new_ledger: New) -> None:
    one, two = new_ledger(lease_s=0.05), new_ledger()
    submit(one)
    _, a = start(one)
    time.sleep(0.08)
    assert one.sweep().expired == [a.member]
    b = two.step("s").claim
    assert b and b.key == "A" and b.attempt == 2
    assert one.step("s", done(a), claim=False).stale
    assert two.step("s", done(b), claim=False).stale is False
    assert [(x["attempt"], x["state"]) for x in View(one).attempts("DS")] == [(1, "LOST"), (2, "DONE")]
    assert len(View(one).log("DS/v01")) == 1


def test_heartbeat_keeps_a_lease_and_tells_a_lost_one(new_ledger: New) -> None:
    one = new_ledger(lease_s=0.2)
    submit(one)
    _, a = start(one)
    for _ in range(4):
        time.sleep(0.1)
        assert one.extend([a]) == set()
        assert one.sweep().expired == []
    one.cancel("DS")
    assert one.extend([a]) == {a.member}
    assert one.step("s", done(a), claim=False).stale
    assert View(one).attempts("DS")[0]["state"] == "CANCELLED"


def test_cap_of_attempts_fails_the_job_with_its_cause(new_ledger: New) -> None:
    ledger = new_ledger(cap=2)
    submit(ledger)
    _, a = start(ledger)
    b = ledger.step("s", failed(a)).claim
    assert b and b.attempt == 2
    assert ledger.step("s", failed(b)).claim is None
    job = View(ledger).jobs("DS")[0]
    assert (job["state"], job["reason"]) == ("FAILED", "A broke")
    assert ledger.take_job("s", 1)  # the failed one is no longer held: the other may come


def test_a_released_attempt_does_not_count(new_ledger: New) -> None:
    ledger = new_ledger(cap=1)
    submit(ledger)
    _, a = start(ledger)
    b = ledger.step("s", failed(a, RELEASED)).claim
    assert b and b.attempt == 2


def test_memory_factor_reaches_the_next_attempt(new_ledger: New) -> None:
    ledger = new_ledger()
    submit(ledger)
    _, a = start(ledger)
    settle = Settlement(a, FAILED, {}, reason="137", memory=1.5)
    assert ledger.step("s", settle).claim.memory == 1.5  # type: ignore[union-attr]


def test_resubmit_goes_on_in_place_while_the_stage_lives(new_ledger: New) -> None:
    ledger = new_ledger(cap=1)
    submit(ledger)
    ledger.beat("s", {"slots": "1"})
    job, a = start(ledger, "A B C")
    b = ledger.step("s", done(a)).claim
    assert b
    assert ledger.step("s", failed(b)).claim is None
    jobs, wake = ledger.resubmit("DS")
    assert jobs == ["v01"] and wake == {"s": 1}
    keys = [ledger.step("s").claim.key for _ in range(2)]  # type: ignore[union-attr]
    assert keys == ["B", "C"]
    assert View(ledger).job(job)["state"] == "RUNNING"


def test_resubmit_starts_from_l0c_when_the_stage_is_gone(new_ledger: New) -> None:
    ledger = new_ledger(cap=1)
    submit(ledger)
    job, a = start(ledger, "A B")
    b = ledger.step("s", done(a)).claim
    assert b
    ledger.step("s", failed(b))
    ledger.resubmit("DS")
    assert View(ledger).job(job)["state"] == "PENDING"
    assert View(ledger).log(job) == []
    _, again = start(ledger, "A", stage="t")
    assert (again.key, again.attempt, again.epoch) == ("A", 2, "2")


def test_vanished_stage_gives_its_vds_back(new_ledger: New) -> None:
    ledger = new_ledger(stage_s=0.1)
    submit(ledger)
    ledger.beat("s", {"slots": "1"})
    job, a = start(ledger, "A B")
    ledger.step("s", done(a))
    time.sleep(0.15)
    ledger.beat("t", {"slots": "1"})
    swept = ledger.sweep()
    assert swept.vanished == ["s"] and swept.wake["vds"] >= 1
    assert View(ledger).job(job)["state"] == "PENDING" and ledger.leases() == {}
    assert ledger.step("s", done(a), claim=False).stale
    taken = ledger.take_job("t", 2)
    assert taken and (taken.job, taken.epoch) == (job, "2")


def test_redis_away_makes_nobody_late(new_ledger: New) -> None:
    ledger = new_ledger(lease_s=0.05, stage_s=0.05, silence_s=0.05)
    submit(ledger)
    ledger.sweep()
    ledger.beat("s", {"slots": "1"})
    start(ledger)
    time.sleep(0.1)
    swept = ledger.sweep()
    assert swept.expired == [] and swept.vanished == []
    assert len(ledger.leases()) == 1


def test_last_vds_creates_the_assembly_once(new_ledger: New) -> None:
    ledger = new_ledger()
    submit(ledger)
    taken = [ledger.take_job("s", 2), ledger.take_job("s", 2)]
    assert ledger.take_job("s", 9) is None
    for job in taken:
        assert job
        ledger.finish_job(job.job, job.epoch)
        ledger.finish_job(job.job, job.epoch)
    assembly = ledger.take_job("s", 0, free_mb=0)
    assert assembly and assembly.job == "DS/ds"
    assert ledger.take_job("s", 9) is None
    claim = ledger.step("other", fired=Fired("DS/ds", assembly.epoch, [("COLLECT/", 0.0)])).claim
    assert claim and claim.key == "COLLECT/"
    ledger.finish_job("DS/ds", assembly.epoch)
    assert View(ledger).state("DS") == State.DONE


def test_without_assembly_the_last_vds_ends_the_datastrip(new_ledger: New) -> None:
    ledger = new_ledger()
    submit(ledger, assemble=False)
    for _ in range(2):
        taken = ledger.take_job("s", 2)
        assert taken
        ledger.finish_job(taken.job, taken.epoch)
    assert View(ledger).state("DS") == State.DONE
    assert "finished" in View(ledger).fields("DS")


def test_priorities(new_ledger: New) -> None:
    ledger = new_ledger()
    submit(ledger, "BULK", priority="bulk")
    submit(ledger, "NOW", priority="urgent")
    assert ledger.take_job("s", 1).job == "NOW/v01"  # type: ignore[union-attr]


def test_two_vds_go_to_two_stages(new_ledger: New) -> None:
    ledger = new_ledger()
    submit(ledger)
    for stage in "st":
        ledger.beat(stage, {"slots": "2", "hold": "2"})
    assert ledger.take_job("s", 2)
    assert ledger.take_job("s", 2) is None
    assert ledger.take_job("t", 2)


def test_a_stage_that_does_not_come_is_not_waited_for(new_ledger: New) -> None:
    ledger = new_ledger(patience_s=0.05)
    submit(ledger)
    for stage in "st":
        ledger.beat(stage, {"slots": "2", "hold": "2"})
    assert ledger.take_job("s", 2)
    time.sleep(0.1)
    assert ledger.take_job("s", 2)


def test_drained_stage_takes_nothing_new_but_ends_what_it_holds(new_ledger: New) -> None:
    ledger = new_ledger()
    submit(ledger)
    _, a = start(ledger, "A B")
    ledger.drain("s")
    assert ledger.take_job("s", 9) is None
    assert ledger.step("s", done(a)).claim.key == "B"  # type: ignore[union-attr]
    ledger.drain("s", on=False)
    assert ledger.take_job("s", 9)


def test_wakes_no_more_than_are_idle(new_ledger: New) -> None:
    ledger = new_ledger()
    submit(ledger)
    ledger.beat("s", {"slots": "3"})
    taken = ledger.take_job("s", 1)
    assert taken
    fired = Fired(taken.job, taken.epoch, [(f"A/{i}", float(i)) for i in range(9)])
    assert ledger.step("s", fired=fired).wake == {"s": 2}


def test_replaced_datastrip_starts_anew_and_never_reuses_an_attempt(new_ledger: New) -> None:
    ledger = new_ledger()
    submit(ledger)
    _, old = start(ledger)
    ledger.submit("DS", {**RECORD, "chain_hash": "d"}, {"v01": {}}, "other", replace=True)
    assert [j["id"] for j in View(ledger).jobs("DS")] == ["v01"]
    assert ledger.step("s", done(old), claim=False).stale
    _, new = start(ledger)
    assert int(new.epoch) > int(old.epoch) and new.attempt > old.attempt


@pytest.mark.parametrize("how", ["DONE", "FAILED"])
def test_settling_again_after_a_lost_reply_is_the_same(new_ledger: New, how: str) -> None:
    ledger = new_ledger()
    submit(ledger)
    _, a = start(ledger)
    settle = done(a) if how == "DONE" else failed(a)
    first = ledger.step("s", settle)
    ledger._number = itertools.count(2)
    assert ledger.step("s", settle) == first


def test_a_vds_that_would_fill_the_disk_is_not_begun(new_ledger: New) -> None:
    ledger = new_ledger()
    ledger.submit("DS", RECORD, {"v01": {"disk_mb": 500}}, "chain")
    assert ledger.take_job("s", 1, free_mb=499) is None
    job = View(ledger).jobs("DS")[0]
    assert job["state"] == "PENDING" and "has 499 MB left, 500 MB are needed" in job["reason"]
    assert ledger.take_job("s", 1, free_mb=501)
    assert View(ledger).jobs("DS")[0]["reason"] == ""


def test_stopped_on_purpose_counts_no_loss(new_ledger: New) -> None:
    ledger = new_ledger(loss_cap=1)
    submit(ledger)
    start(ledger)
    ledger.release(ledger.leases(), "stopped", forgive=True)
    assert View(ledger).attempts("DS")[0]["state"] == "RELEASED"
    assert ledger.step("s").claim
    ledger.release(ledger.leases(), "killed")
    assert View(ledger).jobs("DS")[0]["state"] == "FAILED"


def test_another_holders_lease_is_not_released(new_ledger: New) -> None:
    ledger = new_ledger()
    submit(ledger)
    _, a = start(ledger)
    ledger.release({a.member: "somebody;1;2;3#1"}, "dead")
    assert len(ledger.leases()) == 1


def test_what_an_older_epoch_would_fire_does_not(new_ledger: New) -> None:
    ledger = new_ledger()
    submit(ledger)
    job, a = start(ledger)
    ledger.vanish("s")
    start(ledger, stage="t")
    assert ledger.step("t", fired=Fired(job, a.epoch, [("B", 0.0)])).claim is None


def test_files_that_are_gone_are_made_again_from_l0c(new_ledger: New) -> None:
    ledger = new_ledger()
    submit(ledger)
    job, a = start(ledger)
    ledger.step("s", done(a), claim=False)
    ledger.restart(job, "0", "another epoch")
    assert View(ledger).job(job)["state"] == "RUNNING"
    ledger.restart(job, a.epoch, "files gone")
    assert View(ledger).job(job)["state"] == "PENDING" and View(ledger).log(job) == []
