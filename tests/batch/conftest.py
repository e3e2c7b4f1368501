"""A real Redis for the tests of the ledger and of the stages."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from batch.embedded.redis import EmbeddedRedis
from batch.ledger import Ledger


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """One redis-server for the session; nobody kills this one."""
    folder: Path = tmp_path_factory.mktemp("redis")
    server = EmbeddedRedis(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def new_ledger(redis_server: EmbeddedRedis) -> Iterator[Callable[..., Ledger]]:
    """Makes holders that share one empty ledger."""
    made: list[Ledger] = []

    def make(**options: object) -> Ledger:
        made.append(Ledger(redis_server.url, **options))  # type: ignore[arg-type]
        return made[-1]

    make().redis.flushall()
    yield make
    for ledger in made:
        ledger.redis.close()
