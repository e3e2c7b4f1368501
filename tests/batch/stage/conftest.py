from collections.abc import Callable
from pathlib import Path

import pytest

from batch.config import Settings
from batch.embedded.redis import EmbeddedRedis
from batch.ledger import Ledger
from batch.runner.make import KIT
from batch.runner.process import ProcessRunner
from batch.stage.drain import Drain
from batch.stage.sweep import Sweeper
from tests.batch.stage.chains import Tiny


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    made = Tiny(tmp_path)
    monkeypatch.setenv("FAULTS", str(made.fault_file))
    return made


class Stage:
    """A stage within this process: drain and sweep are called by the test, messages go nowhere."""

    def __init__(self, ledger: Ledger, tiny: Tiny, name: str = "s1", **more: object) -> None:
        self.ledger = ledger
        self.settings = Settings(stage=name, slots=2, scratch=str(tiny.scratch / name), **more)  # type: ignore[arg-type]
        self.runner = ProcessRunner(f"{{python}} {tiny.script} {{ipf}} {{joborder}}", KIT, grace_s=0.3)
        self.woken: list[dict[str, int]] = []
        self.drain = Drain(ledger, self.settings, self.runner, self.woken.append)
        self.sweeper = Sweeper(ledger, self.settings, self.runner, self.woken.append)


@pytest.fixture
def new_stage(new_ledger: Callable[..., Ledger], tiny: Tiny) -> Callable[..., Stage]:
    def make(name: str = "s1", ledger: dict[str, object] | None = None, **more: object) -> Stage:
        return Stage(new_ledger(**(ledger or {})), tiny, name, **more)

    return make


@pytest.fixture
def broker(redis_server: EmbeddedRedis) -> str:
    return redis_server.url
