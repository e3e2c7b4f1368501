"""`vds bench` as it is called: bad input is one sentence and exit 2, JSON is one document, and a real run."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from batch.errors import InputError
from study.bench.record import append, read_rows, write_machine
from study.cli.bench import bench
from study.laws import read_laws
from tests.batch.safe.tiny import write_tiny
from tests.study.bench.test_derive import rows

WRONG = [
    ([], "either a DATASTRIP or --scale"),
    (["--scale", "16"], "--out FILE"),
    (["--scale", "3", "--out", "b.csv"], "--scale 3"),
    (["--scale", "16", "--slots", "1,x", "--out", "b.csv"], "--slots 1,x"),
    (["--scale", "16", "--ipf", "NONE", "--out", "b.csv"], "--ipf NONE"),
    (["--fit", "b.csv"], "--laws FILE"),
    (["--fit", "none.csv", "--laws", "l.yaml"], "none.csv: cannot be read"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_bad_input(words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=said):
        CliRunner().invoke(bench, words, catch_exceptions=False, standalone_mode=False)
    assert not list(tmp_path.iterdir()), "nothing is written"


def called(*words: object) -> str:
    done = CliRunner().invoke(bench, [str(w) for w in words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_dry_run_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "b.csv"
    document = json.loads(called("--scale", 16, "--sizes", "4,7", "--out", out, "--dry-run", "--json"))
    assert {m["scale"] for m in document["measurements"]} == {16}
    assert "MERGE_TILE/tile=fullest" in {m["key"] for m in document["measurements"]}
    assert not list(tmp_path.iterdir())


def test_dry_run_of_a_datastrip_that_is_too_short(tmp_path: Path) -> None:
    write_tiny(tmp_path / "l0c")
    with pytest.raises(InputError, match="need 15 in a row"):
        called(tmp_path / "l0c", "--out", tmp_path / "b.csv", "--dry-run")


def test_fit_of_files(tmp_path: Path) -> None:
    for name, scale in (("a.csv", 16), ("b.csv", 8)):
        append(tmp_path / name, rows((scale,)))
        write_machine(tmp_path / name, "m1", {"cpu": "x", "cores": 2, "index": {"kernel-gather": 9.0}})
    words = ("--fit", tmp_path / "a.csv", "--fit", tmp_path / "b.csv", "--laws", tmp_path / "l.yaml")
    document = json.loads(called(*words, "--json"))
    assert document["laws"]["vds/UPDATE_LOC"]["per_scene_s"] == pytest.approx(0.1, rel=0.01)
    assert [t["scale"] for t in document["totals"]] == [16, 8, 1]
    laws = read_laws(tmp_path / "l.yaml")
    assert laws.index == {"kernel-gather": 9.0}
    assert laws.machine == {"cpu": "x", "cores": 2}
    assert laws.source["measurements"] == ["a.csv", "b.csv"]
    assert "UPDATE_LOC" in called(*words)


def test_files_without_good_runs(tmp_path: Path) -> None:
    append(tmp_path / "a.csv", rows(exit=128))
    with pytest.raises(InputError, match="no good run"):
        called("--fit", tmp_path / "a.csv", "--laws", tmp_path / "l.yaml")


@pytest.mark.slow
def test_a_reference_ipf_is_measured(tmp_path: Path) -> None:
    """Photograph four scenes at scale 16, run what UPDATE_LOC needs, measure it twice, fit."""
    out = tmp_path / "b.csv"
    words = ("--scale", 16, "--sizes", 4, "--ipf", "UPDATE_LOC", "--repetitions", 2, "--out", out)
    document = json.loads(called(*words, "--json"))
    found = read_rows(out)
    assert [(r.ipf, r.vds_scenes, r.scale, r.exit) for r in found] == [("UPDATE_LOC", 4, 16, 0)] * 2
    assert all(r.cpu_s > 0.1 and r.peak_mb > 30 and r.read_mb > 0.1 for r in found)
    assert document["laws"]["vds/UPDATE_LOC"]["quality"] == "few", "one size is too few, and said to be"
    assert read_laws(tmp_path / "b.csv.laws.yaml").laws["vds", "UPDATE_LOC"].n == 2
    before = out.read_text()
    called(*words)
    assert out.read_text() == before, "nothing is measured twice"
