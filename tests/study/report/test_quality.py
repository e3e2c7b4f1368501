"""The section of the quality impacts, with and without a measurement."""

import json
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from batch.errors import InputError
from study.report.sections.quality import KEYS, quality, ratio_sheet, read_impacts


def row(**change: Any) -> dict[str, Any]:
    return {
        "case": "cut at scene 8", "refinement": "off", "vds": 2, "overlap": 3, "measure": "shift, 95 %",
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


def test_what_exceeds_its_tolerance_is_the_finding() -> None:
    text = lxml.html.fromstring(quality(7, ROWS)).text_content()
    assert "Beyond its tolerance is shift, %" in text or "Beyond its tolerance is shift" in text
    assert "3.0 times" in text and "fitted in each vDS" in text
    inside = lxml.html.fromstring(quality(7, ROWS[:1])).text_content()
    assert "Every measured impact is within its tolerance" in inside and "20\u202f%" in inside


def test_only_rows_with_a_tolerance_are_drawn_and_all_are_listed() -> None:
    assert [r["ratio"] for r in ratio_sheet(ROWS).rows] == [0.2, 3.0]
    tree = lxml.html.fromstring(quality(7, ROWS))
    assert len(tree.xpath("//div[@class='scroll']/table[not(@class)]//tr")) == 1 + len(ROWS)
