"""The cheapest system in a sentence."""

from typing import Any

import pytest

from study.report.fact import Sheet, sheet
from study.report.sections.sizing import finding
from study.report.sheets.sizing import COLUMNS


def sized(*rows: dict[str, Any]) -> Sheet:
    common = {
        **dict.fromkeys(COLUMNS), "rank": 1, "end": "known", "scenes": 16, "stages": 4, "most": 4,
        "commitment": "hour",
    }  # fmt: skip
    return sheet("size.csv", ["stack", "flavor", "rank"], COLUMNS, [{**common, **r} for r in rows], "by hand")


WHOLE = {"stack": "a", "flavor": "x", "hour": 900.0, "hour_at_least": 0}
PART = {"stack": "b", "flavor": "y", "hour": 300.0, "hour_at_least": 1}


@pytest.mark.parametrize(("rows", "told"), [([WHOLE, PART], ">900"), ([PART], "≥\u202f<data")])
def test_a_price_that_lacks_a_part_is_a_lower_bound(rows: list[dict[str, Any]], told: str) -> None:
    text = finding(sized(*rows))
    assert told in text and ("≥" in text) == (len(rows) == 1)
