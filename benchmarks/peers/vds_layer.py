"""Ours: Celery workers, ledger, leases, heartbeat, attempts, firing rule; only the IPF itself is empty.

The chain is FAN → EMPTY (n units) → JOIN. Two variants: `measure` leaves out the files of an attempt, as the
peers' tasks have none; `measure_with_files` has folders, job order and logs of every attempt as in
production.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.peers.server import redis_server

CHAIN = """
partitions: {}
ipfs:
  - {name: FAN, scope: vds, version: "1", split: [], outputs: [LIST], announces: tile}
  - {name: EMPTY, scope: vds, version: "1", split: [tile], inputs: {LIST: FAN}, outputs: [PIECE]}
  - {name: JOIN, scope: vds, version: "1", split: [], inputs: {PIECE: EMPTY}, outputs: [WHOLE]}
"""


def worker_app() -> Any:
    """The stage's worker as in batch/stage/app.py, with an execution that does nothing."""
    from celery import Celery

    from batch.config import settings
    from batch.ledger import Claim, Ledger
    from batch.runner.exitcode import DONE, Verdict
    from batch.runner.model import Usage
    from batch.runner.null import NullRunner
    from batch.stage.attempt import Means, Result, run_attempt
    from batch.stage.drain import Drain
    from batch.stage.job import Job
    from batch.stage.wake import TASK, Waker, make_app

    here = settings()
    app: Celery = make_app(here.broker, here.stage)
    files = os.environ.get("BENCH_FILES") == "1"
    drains: list[Drain] = []

    def execute(job: Job, claim: Claim, means: Means) -> Result:
        if claim.key == "FAN/":
            tiles = tuple(f"{t:05d}" for t in range(int(job.info["tiles"])))
            return Result(Verdict(DONE), Usage(exit=0), {"tile": tiles})
        if files:
            result = run_attempt(job, claim, means)
            return Result(Verdict(DONE), result.usage, log=result.log)
        return Result(Verdict(DONE), Usage(exit=0))

    @app.task(name=TASK)
    def wake() -> None:
        if not drains:
            ledger = Ledger(here.broker)
            drains.append(Drain(ledger, here, NullRunner(), Waker(app, ledger.redis), execute=execute))
        drains[0]()

    return app


def measure(n: int, workers: int) -> float:
    """Seconds from submission until the job is done."""
    return _measure(n, workers, files=False)


def measure_with_files(n: int, workers: int) -> float:
    """The same with every attempt's folder, job order and logs."""
    return _measure(n, workers, files=True)


def _measure(n: int, workers: int, files: bool) -> float:
    with redis_server() as url, tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "VDS_BROKER": url,
            "VDS_STAGE": "bench",
            "VDS_SLOTS": str(workers),
            "VDS_SCRATCH": f"{folder}/scratch",
            "BENCH_FILES": "1" if files else "0",
        }
        command = [sys.executable, "-m", "celery", "-A", "benchmarks.peers.vds_worker", "worker"]
        command += ["--concurrency", str(workers), "--prefetch-multiplier", "1", "--loglevel", "ERROR"]
        worker = subprocess.Popen([*command, "--without-gossip", "--without-mingle"], env=environment)
        try:
            _job(url, Path(folder), "warm", 100, workers)
            start = time.perf_counter()
            _job(url, Path(folder), "timed", n, workers)
            return time.perf_counter() - start
        finally:
            worker.terminate()
            worker.wait()


def _job(url: str, folder: Path, name: str, tiles: int, workers: int) -> None:
    from batch.ledger import Ledger, State, View
    from batch.stage.wake import Waker, make_app

    ledger = Ledger(url)
    record = {
        "datastrip": name,
        "source": "",
        "out": str(folder / "out"),
        "scale": 1,
        "scenes": 4,
        "vds": ["v01"],
        "creation_date": "2026-01-01T00:00:00Z",
        "chain": "bench",
        "chain_hash": "bench",
        "partitions": {},
        "parameters": {},
        "priority": "normal",
        "assemble": False,
    }
    ledger.submit(name, record, {"v01": {"scope": "vds", "scenes": 4, "tiles": tiles, "disk_mb": 0}}, CHAIN)
    Waker(make_app(url), ledger.redis)({"vds": workers})
    key = f"{ledger.prefix}job:{name}/v01"
    while (state := ledger.redis.hget(key, "state")) not in ("DONE", "FAILED"):
        time.sleep(0.005)
    assert state == State.DONE, json.dumps(View(ledger).job(f"{name}/v01"))
