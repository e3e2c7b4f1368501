import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from batch.runner.space import LOW_MB, low_space


@pytest.mark.parametrize(
    ("free", "said"), [(0, "has 0 MB left"), (LOW_MB * 1e6 - 1, "left"), (LOW_MB * 1e6, "")]
)
def test_says_so_only_where_little_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float, said: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    note = low_space(tmp_path / "not" / "there" / "yet")
    assert note == "" if not said else note.startswith(str(tmp_path)) and note.endswith(said)
