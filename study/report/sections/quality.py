"""What vDS processing costs in quality, from the file of measured impacts."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from batch.errors import InputError
from study.report.fact import Cell, Sheet, sheet
from study.report.html import Html, code, el, file_rows, join, num, say
from study.report.scale import around
from study.report.sections.parts import WIDE, picture, section
from study.report.svg import Chart

IMPACTS = "study/data/impacts.json"
KEYS = ("case", "refinement", "vds", "overlap", "measure", "unit", "where", "value", "tolerance", "source")
REFINEMENTS = {"off": "no refinement", "ds": "one over the datastrip", "vds": "one in each vDS"}
#: Measures of what differs between DS and vDS processing.
_CUTTING = ("shift from", "step ")
COLUMNS = {
    "row": "number of the row in the file of impacts",
    "measure": "what was measured",
    "where": "all of the tiles, at cuts, or inside",
    "refinement": "off, over the datastrip (ds) or in each vDS (vds)",
    "vds": "number of vDS",
    "overlap": "shared scenes",
    "ratio": "value ÷ tolerance",
}


def read_impacts(path: Path) -> list[dict[str, Any]] | None:
    """The rows of the file; None where it was not measured yet. InputError if it is of another form."""
    if not path.exists():
        return None
    document = json.loads(path.read_text(encoding="utf-8"))
    rows = document if isinstance(document, list) else document.get("rows")
    for n, row in enumerate(rows if isinstance(rows, list) else [{}]):
        missing = [k for k in KEYS if k not in row]
        if missing:
            raise InputError(
                f"{path}: row {n} has no {missing[0]}, expected {', '.join(KEYS)}; write it anew"
            )
    return rows


def ratio_sheet(rows: Sequence[Mapping[str, Any]]) -> Sheet:
    """Value ÷ tolerance of the rows that have one, so that unlike measures stand on one axis."""
    found: list[dict[str, Cell]] = [
        {"row": n, **{c: r[c] for c in list(COLUMNS)[1:-1]}, "ratio": r["value"] / r["tolerance"]}
        for n, r in enumerate(rows)
        if r["tolerance"] and r["value"] is not None
    ]
    return sheet("impacts.csv", ["row"], COLUMNS, found, f"{IMPACTS}, value ÷ tolerance")


def quality(number: int, rows: Sequence[Mapping[str, Any]] | None, path: str = "") -> Html:
    """The section; without rows it says what is missing. `path`: where the rows are in the file."""
    if rows is None:
        missing = el(
            "p",
            say(
                "Not measured yet: there is no {file}. {doc} says how it is made.",
                file=code(IMPACTS),
                doc=code("docs/quality.md"),
            ),
            class_="missing",
        )
        return section(number, "quality", "Quality impacts of cutting", missing)
    ratios = ratio_sheet(rows)
    parts = [
        el(
            "p",
            say(
                "L1C from vDS against L1C from the whole datastrip: without refinement, and with a "
                "refinement that is "
                "fitted over the datastrip (as ESA's chain does) or in each vDS alone."
            ),
        )
    ]
    if ratios.rows:
        parts.append(
            picture(
                finding(rows, ratios),
                lambda w: _ratios(w, ratios),
                ratios,
                "Each mark is a measured difference over what is tolerated; right of the line it is too "
                "much.",
            )
        )
    every = el("summary", "All that was measured")
    parts.append(el("details", every, _table(rows, path)))
    return section(number, "quality", "Quality impacts of cutting", *parts)


def finding(rows: Sequence[Mapping[str, Any]], ratios: Sheet) -> Html:
    """In a sentence: the largest difference that cutting makes, by refinement, in units of the tolerance."""
    drawn = drawn_rows(ratios)
    if not drawn:
        return say("No measured impact has a tolerance")
    worst = {
        kind: max((r for r in drawn if r["refinement"] == kind), key=lambda r: float(r["ratio"] or 0))
        for kind in dict.fromkeys(str(r["refinement"]) for r in drawn)
    }
    parts = [
        say("{x} of what is tolerated with {kind}", x=num(ratios.fact(row, "ratio"), "%"), kind=_kind(kind))
        for kind, row in worst.items()
    ]
    apart = [part for n, one in enumerate(parts) for part in ([", ", one] if n else [one])]
    return join("Cutting moves images by at most ", *apart)


def drawn_rows(ratios: Sheet) -> list[Mapping[str, Cell]]:
    """Differences between vDS and DS; all rows if there are none. Errors of both are not of cutting."""
    cutting = [r for r in ratios.rows if str(r["measure"]).startswith(_CUTTING)]
    return cutting or list(ratios.rows)


def _kind(refinement: str) -> str:
    return REFINEMENTS.get(refinement, "another refinement")


def _ratios(width: int, sheet: Sheet) -> Html:
    rows = drawn_rows(sheet)
    names = list(dict.fromkeys(f"{_words(str(r['measure']))}, {r['where']}" for r in rows))
    left = 200 if width == WIDE else 132
    chart = Chart(
        width,
        30 * len(names) + 66,
        around([0.0, 1.2, *(float(r["ratio"] or 0) for r in rows)], zero=True),
        names=names,
        left=left,
        top=28,
        x_label="difference ÷ tolerance",
    )
    chart.guide(1.0)
    kinds = list(REFINEMENTS)
    for row in rows:
        tone = kinds.index(str(row["refinement"])) if row["refinement"] in kinds else 3
        y = names.index(f"{_words(str(row['measure']))}, {row['where']}")
        told = f"{row['measure']}, {row['where']}: {row['vds']} vDS, overlap {row['overlap']}"
        chart.dot(sheet.fact(row, "ratio"), y + (tone - 1) * 0.24, tone, tone, 3.6, told)
    for tone, label in enumerate(REFINEMENTS.values()):
        chart.key(12 + tone * width / 3.1, 14, label if width == WIDE else label.split()[-1], tone)
    return chart.html("Differences between DS and vDS processing over their tolerances")


def _table(rows: Sequence[Mapping[str, Any]], path: str) -> Html:
    keys = KEYS[:-1]
    before = f"{path} > " if path else ""
    body = [(f"{IMPACTS}: {before}{n}", [r[k] for k in keys]) for n, r in enumerate(rows)]
    return el("div", file_rows(keys, body), class_="scroll")


def _words(measure: str) -> str:
    """The measure without figures in it, for the charts' lines."""
    words = measure.replace("95 %", "most").replace("from A", "from the DS").split()
    return " ".join(w for w in words if not w[:1].isdigit()) or "measure"
