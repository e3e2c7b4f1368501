"""Dramatiq on Redis: n empty messages to processes of one thread; the join is the queue run empty."""

import os
import subprocess
import sys
import time

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from benchmarks.peers.server import redis_server

broker = RedisBroker(url=os.environ.get("BENCH_REDIS", "redis://127.0.0.1:1/0"))
dramatiq.set_broker(broker)


@dramatiq.actor
def empty() -> None:
    """The empty IPF."""


def measure(n: int, workers: int) -> float:
    """Seconds from submission until nothing is queued or unacknowledged."""
    with redis_server() as url:
        here = RedisBroker(url=url)
        here.declare_queue("default")
        command = [sys.executable, "-m", "dramatiq", "benchmarks.peers.dramatiq_group"]
        command += ["--processes", str(workers), "--threads", "1"]
        environment = {**os.environ, "BENCH_REDIS": url}
        worker = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            for _ in range(20):
                here.enqueue(empty.message())
            here.join("default", interval=5, timeout=60_000)
            start = time.perf_counter()
            for _ in range(n):
                here.enqueue(empty.message())
            here.join("default", interval=5, timeout=600_000)
            return time.perf_counter() - start
        finally:
            worker.terminate()
            worker.wait()
