"""The ledger under arbitrary sequences of what workers, networks and operators do, against a real Redis."""

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from batch.embedded.redis import EmbeddedRedis
from batch.ledger import Claim, Fired, Ledger, Settlement, State, View

#: A job of five invocations: A and B, then C after A, D after both, E after all.
AFTER = {"A": set(), "B": set(), "C": {"A"}, "D": {"A", "B"}, "E": {"A", "B", "C", "D"}}
CAP, LOSS_CAP, WORKERS = 1, 2, 3


class Machine(RuleBasedStateMachine):
    """Three workers on two stages; each does one step at a time, and may do it twice, late or never."""

    url = ""

    @initialize()
    def begin(self) -> None:
        self.ledgers = [Ledger(self.url, cap=CAP, loss_cap=LOSS_CAP) for _ in range(WORKERS)]
        self.admin = Ledger(self.url, cap=CAP, loss_cap=LOSS_CAP)
        self.admin.redis.flushall()
        self.view = View(self.admin)
        record = {"chain_hash": "c", "priority": "normal", "assemble": True}
        self.admin.submit("DS", record, {"v01": {}, "v02": {}}, "chain")
        for stage in ("s0", "s1"):
            self.admin.beat(stage, {"slots": "2", "hold": "2"})
        self.claims: list[Claim | None] = [None] * WORKERS
        self.old: list[tuple[int, Claim]] = []
        self.late: list[Fired] = []
        for worker in range(WORKERS):
            self.take(worker)
            self.claim(worker)

    def teardown(self) -> None:
        if hasattr(self, "admin"):
            self.it_can_always_be_finished()
        for ledger in [*getattr(self, "ledgers", []), *([self.admin] if hasattr(self, "admin") else [])]:
            ledger.redis.close()

    @staticmethod
    def stage(worker: int) -> str:
        return f"s{worker % 2}"

    def fired(self, job: str, epoch: str) -> Fired:
        done = set(self.view.log(job))
        self.late.append(self.ready(job, epoch, done))
        return self.late[-1]

    @staticmethod
    def ready(job: str, epoch: str, done: set[str]) -> Fired:
        return Fired(job, epoch, [(k, 1.0) for k, needs in AFTER.items() if needs <= done])

    def keep(self, worker: int, claim: Claim | None) -> None:
        held = self.claims[worker]
        if held:
            self.old.append((worker, held))
        self.claims[worker] = claim

    @rule(worker=st.integers(0, WORKERS - 1))
    def take(self, worker: int) -> None:
        ledger = self.ledgers[worker]
        taken = ledger.take_job(self.stage(worker), 2)
        if taken:
            ledger.step(self.stage(worker), fired=self.fired(taken.job, taken.epoch), claim=False)

    @rule(worker=st.integers(0, WORKERS - 1))
    def work(self, worker: int) -> None:
        self.claim(worker)
        self.settle(worker, "DONE")
        self.claim(worker)

    @rule(worker=st.integers(0, WORKERS - 1))
    def claim(self, worker: int) -> None:
        if self.claims[worker] is None:
            self.keep(worker, self.ledgers[worker].step(self.stage(worker)).claim)

    @rule(
        worker=st.integers(0, WORKERS - 1),
        how=st.sampled_from(["WARNING", "FAILED", "FAILED", "RELEASED"]),
    )
    def settle(self, worker: int, how: str) -> None:
        claim = self.claims[worker]
        if claim:
            self.old.append((worker, claim))
            self.claims[worker] = None
            self.end(worker, claim, how)

    @precondition(lambda self: self.old)
    @rule(data=st.data(), how=st.sampled_from(["DONE", "FAILED"]))
    def settle_what_was_settled_or_lost(self, data: st.DataObject, how: str) -> None:
        worker, claim = data.draw(st.sampled_from(self.old))
        if claim not in self.claims:
            logs = {j: self.view.log(j) for j in ("DS/v01", "DS/v02", "DS/ds")}
            answer = self.ledgers[worker].step(self.stage(worker), self.settlement(claim, how), claim=False)
            assert answer.stale
            assert logs == {j: self.view.log(j) for j in logs}

    @precondition(lambda self: self.late)
    @rule(data=st.data())
    def enqueue_late_or_again(self, data: st.DataObject) -> None:
        self.admin.step("s0", fired=data.draw(st.sampled_from(self.late)), claim=False)

    def settlement(self, claim: Claim, how: str) -> Settlement:
        return Settlement(claim, how, {}, claim.key, reason="it broke")

    def end(self, worker: int, claim: Claim, how: str) -> None:
        ledger, stage = self.ledgers[worker], self.stage(worker)
        answer = ledger.step(stage, self.settlement(claim, how), claim=False)
        if not answer.stale and how in ("DONE", "WARNING"):
            ledger.step(stage, fired=self.fired(claim.job, claim.epoch), claim=False)
            if set(self.view.log(claim.job)) == set(AFTER):
                ledger.finish_job(claim.job, claim.epoch)

    def die(self, worker: int) -> None:
        """Its lease is given back by another; the worker may still believe that it has it."""
        holder = self.ledgers[worker].holder
        dead = {m: h for m, h in self.admin.leases().items() if h.startswith(holder)}
        self.admin.release(dead, "killed")

    def vanish(self, worker: int) -> None:
        self.admin.vanish(self.stage(worker))
        self.admin.beat(self.stage(worker), {"slots": "2", "hold": "2"})

    def rederive(self, _: int = 0) -> None:
        for job in self.view.jobs("DS"):
            if job["state"] == "RUNNING":
                name = f"DS/{job['id']}"
                self.admin.step("s0", fired=self.fired(name, job["epoch"]), claim=False)
                if set(self.view.log(name)) == set(AFTER):
                    self.admin.finish_job(name, job["epoch"])

    def cancel_then_resubmit(self, _: int) -> None:
        self.admin.cancel("DS")
        self.admin.resubmit("DS")

    # One rule, so that mishaps do not outnumber work.
    @rule(
        what=st.sampled_from(
            ["die", "die", "rederive", "resubmit", "resubmit", "vanish", "cancel_then_resubmit"]
        ),
        worker=st.integers(0, WORKERS - 1),
    )
    def mishap(self, what: str, worker: int) -> None:
        if what == "resubmit":
            self.admin.resubmit("DS", from_start=worker == 0)
        else:
            getattr(self, what)(worker)

    @invariant()
    def nothing_is_done_twice(self) -> None:
        for job in ("DS/v01", "DS/v02", "DS/ds"):
            assert not [k for k, n in Counter(self.view.log(job)).items() if n > 1]

    @invariant()
    def nothing_runs_before_what_it_needs(self) -> None:
        for member in self.admin.leases():
            job, _, key = member.split("|")
            assert AFTER[key] <= set(self.view.log(job))

    @invariant()
    def a_lease_has_one_holder_and_an_open_job(self) -> None:
        jobs = {f"DS/{j['id']}": j for j in self.view.jobs("DS")}
        for member in self.admin.leases():
            job, epoch, key = member.split("|")
            assert jobs[job]["state"] in ("RUNNING", "FAILED") and jobs[job]["epoch"] == epoch
            assert key not in self.view.log(job)

    @invariant()
    def the_assembly_waits_for_all_vds(self) -> None:
        jobs = {j["id"]: j["state"] for j in self.view.jobs("DS")}
        if "ds" in jobs:
            assert jobs["v01"] == jobs["v02"] == "DONE"

    @invariant()
    def what_has_fired_is_somewhere(self) -> None:
        """Of a running job, each fired invocation is done, leased, or ready: one of the three."""
        leases = self.admin.leases()
        for job in self.view.jobs("DS"):
            if job["state"] == "RUNNING":
                name = f"DS/{job['id']}"
                ready = "any" if job["id"] == "ds" else job["stage"]
                waiting = set(self.admin.redis.zrange(f"vds:ready:{ready}", 0, -1))
                done = set(self.view.log(name))
                for key in self.admin.redis.hkeys(f"vds:fired:{name}"):
                    member = f"{name}|{job['epoch']}|{key}"
                    assert (key in done) + (member in leases) + (member in waiting) == 1, member

    def it_can_always_be_finished(self) -> None:
        """Whatever happened, an operator's resubmit and one patient worker bring it to the end."""
        for claim_of, claim in enumerate(self.claims):
            if claim:
                self.old.append((claim_of, claim))
        self.claims = [None] * WORKERS
        self.admin.release(self.admin.leases(), "all died", forgive=True)
        for _ in range(100):
            if self.view.state("DS") == State.DONE:
                return
            self.admin.resubmit("DS")
            for worker in (0, 1):
                self.take(worker)
                self.rederive()
                while claim := self.ledgers[worker].step(self.stage(worker)).claim:
                    self.end(worker, claim, "DONE")
        raise AssertionError(f"not finished: {self.view.jobs('DS')}")


@pytest.fixture(autouse=True)
def _redis(redis_server: EmbeddedRedis) -> Iterator[None]:
    Machine.url = redis_server.url
    yield


class TestLedger(Machine.TestCase):  # type: ignore[name-defined, misc]
    settings = settings(
        max_examples=40,
        stateful_step_count=40,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
