"""The cheapest platform of each stack for a timeliness."""

from collections.abc import Mapping
from typing import Any

from study.report.fact import Fact, Sheet
from study.report.html import Html, code, el, join, name, num, say
from study.report.scale import around
from study.report.sections.parts import WIDE, money, picture, section, table
from study.report.svg import Chart
from study.simulate.size import COMMITMENTS

Row = Mapping[str, Any]


def sizing(number: int, sheet: Sheet, hours: Fact, share: Fact) -> Html:
    """The section."""
    best = [r for r in sheet.rows if r["rank"] == 1]
    failed = [r for r in sheet.rows if r["rank"] == 0]
    parts = [
        el(
            "p",
            say(
                "Which number of stages, length of vDS and commitment keeps {share} of the datastrips "
                "within {hours} "
                "of sensing for the least money? {command} answers it for a stack; here for all. Where "
                "an index is "
                "unknown, the slowest flavor known is taken, so a faster one needs less.",
                share=num(share, "%"),
                hours=num(hours, "g", "h"),
                command=code("vds size"),
            ),
        )
    ]
    if best:
        parts.append(
            picture(
                finding(sheet),
                lambda w: _prices(w, sheet, best),
                sheet,
                say(
                    "EUR per month of the cheapest platform of each, by commitment: circle by the hour, "
                    "square by the "
                    "month, diamond for a year; arrow: a part has no known price."
                ),
            )
        )
        parts.append(_table([r for r in sheet.rows if r["rank"]], sheet))
    for row in failed:
        parts.append(
            el(
                "p",
                say(
                    "{name}: no platform keeps it; the best reached {share}.",
                    name=name(_title(row)),
                    share=num(sheet.fact(row, "share"), ".1%"),
                ),
            )
        )
    return section(number, "size", "The cheapest system for a timeliness", *parts)


def finding(sheet: Sheet) -> Html:
    """In a sentence: the cheapest of the platforms whose price is known whole."""
    best = [r for r in sheet.rows if r["rank"] == 1 and r["commitment"]]
    whole = [r for r in best if not r[f"{r['commitment']}_at_least"]] or best
    if not whole:
        return say("No platform keeps the timeliness")
    row = min(whole, key=lambda r: float(r[str(r["commitment"])] or float("inf")))
    price = num(sheet.fact(row, str(row["commitment"])), ".0f", "EUR")
    return say(
        "Cheapest of what is known: {stages} stages of {name} with vDS of {scenes} scenes, {eur} per month, "
        "rented by the {by}",
        stages=_stages(row, sheet),
        name=name(_title(row)),
        scenes=num(sheet.fact(row, "scenes"), "d"),
        eur=join("≥\u202f", price) if row[f"{row['commitment']}_at_least"] else price,
        by=str(row["commitment"]),
    )


def _title(row: Row) -> str:
    return f"{row['stack']} {row['flavor']}" + ("" if row["end"] == "known" else " ?")


def _stages(row: Row, sheet: Sheet) -> Html:
    least = num(sheet.fact(row, "stages"), "d")
    return join(least, "–", num(sheet.fact(row, "most"), "d")) if row["most"] != row["stages"] else least


def _prices(width: int, sheet: Sheet, best: list[Row]) -> Html:
    values = [float(r[c]) for r in best for c in COMMITMENTS if r[c] is not None]
    chart = Chart(
        width,
        30 * len(best) + 46,
        around(values, log=False, zero=True),
        names=[name(_title(r), "tspan") for r in best],
        left=176 if width == WIDE else 140,
        x_label="EUR per month",
    )
    for y, row in enumerate(best):
        for shape, c in enumerate(COMMITMENTS):
            if row[c] is None:
                continue
            told = f"{_title(row)}, rented by the {c}, {row['stages']} stages"
            high = Fact(None, f"{sheet.file}: none") if row[f"{c}_at_least"] else sheet.fact(row, f"{c}_high")
            place = y + (shape - 1) * 0.2
            if high.value is not None:
                chart.bar(sheet.fact(row, f"{c}_low"), high, place, shape, told, 1.4)
            chart.dot(sheet.fact(row, c), place, shape, shape, 4, told)
            if high.value is None:
                chart.more(sheet.fact(row, c), place, shape)
    return chart.html("EUR per month of the cheapest platform of each cloud")


def _table(rows: list[Row], sheet: Sheet) -> Html:
    body = []
    for r in rows:
        prices = [
            money(
                sheet.fact(r, c),
                sheet.fact(r, f"{c}_low"),
                sheet.fact(r, f"{c}_high"),
                bool(r[f"{c}_at_least"]),
                ".0f",
            )
            for c in COMMITMENTS
        ]
        body.append(
            [
                name(_title(r)),
                _stages(r, sheet),
                num(sheet.fact(r, "scenes"), "d"),
                num(sheet.fact(r, "share"), ".1%"),
                *prices,
                str(r["commitment"] or ""),
            ]
        )
    head = (
        "cloud, flavor",
        "stages",
        "vDS scenes",
        "kept",
        "EUR/month by the hour",
        "by the month",
        "for a year",
        "cheapest",
    )
    return table(head, body, range(1, 7))
