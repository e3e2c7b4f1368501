"""A real Redis for the tests of the ledger and of the stages, and a real S3 server."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from batch.embedded.redis import EmbeddedRedis
from batch.ledger import Ledger
from batch.place import Url
from tests.batch.place.server import Server, running


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


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One S3 server for the session; tests make buckets of their own."""
    with running(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def bucket(s3: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Url]:
    """A new bucket, and the environment with which the commands and steps reach it."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    yield s3.bucket(f"test-{secrets.token_hex(4)}")
