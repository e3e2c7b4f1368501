"""The record of every vDS, event, lease and attempt, in Redis. Every change is one Lua script.

Asked twice (a reply lost with its connection), `step` gives the same answer again: it numbers its questions.
All other scripts change nothing when they are run a second time.
"""

import itertools
import json
from importlib.resources import files
from typing import Any

from batch.ledger.broker import Broker, as_broker
from batch.ledger.connection import connect, patiently
from batch.ledger.holder import new_holder
from batch.ledger.model import Answer, Claim, Fired, Settlement, Swept, Taken
from batch.ledger.states import lua_table

CAP = 3
LOSS_CAP = 5
PRIORITIES = {"urgent": 0, "normal": 1, "bulk": 2}
#: Distance between priorities in the score of a ready set; a critical path (s) is always shorter.
PRIORITY_STEP = 1_000_000.0


def _script(name: str) -> str:
    folder = files("batch.ledger") / "scripts"
    common = (folder / "common.lua").read_text()
    return f"local LEGAL = {lua_table()}\n{common}\n{(folder / f'{name}.lua').read_text()}"


class Ledger:
    """Changes to the ledger. One instance per process: it stands for one holder of leases.

    `lease_s`: how long a claim is good without a heartbeat; `cap`: failures of one invocation until its
    job is FAILED; `loss_cap`: the same for attempts lost with their worker; `stage_s`: silence until a stage
    has vanished, `away_s` if it was stopped on purpose; `silence_s`: a gap between sweeps that means that
    Redis itself was away.
    """

    def __init__(
        self,
        broker: Broker | str,
        *,
        prefix: str = "vds:",
        lease_s: float = 60,
        stage_s: float = 120,
        away_s: float = 900,
        silence_s: float = 30,
        cap: int = CAP,
        loss_cap: int = LOSS_CAP,
        patience_s: float = 10,
        holder: str | None = None,
    ) -> None:
        self.broker = as_broker(broker)
        self.redis = connect(self.broker)
        self.prefix = prefix
        self.lease_ms, self.stage_ms = int(lease_s * 1000), int(stage_s * 1000)
        self.away_ms = int(away_s * 1000)
        self.silence_ms, self.patience_ms = int(silence_s * 1000), int(patience_s * 1000)
        self.cap, self.loss_cap = cap, loss_cap
        self.holder = holder or new_holder()
        self._number = itertools.count(1)
        self._scripts: dict[str, Any] = {}

    def _run(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if name not in self._scripts:
            self._scripts[name] = self.redis.register_script(_script(name))
        script, text = self._scripts[name], json.dumps(arguments)
        return json.loads(patiently(lambda: script(keys=[self.prefix], args=[text])))

    # -- operators -------------------------------------------------------------------------------------------

    def submit(
        self,
        ds: str,
        record: dict[str, Any],
        jobs: dict[str, dict[str, Any]],
        chain: str,
        replace: bool = False,
    ) -> dict[str, Any] | None:
        """Put a datastrip and its vDS on the queue.

        `record` needs `chain_hash`, `priority` (urgent, normal, bulk), `assemble` (bool). Gives None, or the
        record that is there already (then nothing was changed, unless `replace`).
        """
        known = self._run(
            "submit",
            {
                "ds": ds,
                "record": json.dumps({**record, "assembly": json.dumps({"id": "ds", "scope": "datastrip"})}),
                "priority": PRIORITIES[record.get("priority", "normal")],
                "chain": chain,
                "chain_hash": record["chain_hash"],
                "jobs": [[job, json.dumps(text)] for job, text in sorted(jobs.items())],
                "replace": replace,
            },
        )
        return json.loads(known["record"]) if "record" in known else None

    def cancel(self, ds: str) -> list[str]:
        """Cancel what is not ended; gives the identifiers of the jobs."""
        return list(self._run("cancel", {"ds": ds})["cancelled"])

    def resubmit(self, ds: str, from_start: bool = False) -> tuple[list[str], dict[str, int]]:
        """What failed or was cancelled goes on, in place if its stage lives; gives jobs and whom to wake."""
        answer = self._run("resubmit", {"ds": ds, "fresh_ms": self.stage_ms, "from_start": from_start})
        return list(answer["resubmitted"]), dict(answer["wake"])

    def drain(self, stage: str, on: bool = True) -> None:
        """A drained stage ends what it holds and takes nothing new."""
        self.redis.hset(f"{self.prefix}stage:{stage}", "drain", "1" if on else "0")

    def heard(self, stage: str) -> None:
        """A message was taken, now by the broker's clock."""
        seconds, micros = self.redis.time()
        self.redis.hset(f"{self.prefix}stage:{stage}", "heard", f"{seconds + micros / 1e6:.3f}")

    def vanish(self, stage: str) -> dict[str, int]:
        """A stage was removed for good: its vDS go back to the queue at once; gives whom to wake."""
        return dict(self._run("vanish", {"stage": stage, "loss_cap": self.loss_cap})["wake"])

    # -- workers ---------------------------------------------------------------------------------------------

    def step(
        self, stage: str, settle: Settlement | None = None, fired: Fired | None = None, claim: bool = True
    ) -> Answer:
        """Settle the attempt at hand, enqueue what fired, claim the next invocation: one round trip."""
        question: dict[str, Any] = {
            "holder": self.holder,
            "seq": next(self._number),
            "stage": stage,
            "lease_ms": self.lease_ms,
            "cap": self.cap,
            "loss_cap": self.loss_cap,
            "claim": claim,
        }
        if settle:
            question["settle"] = self._settlement(stage, settle)
        if fired and fired.items:
            question["fired"] = {"job": fired.job, "epoch": fired.epoch, "items": fired.items}
        answer = self._run("step", question)
        return Answer(
            stale=answer.get("stale", False),
            events=list(answer.get("events") or []),
            claim=Claim(**answer["claim"]) if "claim" in answer else None,
            wake=answer["wake"] or {},
        )

    def _settlement(self, stage: str, settle: Settlement) -> dict[str, Any]:
        claim = settle.claim
        record = {
            "key": claim.key,
            "attempt": claim.attempt,
            "epoch": int(claim.epoch),
            "stage": stage,
            "holder": self.holder,
            "start": claim.start,
            "state": settle.how,
            **settle.record,
        }
        return {
            "member": claim.member,
            "attempt": str(claim.attempt),
            "how": settle.how,
            "record": json.dumps(record),
            "event": settle.event or "",
            "cursor": settle.cursor,
            "reason": settle.reason,
            **({"memory": settle.memory} if settle.memory else {}),
        }

    def take_job(self, stage: str, hold: int, free_mb: float | None = None) -> Taken | None:
        """The most urgent waiting job that this stage may take, holding at most `hold` vDS.

        `free_mb`: what its scratch has left; a vDS whose `disk_mb` is more is not begun.
        """
        answer = self._run(
            "take_job",
            {
                "stage": stage,
                "hold": hold,
                **({} if free_mb is None else {"free_mb": free_mb}),
                "patience_ms": self.patience_ms,
                "fresh_ms": self.stage_ms,
            },
        )
        return Taken(answer["job"], answer["epoch"]) if "job" in answer else None

    def finish_job(self, job: str, epoch: str) -> dict[str, int]:
        """All invocations of the job are done; gives whom to wake (the last vDS creates the assembly)."""
        return dict(self._run("finish_job", {"job": job, "epoch": epoch})["wake"] or {})

    def restart(self, job: str, epoch: str, reason: str) -> dict[str, int]:
        """The files of a running job are gone: it begins anew from L0c; gives whom to wake."""
        return dict(self._run("restart", {"job": job, "epoch": epoch, "reason": reason})["wake"] or {})

    def extend(self, claims: list[Claim]) -> set[str]:
        """Heartbeat of leases; gives the members of those that are lost."""
        leases = [[c.member, f"{self.holder}#{c.attempt}"] for c in claims]
        return set(self._run("extend", {"lease_ms": self.lease_ms, "leases": leases})["lost"])

    # -- sweep -----------------------------------------------------------------------------------------------

    def beat(self, stage: str, properties: dict[str, str]) -> list[str]:
        """The stage lives; gives the jobs that it holds, and the assemblies that are under way."""
        return list(self._run("beat", {"stage": stage, "properties": properties})["held"])

    def sweep(self) -> Swept:
        """Return expired leases, requeue the vDS of vanished stages, say whom to wake."""
        answer = self._run(
            "sweep",
            {
                "lease_ms": self.lease_ms,
                "stage_ms": self.stage_ms,
                "away_ms": self.away_ms,
                "silence_ms": self.silence_ms,
                "loss_cap": self.loss_cap,
            },
        )
        return Swept(
            list(answer.get("expired") or []), list(answer.get("vanished") or []), answer["wake"] or {}
        )

    def release(self, leases: dict[str, str], reason: str, forgive: bool = False) -> dict[str, int]:
        """Give back leases (member → holder#attempt) whose holder is known to be dead; gives whom to wake.

        `forgive`: it was stopped on purpose, so no loss is counted.
        """
        arguments = {
            "leases": list(leases.items()),
            "loss_cap": self.loss_cap,
            "reason": reason,
            "forgive": forgive,
        }
        return dict(self._run("release", arguments)["wake"] or {})

    def leases(self) -> dict[str, str]:
        """All leases: member → holder#attempt."""
        return dict(patiently(lambda: self.redis.hgetall(f"{self.prefix}holder")))
