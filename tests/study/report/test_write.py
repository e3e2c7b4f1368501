"""The page and its folder: whole, or as they were."""

from pathlib import Path

import pytest

from study.report import write as writing
from study.report.page import Found
from study.report.write import folder_of, write


def test_no_file_of_an_older_study_stays(found: Found, tmp_path: Path) -> None:
    out = tmp_path / "s.html"
    folder_of(out).mkdir()
    (folder_of(out) / "older.csv").write_text("a\n1\n")
    (folder_of(out) / "clouds.csv").write_text("a\n1\n")
    write(found, out)
    assert {p.name for p in folder_of(out).iterdir()} == {s.file for s in found.sheets}
    assert "within_3h" in (folder_of(out) / "clouds.csv").read_text()
    assert {p.name for p in tmp_path.iterdir()} == {"s.html", "s-data"}


def test_an_error_leaves_all_as_it_was(found: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "s.html"
    folder_of(out).mkdir()
    (folder_of(out) / "clouds.csv").write_text("older")
    out.mkdir()  # no file can be renamed to a folder
    with pytest.raises(OSError):
        write(found, out)
    out.rmdir()
    out.write_text("older")

    def fails(found: Found) -> str:
        raise ValueError("no page")

    monkeypatch.setattr(writing, "page", fails)
    with pytest.raises(ValueError, match="no page"):
        write(found, out)
    assert [p.name for p in folder_of(out).iterdir()] == ["clouds.csv"]
    assert (folder_of(out) / "clouds.csv").read_text() == out.read_text() == "older"
    assert {p.name for p in tmp_path.iterdir()} == {"s.html", "s-data"}
