"""Reading the ledger: never changes it, and is never needed for a decision that has to be atomic."""

import json
from typing import Any

from batch.errors import InputError
from batch.ledger.ledger import Ledger
from batch.ledger.model import ASSEMBLY
from batch.ledger.states import State, datastrip_state


class View:
    """What the ledger knows, as plain data."""

    def __init__(self, ledger: Ledger) -> None:
        self.redis, self.prefix = ledger.redis, ledger.prefix

    def datastrips(self) -> list[str]:
        """Identifiers in the order of their submission."""
        return list(self.redis.zrange(f"{self.prefix}datastrips", 0, -1))

    def record(self, ds: str) -> dict[str, Any]:
        """What was submitted; InputError if there is no such datastrip."""
        text = self.redis.hget(f"{self.prefix}ds:{ds}", "record")
        if text is None:
            known = ", ".join(self.datastrips()[-3:]) or "none"
            raise InputError(f"no datastrip {ds} in the ledger (the last are: {known}); see `vds status`")
        return json.loads(text)

    def chain(self, chain_hash: str) -> str:
        """Text of the chain that a datastrip was submitted with."""
        return str(self.redis.get(f"{self.prefix}chain:{chain_hash}"))

    def job(self, job: str) -> dict[str, Any]:
        """One job: what it is, state, stage, epoch, reason, times (s since 1970)."""
        ds, _, name = job.rpartition("/")
        pipe = self.redis.pipeline(transaction=False)
        pipe.hget(f"{self.prefix}jobs:{ds}", name)
        pipe.hgetall(f"{self.prefix}job:{job}")
        text, fields = pipe.execute()
        return _job(name, text, fields)

    def jobs(self, ds: str) -> list[dict[str, Any]]:
        """All jobs of a datastrip, the assembly last."""
        texts: dict[str, str] = self.redis.hgetall(f"{self.prefix}jobs:{ds}")
        names = sorted(texts, key=lambda n: (n == ASSEMBLY, n))
        pipe = self.redis.pipeline(transaction=False)
        for name in names:
            pipe.hgetall(f"{self.prefix}job:{ds}/{name}")
        return [_job(n, texts[n], f) for n, f in zip(names, pipe.execute(), strict=True)]

    def state(self, ds: str) -> State:
        """State of a datastrip, derived from its jobs."""
        cancelled = self.redis.hget(f"{self.prefix}ds:{ds}", "cancelled") == "1"
        return state_of(self.record(ds), self.jobs(ds), cancelled)

    def fields(self, ds: str) -> dict[str, str]:
        """`submitted`, `finished` (ms since 1970), `cancelled`."""
        return dict(self.redis.hgetall(f"{self.prefix}ds:{ds}"))

    def log(self, job: str, start: int = 0) -> list[str]:
        """Events of a job (JSON texts) from the `start`-th on."""
        return list(self.redis.lrange(f"{self.prefix}log:{job}", start, -1))

    def attempts(self, ds: str) -> list[dict[str, Any]]:
        """Every attempt of a datastrip by its start; `job` is added to each."""
        found: list[dict[str, Any]] = []
        for name in self.redis.hkeys(f"{self.prefix}jobs:{ds}"):
            texts = self.redis.hvals(f"{self.prefix}attempts:{ds}/{name}")
            found += [{"job": name, **json.loads(t)} for t in texts]
        return sorted(found, key=lambda a: (a["start"], a["job"], a["key"], a["attempt"]))

    def progress(self, ds: str) -> dict[str, tuple[int, int]]:
        """Per job: invocations done and invocations fired so far."""
        names = self.redis.hkeys(f"{self.prefix}jobs:{ds}")
        pipe = self.redis.pipeline(transaction=False)
        for name in names:
            pipe.scard(f"{self.prefix}done:{ds}/{name}")
            pipe.hlen(f"{self.prefix}fired:{ds}/{name}")
        counts = pipe.execute()
        return {n: (counts[2 * i], counts[2 * i + 1]) for i, n in enumerate(names)}

    def stages(self) -> dict[str, dict[str, Any]]:
        """Stages of late: properties, `beat` (s since 1970), jobs that are `held`, slots that are `busy`."""
        beats = self.redis.zrange(f"{self.prefix}stages", 0, -1, withscores=True)
        return {
            name: {
                **self.redis.hgetall(f"{self.prefix}stage:{name}"),
                "beat": beat / 1000,
                "held": sorted(self.redis.smembers(f"{self.prefix}held:{name}")),
                "busy": self.redis.scard(f"{self.prefix}active:{name}"),
            }
            for name, beat in beats
        }

    def ready(self, stage: str) -> list[str]:
        """Invocations that wait for a slot of `stage` (`any`: of any), each `<job>|<epoch>|<key>`."""
        return list(self.redis.zrange(f"{self.prefix}ready:{stage}", 0, -1))

    def under_way(self) -> list[str]:
        """Invocations that somebody has a lease for, each `<job>|<epoch>|<key>`."""
        return list(self.redis.hkeys(f"{self.prefix}holder"))

    def messages(self, queue: str) -> int:
        """Messages that wait in one of Celery's queues."""
        return int(self.redis.llen(queue))

    def now(self) -> float:
        """The broker's clock (s since 1970), by which all times of the ledger go."""
        seconds, micros = self.redis.time()
        return float(seconds + micros / 1e6)


def state_of(record: dict[str, Any], jobs: list[dict[str, Any]], cancelled: bool) -> State:
    """State of a datastrip from its record and jobs."""
    vds = [State(j["state"]) for j in jobs if j["id"] != ASSEMBLY]
    assembly = next((State(j["state"]) for j in jobs if j["id"] == ASSEMBLY), None)
    return datastrip_state(vds, assembly, record["assemble"], cancelled)


def _job(name: str, text: str | None, fields: dict[str, str]) -> dict[str, Any]:
    times = {k: float(fields[k]) / 1000 for k in ("queued", "started", "finished") if fields.get(k)}
    return {
        "id": name,
        **(json.loads(text) if text else {}),
        "state": fields.get("state"),
        "stage": fields.get("stage"),
        "epoch": fields.get("epoch"),
        "reason": fields.get("reason") or "",
        **times,
    }
