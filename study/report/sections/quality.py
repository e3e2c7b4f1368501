"""What vDS processing costs in quality, from the file of measured impacts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batch.errors import InputError
from study.report.fact import STEP, Cell, Fact, Sheet, held, sheet
from study.report.html import Html, apart, code, el, file_rows, join, num, quote, say
from study.report.scale import around
from study.report.sections.parts import WIDE, picture, section
from study.report.svg import Chart

IMPACTS = "study/data/impacts.json"
ROWS, SETUP = "rows", "setup"
KEYS = ("case", "refinement", "vds", "overlap", "measure", "unit", "where", "value", "tolerance", "source")
#: Of the setup: metres of a pixel of the 10 m bands.
PIXEL_M = "pixel_of_10_m_bands_m"
ERROR = "attitude_error_urad"
REFINEMENTS = {"off": "no refinement", "ds": "one over the datastrip", "vds": "one in each vDS"}
#: The same, on a telephone.
SHORT = ("unrefined", "over the DS", "in each vDS")
#: Measures of what differs between DS and vDS processing.
_CUTTING = ("shift from", "step ")
#: End of the names of measures that hold for so much of what was compared.
_MOST = "95 %"
#: Cases that look at points of the geometry, not at windows of images.
_GEOMETRY = "geometry"
_PIXEL = "pixel"
COLUMNS = {
    "row": "number of the row in the file of impacts",
    "case": "what was processed, or of which cut the geometry was looked at",
    "measure": "what was measured",
    "where": "all of the tiles, at cuts, or inside",
    "refinement": "off, over the datastrip (ds) or in each vDS (vds)",
    "vds": "number of vDS",
    "overlap": "shared scenes",
    "value": "as measured",
    "unit": "of the value",
    "metres": "the value in metres on the ground, where it is in pixels of the scale measured",
    "ratio": "value ÷ tolerance",
}


@dataclass(frozen=True)
class Impacts:
    """The rows of the file, and with what they were measured."""

    rows: Sequence[Mapping[str, Any]]
    setup: Mapping[str, Any]

    def given(self, *keys: str) -> Fact:
        """A number of the setup."""
        return held({SETUP: self.setup}, IMPACTS, SETUP, *keys, told="as it was measured")

    def source(self, row: object, *keys: str) -> str:
        """Where a row, or something of it, is looked up."""
        return f"{IMPACTS}: {STEP.join((ROWS, str(row), *keys))}"


def read_impacts(path: Path) -> Impacts | None:
    """The rows of the file; None where it was not measured yet. InputError if it is of another form."""
    if not path.exists():
        return None
    document = json.loads(path.read_text(encoding="utf-8"))
    found = document.get(ROWS) if isinstance(document, dict) else None
    rows: list[dict[str, Any]] = found if isinstance(found, list) else [{}]
    for n, row in enumerate(rows):
        missing = [k for k in KEYS if k not in row]
        if missing:
            raise InputError(
                f"{path}: row {n} has no {missing[0]}, expected {', '.join(KEYS)}; write it anew"
            )
    setup = document.get(SETUP, {})
    missing = [k for k in ("scenes", "scale", PIXEL_M, ERROR) if k not in setup]
    if missing:
        raise InputError(f"{path}: {SETUP} has no {missing[0]}, which tells what a pixel is; write it anew")
    return Impacts(rows, setup)


def ratio_sheet(impacts: Impacts) -> Sheet:
    """Value ÷ tolerance of the rows that have one, so that unlike measures stand on one axis."""
    found: list[dict[str, Cell]] = [
        {"row": n, **{c: r.get(c) for c in COLUMNS if c != "row"}, "metres": _metres(r, impacts),
         "ratio": r["value"] / r["tolerance"]}
        for n, r in enumerate(impacts.rows)
        if r["tolerance"] and r["value"] is not None
    ]  # fmt: skip
    return sheet("impacts.csv", ["row"], COLUMNS, found, f"{IMPACTS}, value ÷ tolerance")


def _metres(row: Mapping[str, Any], impacts: Impacts) -> float | None:
    return row["value"] * impacts.setup[PIXEL_M] if str(row["unit"]).startswith(_PIXEL) else None


def quality(number: int, impacts: Impacts | None) -> Html:
    """The section; without a measurement it says what is missing."""
    if impacts is None:
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
    ratios = ratio_sheet(impacts)
    parts = [
        el(
            "p",
            say(
                "L1C from vDS against L1C from the whole datastrip: without refinement, and with a "
                "refinement that is "
                "fitted over the datastrip (as ESA's chain does) or in each vDS alone."
            ),
        ),
        el("p", _setup(impacts)),
    ]
    if ratios.rows:
        parts.append(
            picture(
                finding(impacts, ratios),
                lambda w: _ratios(w, impacts, ratios),
                ratios,
                say(
                    "Each mark is a measured difference over what is tolerated; right of the line it is too "
                    "much. Shift: from the L1C of the whole datastrip; step: between two vDS where both have "
                    "the place; for the mean, or for all but the farthest of the windows (of points, where "
                    "only the geometry was looked at)."
                ),
            )
        )
    every = el("summary", "All that was measured")
    parts.append(el("details", every, _table(impacts)))
    return section(number, "quality", "Quality impacts of cutting", *parts)


def _setup(impacts: Impacts) -> Html:
    """With what was measured: a pixel is not one of the mission's."""
    return say(
        "Measured on one generated strip of {scenes} scenes at scale {scale}: a pixel here and in the file "
        "is {pixel} on the ground, that of Sentinel-2's finest bands times the scale. The attitude is off "
        "by {bias}, drifts by {drift} over the strip, and has a wave of {wave} that no line follows: so much "
        "that a refinement finds something at this scale. Other strips, errors and scales are not measured.",
        scenes=num(impacts.given("scenes"), "d"),
        scale=num(impacts.given("scale"), "d"),
        pixel=num(impacts.given(PIXEL_M), "g", "m"),
        bias=num(impacts.given(ERROR, "bias"), "g", "µrad"),
        drift=num(impacts.given(ERROR, "drift_over_the_strip"), "g", "µrad"),
        wave=num(impacts.given(ERROR, "wave"), "g", "µrad"),
    )


