"""Plain Celery: a chord of n empty tasks and a callback, prefork, results in the same Redis."""

import os
import subprocess
import sys
import time

from celery import Celery, chord

from benchmarks.peers.server import redis_server

app = Celery("bench", broker=os.environ.get("BENCH_REDIS", ""), backend=os.environ.get("BENCH_REDIS", ""))
app.conf.update(task_serializer="json", accept_content=["json"], worker_hijack_root_logger=False)


@app.task(name="bench.empty")
def empty() -> None:
    """The empty IPF."""


@app.task(name="bench.join")
def join(results: list[None]) -> int:
    """The chord's callback."""
    return len(results)


def measure(n: int, workers: int) -> float:
    """Seconds from submission to the callback's result."""
    with redis_server() as url:
        app.conf.update(broker_url=url, result_backend=url)
        command = [sys.executable, "-m", "celery", "-A", "benchmarks.peers.celery_chord", "worker"]
        command += ["--concurrency", str(workers), "--loglevel", "ERROR", "--without-gossip"]
        worker = subprocess.Popen(command, env={**os.environ, "BENCH_REDIS": url})
        try:
            chord([empty.s() for _ in range(20)])(join.s()).get(timeout=60)
            start = time.perf_counter()
            done = chord([empty.s() for _ in range(n)])(join.s()).get(timeout=600)
            assert done == n
            return time.perf_counter() - start
        finally:
            worker.terminate()
            worker.wait()
