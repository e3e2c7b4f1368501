import sys
import time
from pathlib import Path

import pytest

from batch.config import Settings
from batch.embedded import stages
from batch.embedded.stages import HOPELESS, Stages
from batch.errors import VdsError


def test_a_worker_that_ends_at_every_start_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [sys.executable, "-c", "raise SystemExit('no module named packaging')"]
    monkeypatch.setattr(stages, "worker_command", lambda settings: broken)
    monkeypatch.setattr(stages, "PAUSE_S", 0.05)
    workers = Stages([Settings(stage="s1", scratch=str(tmp_path))], tmp_path, tmp_path)
    workers.start()
    end = time.monotonic() + 180
    try:
        with pytest.raises(VdsError, match=r"s1 ended 5 times in a row .* no module named packaging"):
            while time.monotonic() < end:
                workers.watch()
                time.sleep(0.05)
    finally:
        workers.stop()
    assert workers.restarts == HOPELESS - 1
