"""Dask distributed: two worker processes of one thread, `client.map` and a join."""

import time

from distributed import Client, LocalCluster


def empty(_: int) -> None:
    """The empty IPF."""


def join(results: list[None]) -> int:
    """What a chord's callback does here: count."""
    return len(results)


def measure(n: int, workers: int) -> float:
    """Seconds from submission to the join's result."""
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
        Client(cluster) as client,
    ):
        client.gather(client.map(empty, range(100), pure=False))
        start = time.perf_counter()
        done = client.submit(join, client.map(empty, range(n), pure=False), pure=False).result()
        assert done == n
        return time.perf_counter() - start
