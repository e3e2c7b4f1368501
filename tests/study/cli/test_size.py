"""`vds size`: found, not found, written, refused."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from batch.errors import InputError
from infra.settings.read import from_file
from study.cli.size import hours_of, size
from study.cli.stack_stage import write_stage

ROOT = Path(__file__).parents[3]
CLOUDS = ("creodias", "orange", "otc", "ovh")


def run(*arguments: str, folder: Path = ROOT) -> Result:
    return CliRunner().invoke(
        size, ["--folder", str(folder), "--days", "0.1", "--scenes", "16", *arguments], catch_exceptions=False
    )


def test_found_and_written(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Pulumi.ovh.yaml", tmp_path)
    result = run(
        "--stack", "ovh", "--timeliness", "6h", "--confidence", "0.5", "--write", "--json", folder=tmp_path
    )
    document = json.loads(result.stdout)
    first = document["choices"][0]
    assert result.exit_code == 0 and first["share"] >= 0.5
    before, after = (from_file(d / "Pulumi.ovh.yaml").servers.stage for d in (ROOT, tmp_path))
    assert document["written"]["before"] == before.model_dump(include={"count", "scenes", "commitment"})
    assert (after.count, after.scenes, after.commitment) == (first["stages"], 16, first["commitment"])
    assert after.flavor == before.flavor


def test_not_found_is_told_and_exit_1() -> None:
    result = run("--stack", "ovh", "--timeliness", "10min", "--limit", "1")
    assert result.exit_code == 1
    assert "No platform of at most 1 stages keeps it" in result.output


@pytest.mark.parametrize("name", CLOUDS)
def test_only_the_line_of_the_stages_is_changed(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"Pulumi.{name}.yaml"
    shutil.copy(ROOT / path.name, path)
    before, text = from_file(path), path.read_text()
    keys = {"count": 17, "scenes": 24, "commitment": "year"}
    assert write_stage(path, keys) == before.servers.stage.model_dump(include=set(keys))
    changed = [
        (a, b) for a, b in zip(text.splitlines(), path.read_text().splitlines(), strict=True) if a != b
    ]
    assert len(changed) == 1 and "17" in changed[0][1]
    assert from_file(path).servers.stage.model_dump(include=set(keys)) == keys
    assert changed[0][0].partition("#")[1:] == changed[0][1].partition("#")[1:]
    assert list(tmp_path.iterdir()) == [path]


def test_a_block_of_lines_is_understood_and_what_is_not_is_left(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.x.yaml"
    text = (ROOT / "Pulumi.ovh.yaml").read_text()
    line = next(t for t in text.splitlines() if t.lstrip().startswith("stage: {"))
    path.write_text(text.replace(line, "    stage:\n      flavor: c2-60\n      count: 2 # two"))
    assert write_stage(path, {"count": 9, "scenes": 12}) == {"count": 2, "scenes": None}
    stage = from_file(path).servers.stage
    assert (stage.count, stage.scenes, stage.commitment) == (9, 12, "hour")
    assert "count: 9 # two" in path.read_text()
    odd = text.replace(line, '    stage: {"flavor": c2-60, "count": 2}')
    path.write_text(odd)
    with pytest.raises(InputError, match="by hand"):
        write_stage(path, {"count": 9})
    assert path.read_text() == odd


@pytest.mark.parametrize(("text", "hours"), [("3h", 3.0), ("90min", 1.5), ("1.5 h", 1.5)])
def test_times(text: str, hours: float) -> None:
    assert hours_of(text) == hours


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--timeliness", "soon"], "--timeliness soon"),
        (["--timeliness", "0h"], "--timeliness 0h"),
        (["--scenes", "3"], "--scenes 3"),
        (["--flavor", "huge"], "huge"),
        (["--begin", "x"], "--begin x"),
    ],
)
def test_bad_input_is_one_sentence(arguments: list[str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        run("--stack", "ovh", *arguments)
