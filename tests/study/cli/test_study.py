"""`vds study`: the page and its folder, JSON, refusals."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from batch.errors import InputError
from study.cli.study import study

ROOT = Path(__file__).parents[3]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(study, ["--folder", str(ROOT), *arguments], catch_exceptions=False)


def test_page_folder_and_json(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there yet"
    out = folder / "a.html"
    result = run("--quick", "--days", "0.1", "--stages", "4", "--stack", "ovh", "--out", str(out), "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0 and out.read_text().startswith("<!doctype html>")
    assert str(ROOT) not in out.read_text()
    files = {p.name for p in (folder / "a-data").iterdir()}
    assert files == set(document["sheets"]) and "tradeoff.csv" in files
    rows = list(csv.DictReader((folder / "a-data" / "clouds.csv").read_text().splitlines()))
    assert len(rows) == len(document["sheets"]["clouds.csv"]["rows"]) > 0
    assert sorted(p.name for p in folder.iterdir()) == ["a-data", "a.html"]


def test_a_given_law_file_is_beside_the_page(tmp_path: Path) -> None:
    laws = ROOT / "study" / "data" / "laws.yaml"
    arguments = ("--quick", "--days", "0.1", "--stages", "4", "--stack", "ovh", "--laws", str(laws))
    run(*arguments, "--out", str(tmp_path / "a.html"))
    assert (tmp_path / "a-data" / "durations.yaml").read_text() == laws.read_text()
    assert "durations.yaml: source" in (tmp_path / "a.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--begin", "May"), "a day like 2018-07-20"),
        (("--timeliness", "soon"), "a time like 3h"),
        (("--stack", "nowhere"), "nowhere"),
        (("--laws", "none.yaml"), "none.yaml"),
    ],
)
def test_bad_input_is_told_before_anything_is_simulated(
    tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        run("--out", str(tmp_path / "a.html"), *arguments)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_none_of_ours_is_told_before_anything_is_simulated(tmp_path: Path) -> None:
    data = tmp_path / "a-data"
    data.write_text("mine")
    with pytest.raises(InputError, match="a-data is no folder"):
        run("--out", str(tmp_path / "a.html"))
    assert data.read_text() == "mine"
    data.unlink()
    data.mkdir()
    (data / "photo.jpg").write_text("mine")
    with pytest.raises(InputError, match=r"holds photo.jpg, which no study wrote"):
        run("--out", str(tmp_path / "a.html"))
    assert [p.name for p in tmp_path.iterdir()] == ["a-data"]
