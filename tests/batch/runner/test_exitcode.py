from pathlib import Path

import pytest

from batch.runner.exitcode import missing_outputs, verdict
from batch.runner.model import ABORTED, TIMED_OUT, TOO_BIG, Usage


@pytest.mark.parametrize(
    ("code", "state"),
    [(0, "DONE"), (1, "WARNING"), (127, "WARNING"), (128, "FAILED"), (137, "FAILED"), (255, "FAILED")],
)
def test_exit_codes(code: int, state: str) -> None:
    assert verdict(Usage(exit=code), [], 10).state == state


def test_it_lies_about_its_exit_code() -> None:
    judged = verdict(Usage(exit=0), ["PDI_DS"], 10)
    assert (judged.state, judged.reason, judged.good) == ("FAILED", "exit code 0, but no PDI_DS", False)


def test_more_memory_only_once() -> None:
    assert verdict(Usage(exit=137), [], 10, memory=1.0).memory == 1.5
    assert verdict(Usage(exit=137, ended=TOO_BIG), [], 10, memory=1.5).memory is None
    assert verdict(Usage(exit=128), [], 10).memory is None


def test_ends_from_outside() -> None:
    assert verdict(Usage(exit=252, ended=TIMED_OUT), [], 7).reason == "killed after 7 s, its time limit"
    assert verdict(Usage(exit=137, ended=ABORTED), [], 7).state == "STALE"


def test_missing_is_absent_or_empty(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").write_text("x")
    (tmp_path / "hollow" / "deep").mkdir(parents=True)
    (tmp_path / "hollow" / "deep" / "a").touch()
    (tmp_path / "empty.xml").touch()
    names = {"A": "full", "B": "hollow", "C": "gone", "D": "empty.xml"}
    types = {t: tmp_path / n for t, n in names.items()}
    assert missing_outputs(types) == ["B", "C", "D"]
    assert missing_outputs(types, split=True) == []  # another unit writes them
    assert missing_outputs({"B": types["B"]}, split=True) == ["B"]
