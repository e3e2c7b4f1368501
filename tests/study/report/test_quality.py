"""The section of the quality impacts, with and without a measurement."""

import json
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from batch.errors import InputError
from study.report.sections.quality import KEYS, drawn_rows, quality, ratio_sheet, read_impacts


def row(**change: Any) -> dict[str, Any]:
    return {
        "case": "cut at scene 8", "refinement": "off", "vds": 2, "overlap": 3,
        "measure": "shift from A, 95 %",
        "unit": "pixel", "where": "cuts", "value": 0.02, "tolerance": 0.1, "source": "benchmarks.impacts",
        **change,
    }  # fmt: skip


ROWS = [row(), row(refinement="vds", value=0.3), row(measure="pixels that differ", value=0, tolerance=None)]


@pytest.mark.parametrize("wrapped", [False, True])
def test_rows_are_read_in_both_forms(tmp_path: Path, wrapped: bool) -> None:
    path = tmp_path / "impacts.json"
    assert read_impacts(path) is None
    path.write_text(json.dumps({"rows": ROWS} if wrapped else ROWS))
    assert read_impacts(path) == ROWS


def test_a_row_without_a_key_is_told(tmp_path: Path) -> None:
    path = tmp_path / "impacts.json"
    for key in KEYS:
        path.write_text(json.dumps([{k: v for k, v in row().items() if k != key}]))
        with pytest.raises(InputError, match=f"row 0 has no {key}"):
            read_impacts(path)


def test_the_finding_is_what_cutting_moves_by_refinement() -> None:
    text = lxml.html.fromstring(quality(7, ROWS)).text_content()
    assert "at most 20\u202f% of what is tolerated with no refinement" in text
    assert "300\u202f% of what is tolerated with one in each vDS" in text


def test_what_both_have_in_error_is_not_drawn_as_of_cutting() -> None:
    rows = [*ROWS, row(measure="geolocation, 95 %", value=1.7)]
    assert [r["ratio"] for r in drawn_rows(ratio_sheet(rows))] == [0.2, 3.0]
    assert len(ratio_sheet(rows).rows) == 3


def test_only_rows_with_a_tolerance_are_drawn_and_all_are_listed() -> None:
    assert [r["ratio"] for r in ratio_sheet(ROWS).rows] == [0.2, 3.0]
    tree = lxml.html.fromstring(quality(7, ROWS))
    assert len(tree.xpath("//tr[starts-with(@data-source, 'study/data/impacts.json: ')]")) == len(ROWS)
