"""The section of the quality impacts, with and without a measurement."""

import json
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from batch.errors import InputError
from study.report.sections.quality import (
    KEYS,
    Impacts,
    drawn_rows,
    finding,
    quality,
    ratio_sheet,
    read_impacts,
)

ROOT = Path(__file__).parents[3]
SETUP = {
    "scenes": 16, "scale": 16, "pixel_of_10_m_bands_m": 160,
    "attitude_error_urad": {"bias": 200.0, "drift_over_the_strip": 190.0, "wave": 60.0},
}  # fmt: skip


def row(**change: Any) -> dict[str, Any]:
    return {
        "case": "cut at scene 8", "refinement": "off", "vds": 2, "overlap": 3,
        "measure": "shift from A, 95 %",
        "unit": "pixel of 160 m (10 m at scale 16)",
        "where": "cuts", "value": 0.02, "tolerance": 0.1, "source": "benchmarks.impacts",
        **change,
    }  # fmt: skip


ROWS = [row(), row(refinement="vds", value=0.3), row(measure="pixels that differ", value=0, tolerance=None)]


def test_rows_are_read_and_can_be_looked_up(tmp_path: Path) -> None:
    path = tmp_path / "impacts.json"
    assert read_impacts(path) is None
    path.write_text(json.dumps({"setup": SETUP, "rows": ROWS}))
    found = read_impacts(path)
    assert found and found.rows == ROWS
    assert found.source(1, "value") == "study/data/impacts.json: rows > 1 > value"
    path.write_text(json.dumps(ROWS))
    with pytest.raises(InputError, match="write it anew"):
        read_impacts(path)


def test_a_row_without_a_key_is_told(tmp_path: Path) -> None:
    path = tmp_path / "impacts.json"
    for key in KEYS:
        path.write_text(json.dumps({"rows": [{k: v for k, v in row().items() if k != key}]}))
        with pytest.raises(InputError, match=f"row 0 has no {key}"):
            read_impacts(path)


def test_the_finding_is_what_cutting_moves_by_refinement() -> None:
    text = lxml.html.fromstring(quality(7, Impacts(ROWS, SETUP))).text_content().replace("\u202f", " ")
    assert "95 % of the windows move by no more than 0.02 pixels (3.2 m, 20 % of what is tolerated)" in text
    assert "0.3 pixels (48 m, 300 % of what is tolerated) with one in each vDS; of each the worst" in text
    assert "a pixel is 160 m" in text
    assert "at most" not in text


def test_a_mean_is_no_finding_and_points_are_no_windows() -> None:
    rows = [row(measure="step between vDS, mean", value=9.0), row(case="geometry of 2 vDS")]
    text = str(finding(Impacts(rows, SETUP), ratio_sheet(Impacts(rows, SETUP))))
    assert " of the points move by no more than" in text and "0.02" in text
    assert "No measured shift" in finding(Impacts(rows[:1], SETUP), ratio_sheet(Impacts(rows[:1], SETUP)))


def test_lines_of_the_chart_say_what_they_are() -> None:
    tree = lxml.html.fromstring(quality(7, Impacts([*ROWS, row(measure="step between vDS, mean")], SETUP)))
    lines = {e.text for e in tree.iter("tspan") if "measure" in e.get("data-source", "")}
    assert lines == {"shift, 95 %, cuts", "step, mean, cuts"}
    words = tree.text_content()
    assert all(legend in words for legend in ("unrefined", "no refinement", "in each vDS"))


def test_the_setup_is_told() -> None:
    text = lxml.html.fromstring(quality(7, Impacts(ROWS, SETUP))).text_content().replace("\u202f", " ")
    for told in (
        "strip of 16 scenes at scale 16",
        "is 160 m on the ground",
        "by 200 µrad",
        "by 190 µrad",
        "60 µrad",
    ):
        assert told in text


def test_a_file_without_its_setup_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "impacts.json"
    for key in SETUP:
        path.write_text(json.dumps({"setup": {k: v for k, v in SETUP.items() if k != key}, "rows": ROWS}))
        with pytest.raises(InputError, match=f"setup has no {key}"):
            read_impacts(path)


def test_what_both_have_in_error_is_not_drawn_as_of_cutting() -> None:
    rows = [*ROWS, row(measure="geolocation, 95 %", value=1.7)]
    assert [r["ratio"] for r in drawn_rows(ratio_sheet(Impacts(rows, SETUP)))] == [0.2, 3.0]
    assert len(ratio_sheet(Impacts(rows, SETUP)).rows) == 3


def test_only_rows_with_a_tolerance_are_drawn_and_all_are_listed() -> None:
    assert [r["ratio"] for r in ratio_sheet(Impacts(ROWS, SETUP)).rows] == [0.2, 3.0]
    tree = lxml.html.fromstring(quality(7, Impacts(ROWS, SETUP)))
    assert len(tree.xpath("//tr[starts-with(@data-source, 'study/data/impacts.json: ')]")) == len(ROWS)
