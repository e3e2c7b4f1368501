"""The state of a datastrip as one document: what `--json` of `run` and `status` prints."""

import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from batch.chain import Chain, with_partitions
from batch.chain.load import load_chain
from batch.config import settings
from batch.errors import VdsError
from batch.ledger import ASSEMBLY, State, View
from batch.ledger.view import state_of
from batch.place import Place, Url, place
from batch.report.bound import announced, bound_s, critical_path_s


def status(view: View, ds: str, price_hour: float | None = None) -> dict[str, Any]:
    """What is known of one datastrip, with the keys that docs and other commands rely on."""
    record, jobs, fields = view.record(ds), view.jobs(ds), view.fields(ds)
    attempts = view.attempts(ds)
    progress = view.progress(ds)
    state = state_of(record, jobs, fields.get("cancelled") == "1")
    started = [j["started"] for j in jobs if "started" in j]
    ended = [j["finished"] for j in jobs if "finished" in j]
    going = state in (State.PENDING, State.RUNNING)
    last = time.time() if going else max(ended, default=0.0)
    wall_s = last - min(started) if started and last else 0.0
    work_s = sum(float(a.get("wall_s") or 0.0) for a in attempts)
    slots = slots_of(view, attempts)
    logs = {j["id"]: view.log(f"{ds}/{j['id']}") for j in jobs}
    chain = chain_of(view, record)
    critical = critical_path_s(chain, jobs, logs, attempts, int(record["scenes"]))
    tiles = sorted(
        {t for log in logs.values() for e in announced(log).values() for t in e.announced.get("tile", ())}
    )
    stages = {a["stage"] for a in attempts}
    cost = None if price_hour is None else round(price_hour * len(stages) * wall_s / 3600, 4)
    return {
        "datastrip": ds,
        "state": str(state),
        "reason": next((j["reason"] for j in jobs if j["reason"]), ""),
        "out": record["out"],
        "vds": [_job(j, progress) for j in jobs if j["id"] != ASSEMBLY],
        "assembly": next((_job(j, progress) for j in jobs if j["id"] == ASSEMBLY), None),
        "tiles": tiles,
        "products": products(place(record["out"]), state),
        "attempts": len(attempts),
        "attempts_by_state": dict(sorted(Counter(a["state"] for a in attempts).items())),
        "wall_s": round(wall_s, 3),
        "work_s": round(work_s, 3),
        "critical_path_s": round(critical, 3),
        "bound_s": round(bound_s(critical, work_s, slots), 3),
        "slots": slots,
        "cost": cost,
    }


def chain_of(view: View, record: dict[str, Any]) -> Chain:
    """The chain that the datastrip was submitted with."""
    text = view.chain(record["chain_hash"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.yaml"
        path.write_text(text)
        return with_partitions(load_chain(path), record.get("partitions") or {})


def products(out: Place, state: State) -> list[str] | None:
    """Published products of the datastrip: those whose checksum file is there.

    None where `out` cannot be seen, as from the operator's machine. A bucket is asked once the datastrip is
    done, and where its address is known: this is shown every second.
    """
    if not isinstance(out, Url):
        if not out.is_dir():
            return None
        return sorted(str(p.with_suffix("")) for p in (out / "L1C").glob("*.sha256"))
    if not settings().s3_endpoint:
        return None
    if state != State.DONE:
        return []
    from batch.place.publish import sealed
    from batch.place.store import Store

    try:
        return [str(out / "L1C" / name) for name in sealed(Store().below(out / "L1C"))]
    except VdsError:
        return None


def slots_of(view: View, attempts: list[dict[str, Any]]) -> int:
    """Slots of the stages that took part; for a stage that is gone, the most it ever used at once."""
    known = view.stages()
    return sum(
        int(known[s]["slots"])
        if known.get(s, {}).get("slots")
        else at_once([a for a in attempts if a["stage"] == s])
        for s in {a["stage"] for a in attempts}
    )


def at_once(attempts: list[dict[str, Any]]) -> int:
    """The most attempts that ran at the same time."""
    moments = [(a["start"], 1) for a in attempts] + [
        (a["start"] + float(a.get("wall_s") or 0), -1) for a in attempts
    ]
    most = now = 0
    for _, step in sorted(moments):
        now += step
        most = max(most, now)
    return most


def _job(job: dict[str, Any], progress: dict[str, tuple[int, int]]) -> dict[str, Any]:
    done, fired = progress.get(job["id"], (0, 0))
    end = job.get("finished") or (time.time() if job["state"] == "RUNNING" else None)
    wall = round(end - job["started"], 3) if end and "started" in job else None
    return {
        "id": job["id"],
        **({} if job["id"] == ASSEMBLY else {"first": job.get("first"), "last": job.get("last")}),
        "state": job["state"],
        "stage": job["stage"],
        "wall_s": wall,
        "done": done,
        "fired": fired,
        "reason": job["reason"],
    }