def finding(impacts: Impacts, ratios: Sheet) -> Html:
    """In a sentence: how far cutting moves 95 % of the windows, at the worst place, by refinement."""
    moved = [r for r in drawn_rows(ratios) if str(r["measure"]).startswith(_CUTTING)]
    moved = [r for r in moved if str(r["measure"]).endswith(_MOST) and r["metres"] is not None]
    if not moved:
        return say("No measured shift has a tolerance")

    def images_last(row: Mapping[str, Cell]) -> tuple[float, bool]:
        return float(row["ratio"] or 0), not _of_geometry(row)

    worst = {
        kind: max((r for r in moved if r["refinement"] == kind), key=images_last)
        for kind in dict.fromkeys(str(r["refinement"]) for r in moved)
    }
    parts = [
        say(
            "{x} ({m}, {r} of what is tolerated) with {kind}" if row["value"] else "{x} with {kind}",
            x=num(ratios.fact(row, "value"), ".2g", "pixels"),
            m=num(ratios.fact(row, "metres"), ".2g", "m"),
            r=num(ratios.fact(row, "ratio"), "%"),
            kind=_kind(kind),
        )
        for kind, row in worst.items()
    ]
    first = next(iter(worst.values()))
    return join(
        quote(_MOST, impacts.source(first["row"], "measure")),
        " of the points" if any(_of_geometry(r) for r in worst.values()) else " of the windows",
        " move by no more than ",
        apart(", ", parts),
        say("; of each the worst case is told, and a pixel is {m}", m=num(impacts.given(PIXEL_M), "g", "m")),
    )


def _of_geometry(row: Mapping[str, Cell]) -> bool:
    return str(row["case"]).startswith(_GEOMETRY)


def drawn_rows(ratios: Sheet) -> list[Mapping[str, Cell]]:
    """Differences between vDS and DS; all rows if there are none. Errors of both are not of cutting."""
    cutting = [r for r in ratios.rows if str(r["measure"]).startswith(_CUTTING)]
    return cutting or list(ratios.rows)


def _kind(refinement: str) -> str:
    return REFINEMENTS.get(refinement, "another refinement")


def _ratios(width: int, impacts: Impacts, sheet: Sheet) -> Html:
    rows = drawn_rows(sheet)
    lines: dict[str, Html] = {}
    for row in rows:
        quoted = quote(_line(row), impacts.source(row["row"], "measure"), "tspan")
        lines.setdefault(_line(row), quoted)
    names = list(lines)
    chart = Chart(
        width,
        30 * len(names) + 66,
        around([0.0, 1.2, *(float(r["ratio"] or 0) for r in rows)], zero=True),
        names=list(lines.values()),
        left=round(max(map(len, names)) * 6.9) + 8,
        top=28,
        x_label="difference ÷ tolerance",
    )
    chart.guide(1.0)
    kinds = list(REFINEMENTS)
    for row in rows:
        tone = kinds.index(str(row["refinement"])) if row["refinement"] in kinds else 3
        y = names.index(_line(row))
        told = f"{row['case']}: {row['measure']}, {row['where']}: {row['vds']} vDS, overlap {row['overlap']}"
        chart.dot(sheet.fact(row, "ratio"), y + (tone - 1) * 0.24, tone, tone, 3.6, told)
    for tone, label in enumerate(REFINEMENTS.values() if width == WIDE else SHORT):
        chart.key(12 + tone * width / 3.1, 14, label, tone)
    return chart.html("Differences between DS and vDS processing over their tolerances")


def _line(row: Mapping[str, Cell]) -> str:
    """The name of a line of the chart: short, for a telephone; the caption says what shift and step are."""
    measure = str(row["measure"]).replace(" from A", "").replace(" between vDS", "")
    return f"{measure}, {row['where']}"


def _table(impacts: Impacts) -> Html:
    keys = KEYS[:-1]
    body = [(impacts.source(n), [r[k] for k in keys]) for n, r in enumerate(impacts.rows)]
    return el("div", file_rows(keys, body), class_="scroll")
