"""`vds price` on the project's own stack files: documents, errors, exit codes."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from batch.errors import InputError
from study.cli.price import price

ROOT = Path(__file__).parents[3]
CLOUDS = ("creodias", "orange", "otc", "ovh")


def run(*arguments: str, folder: Path = ROOT) -> Result:
    return CliRunner().invoke(price, ["--folder", str(folder), *arguments], catch_exceptions=False)


def document(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize("name", CLOUDS)
def test_every_figure_has_status_and_source(name: str) -> None:
    found = document("--stack", name)
    for commitment in ("hour", "month", "year"):
        lines = found["commitments"][commitment]
        for item in lines["items"]:
            figure = item["figure"]
            assert figure["source"] and figure["status"] in ("measured", "list", "estimate", "unknown")
            assert (figure["value"] is None) == (figure["status"] == "unknown")
            assert figure["value"] is None or figure["date"]
        assert lines["eur_day"]["low"] == pytest.approx(24 * lines["eur_hour"]["low"], rel=1e-4)
        known = sum(i["eur_hour"]["value"] or 0 for i in lines["items"])
        assert (lines["eur_hour"]["value"] or 0) == pytest.approx(known, abs=1e-4)
        assert lines["eur_hour"]["at_least"] == any(i["figure"]["value"] is None for i in lines["items"])


def test_workers_are_counted() -> None:
    few, many = (document("--stack", "ovh", "--workers", n) for n in ("2", "12"))
    assert (few["stages"], many["stages"]) == (2, 12)
    more = many["commitments"]["hour"]["eur_hour"]["value"] - few["commitments"]["hour"]["eur_hour"]["value"]
    assert more == pytest.approx(10 * 0.75)


def test_the_table_names_items_sources_and_unknowns() -> None:
    text = run("--stack", "orange").output
    assert "cc3.4xlarge.4" in text and "estimate" in text and "[1]" in text
    assert "unknown" in text and "at least" in text


def test_all_clouds_side_by_side() -> None:
    rows = document()
    assert {r["stack"] for r in rows} == set(CLOUDS)
    assert all(r["stage"] for r in rows)
    c2 = next(r for r in rows if r["flavor"] == "c2-60")
    assert c2["eur_hour_per_performance"]["value"] == pytest.approx(0.75)
    assert "c2-60" in run().output
    assert len(document("--all-flavors")) > len(rows)


def test_a_stack_file_anywhere(tmp_path: Path) -> None:
    copy = tmp_path / "Pulumi.mine.yaml"
    shutil.copy(ROOT / "Pulumi.ovh.yaml", copy)
    assert document("--file", str(copy))["stack"] == "mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--stack", "ovhh"], "ovh"),
        (["--stack", "ovh", "--file", "x.yaml"], "leave out one"),
        (["--workers", "3"], "--stack"),
        (["--file", "/nowhere/Pulumi.x.yaml"], "cannot be read"),
    ],
)
def test_bad_input_is_one_sentence(arguments: list[str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        run(*arguments)


def test_a_folder_without_stacks(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--folder"):
        run(folder=tmp_path)


def test_a_mistake_in_the_file_names_the_key(tmp_path: Path) -> None:
    text = (ROOT / "Pulumi.ovh.yaml").read_text().replace("vds:network:", "vds:netwrk:")
    (tmp_path / "Pulumi.ovh.yaml").write_text(text)
    with pytest.raises(InputError, match="netwrk"):
        run("--stack", "ovh", folder=tmp_path)
