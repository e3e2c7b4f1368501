"""RQ with SimpleWorker, which does not fork per job: the friendliest way to measure it."""

import subprocess
import sys
import time

import redis
import rq

from benchmarks.peers.server import redis_server


def empty() -> None:
    """The empty IPF."""


def measure(n: int, workers: int) -> float:
    """Seconds from submission until nothing is queued or started."""
    with redis_server() as url:
        connection = redis.Redis.from_url(url)
        queue = rq.Queue(connection=connection)
        command = [sys.executable, "-m", "rq.cli", "worker", "--url", url, "--quiet"]
        command += ["--worker-class", "rq.SimpleWorker"]
        processes = [subprocess.Popen(command) for _ in range(workers)]
        try:
            _enqueue(queue, 20)
            _wait(queue)
            start = time.perf_counter()
            _enqueue(queue, n)
            _wait(queue)
            return time.perf_counter() - start
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait()


def _enqueue(queue: rq.Queue, n: int) -> None:
    queue.enqueue_many([rq.Queue.prepare_data(empty, result_ttl=0) for _ in range(n)])


def _wait(queue: rq.Queue) -> None:
    while queue.count or queue.started_job_registry.count:
        time.sleep(0.005)
