"""`vds simulate`: documents, tables, errors."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from batch.errors import InputError
from study.cli.simulate import simulate
from study.simulate.replay import model

ROOT = Path(__file__).parents[3]
LIST = "name,scenes,sensed_s,received_s\na,40,0,600\nb,3,100,700\nc,90,3000,4000\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(simulate, ["--folder", str(ROOT), *arguments], catch_exceptions=False)


def document(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def strips(tmp_path: Path) -> str:
    path = tmp_path / "strips.csv"
    path.write_text(LIST)
    return str(path)


def test_a_list_of_datastrips_on_one_cloud(strips: str) -> None:
    found = document("--datastrips", strips, "--stack", "ovh", "--stages", "3")
    assert found["arrivals"]["datastrips"] == 3 and found["arrivals"]["scenes"] == 133
    (cloud,) = found["clouds"]
    (one,) = cloud["runs"]
    assert cloud["flavor"] == "c2-60" and cloud["index_known"] and one["speed"] == 1.0
    assert one["timeliness"]["done"] == 2 and one["timeliness"]["too_short"] == 1
    assert one["eur"]["hour"]["value"] > 0
    assert "2018-07-21" in " ".join(found["notes"])


def test_an_unknown_index_is_shown_as_both_ends(strips: str) -> None:
    (cloud,) = document("--datastrips", strips, "--stack", "creodias", "--stages", "3")["clouds"]
    assert not cloud["index_known"]
    # alone in the comparison there is no known index to take the ends from
    assert [r["speed"] for r in cloud["runs"]] == [1.0]
    both = document("--datastrips", strips, "--stack", "creodias", "--stack", "ovh", "--stages", "3")[
        "clouds"
    ]
    slow, fast = both[0]["runs"]
    assert slow["speed"] == pytest.approx(0.808) and fast["speed"] == pytest.approx(1.559)
    assert slow["timeliness"]["hours_since_l0c"]["p50"] > fast["timeliness"]["hours_since_l0c"]["p50"]


def test_flavors_of_a_cloud_and_the_table(strips: str) -> None:
    text = run("--datastrips", strips, "--stack", "ovh", "--flavor", "c2-60", "--flavor", "b3-64").output
    assert "c2-60" in text and "b3-64" in text and "EUR" in text and "1.56" in text


def test_all_flavors_that_could_be_a_stage(strips: str) -> None:
    clouds = document("--datastrips", strips, "--stack", "ovh", "--all-flavors", "--stages", "3")["clouds"]
    found = {c["flavor"]: c["slots"] for c in clouds}
    assert found["c2-60"] == found["b3-64"] == 16 and found["c2-120"] == 32
    assert "b3-8" not in found


def test_a_quarter_of_a_day_from_the_orbit() -> None:
    arguments = ("--days", "0.25", "--stack", "ovh", "--satellite", "S2A", "--stages", "10")
    one = document(*arguments)
    assert 5 <= one["arrivals"]["datastrips"] <= 40
    assert document(*arguments) == one
    assert one["clouds"][0]["runs"][0]["timeliness"]["failed"] == 0


def test_the_replay() -> None:
    found = document("--pdgs-replay", "57", "--centre", "SGS")
    assert found["wall"] == pytest.approx(model().predict(57, "SGS").wall)
    assert found["errors"]["wall"]["rows"] == 8
    assert "L0c to L1C" in run("--pdgs-replay", "57").output
    assert "too short" in run("--pdgs-replay", "3").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--begin", "yesterday"], "--begin yesterday"),
        (["--stages", "10", "--most", "5"], "--most 5"),
        (["--stack", "nowhere"], "nowhere"),
        (["--flavor", "huge"], "huge"),
        (["--laws", "/nowhere.yaml"], "cannot be read"),
        (["--datastrips", "/nowhere.csv"], "cannot be read"),
        (["--pdgs-replay", "-1"], "--pdgs-replay -1"),
        (["--scenes", "5", "--overlap", "9", "--days", "0.1"], "--scenes"),
    ],
)
def test_bad_input_is_one_sentence(arguments: list[str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        run(*arguments)


def test_a_wrong_line_of_the_list_is_named(tmp_path: Path) -> None:
    path = tmp_path / "strips.csv"
    path.write_text("name,scenes,sensed_s,received_s\na,40,0,600\nb,40,900,600\n")
    with pytest.raises(InputError, match="line 3"):
        run("--datastrips", str(path))
