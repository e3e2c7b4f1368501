"""The chart: EUR per datastrip against time to L1C, per flavor and number of stages."""

from collections.abc import Mapping, Sequence
from typing import Any

from infra.settings.model import Stack
from study.report.durations import Durations
from study.report.fact import Fact, Sheet, constant
from study.report.html import Html, el, join, name, num, say
from study.report.scale import Scale, around
from study.report.sections.parts import NARROW, WIDE, beside, money, section, table
from study.report.sheets.tradeoff import HOURS_DIGITS
from study.report.svg import Chart

Row = Mapping[str, Any]
LATE = constant("study.simulate.measure", "CLASSES_H", "1", told="second class of timeliness (STBD, OCD)")
HOURS = f".{HOURS_DIGITS}f"
_PANEL = 276


def tradeoff(number: int, sheet: Sheet, stacks: Mapping[str, Stack], durations: Durations) -> Html:
    """The section: a panel per cloud on the same axes, the known front in each."""
    front = front_of(sheet)
    axes = _axes(sheet.rows)
    shown = [s for s in stacks if any(r["stack"] == s for r in sheet.rows)]
    measured = [s for s in shown if any(r["end"] == "known" for r in sheet.rows if r["stack"] == s)]
    guessed = [s for s in shown if s not in measured]

    def panels(names: Sequence[str], width: int, height: int) -> list[Html]:
        return [_panel(width, height, stacks[s].cloud.title, s, sheet, axes, front) for s in names]

    return section(
        number,
        "price",
        "Performance versus price",
        el(
            "p",
            say(
                "EUR per datastrip against the hours since sensing within which {share} of the L1C are "
                "there. "
                "Each mark is a flavor with a number of stages (the first and last are written where the "
                "index "
                "is known), rented in the cheapest way whose price is known.",
                share=num(constant("study.report.sheets.tradeoff", "SHARE"), "%"),
            ),
        ),
        el("h3", finding(sheet)),
        el(
            "figure",
            el(
                "div",
                *panels(measured, WIDE, 400),
                el("div", *panels(guessed, _PANEL, 250), class_="panels"),
                class_="wide",
            ),
            el("div", *panels([*measured, *guessed], NARROW, 330), class_="narrow"),
            el(
                "figcaption",
                say(
                    "Bars: prices from their lower to their upper bound, an arrow where a part has no known "
                    "price; times by the mean error of the replay of past operations. That is the error of "
                    "another model; {durations}: no bar holds this. Shaded: index unknown, anywhere "
                    "between the slowest and the fastest flavor known. Broad grey line, in all panels: the "
                    "front of what is known, nothing known is both faster and cheaper; hours are rounded to "
                    "{digit} decimal for it, so that of two as fast the cheaper one stays. What needs "
                    "{late} or more is not drawn.",
                    digit=num(constant("study.report.sheets.tradeoff", "HOURS_DIGITS"), "d"),
                    late=num(LATE, "g", "h"),
                    durations=durations.sentence(),
                ),
            ),
            beside(sheet),
        ),
        el("h3", "On the front"),
        _table(front, sheet, stacks),
    )


def finding(sheet: Sheet) -> Html:
    """In a sentence: which flavors are on the front, from where to where."""
    front = front_of(sheet)
    if not front:
        return say("No flavor has a known index and known prices: there is no front")
    flavors = list(dict.fromkeys(f"{r['stack']} {r['flavor']}" for r in front))
    fastest, cheapest = front[0], min(front, key=lambda r: float(r["eur"]))
    return say(
        "Best value of what is known: {names}, from {a} per datastrip at {t} to {b} at {u}",
        names=name(" and ".join(flavors)),
        a=num(sheet.fact(cheapest, "eur"), ".2f", "EUR"),
        t=num(sheet.fact(cheapest, "hours"), HOURS, "h"),
        b=num(sheet.fact(fastest, "eur"), ".2f", "EUR"),
        u=num(sheet.fact(fastest, "hours"), HOURS, "h"),
    )


def _axes(rows: Sequence[Row]) -> tuple[Scale, Scale]:
    shown = [r for r in rows if _in_time(r)]
    hours = [float(r[c]) for r in shown for c in ("hours_low", "hours_high")]
    prices = [float(r[c]) for r in rows for c in ("eur", "eur_high") if r[c] is not None]
    return around(hours, log=True, margin=0.12), around(prices, log=True, margin=0.12)


def _panel(
    width: int,
    height: int,
    title: str,
    stack: str,
    sheet: Sheet,
    axes: tuple[Scale, Scale],
    front: Sequence[Row],
) -> Html:
    chart = Chart(
        width, height, *axes, x_label="hours to L1C", y_label="EUR per datastrip", left=38, right=10
    )
    chart.line([_point(sheet, r) for r in front], f"{sheet.file}: *", 5, "guide")
    flavors = list(dict.fromkeys(str(r["flavor"]) for r in sheet.rows if r["stack"] == stack))
    labels: list[tuple[float, str, int]] = []
    for tone, flavor in enumerate(flavors):
        mine = [r for r in sheet.rows if r["stack"] == stack and r["flavor"] == flavor and _in_time(r)]
        known = [r for r in mine if r["end"] == "known"]
        if known:
            _known(chart, sheet, known, tone)
            last = known[-1]
        else:
            _unknown(chart, sheet, mine, tone)
            last = next((r for r in reversed(mine) if r["eur"] is not None), {})
        if last:
            labels.append((chart.py(float(last["eur"] or 0)), flavor + ("" if known else " ?"), tone))
    for i, (_, label, tone) in enumerate(sorted(labels)):
        chart.key(width - 104, 36 + 14 * i, name(label, "tspan"), tone, dash=label.endswith(" ?"))
    return el("div", el("h4", name(title)), chart.html(f"{title}: EUR per datastrip against hours to L1C"))


def _in_time(row: Row) -> bool:
    """Whether it keeps the second class."""
    return row["hours"] is not None and float(row["hours"]) < (LATE.value or 0)


def _point(sheet: Sheet, row: Row) -> tuple[Fact, Fact]:
    return sheet.fact(row, "hours"), sheet.fact(row, "eur")


def _known(chart: Chart, sheet: Sheet, rows: Sequence[Row], tone: int) -> None:
    chart.line([_point(sheet, r) for r in rows], f"{sheet.file}: *", tone)
    for n, row in enumerate(rows):
        x, y = _point(sheet, row)
        told = f"{row['flavor']}, {row['stages']} stages, rented by the {row['commitment']}"
        high = Fact(None, y.source) if row["eur_at_least"] else sheet.fact(row, "eur_high")
        chart.pole(x, sheet.fact(row, "eur_low"), high, tone, told)
        chart.bar(sheet.fact(row, "hours_low"), sheet.fact(row, "hours_high"), y, tone, told, 1.2)
        chart.dot(x, y, tone, tone, 3.6, told)
        if n in (0, len(rows) - 1):
            chart.beside(chart.px(x.value or 0), chart.py(y.value or 0), sheet.fact(row, "stages"), tone)


def _unknown(chart: Chart, sheet: Sheet, rows: Sequence[Row], tone: int) -> None:
    slow, fast = ([r for r in rows if r["end"] == e and r["eur"] is not None] for e in ("slowest", "fastest"))
    if slow and fast:
        chart.band(
            [_point(sheet, r) for r in slow], [_point(sheet, r) for r in fast], f"{sheet.file}: *", tone
        )
    for side in (slow, fast):
        chart.line([_point(sheet, r) for r in side], f"{sheet.file}: *", tone, "dash")
        for row in side:
            x, y = _point(sheet, row)
            told = f"{row['flavor']}, {row['stages']} stages, {row['end']} speed that is known of any flavor"
            high = Fact(None, y.source) if row["eur_at_least"] else sheet.fact(row, "eur_high")
            chart.pole(x, sheet.fact(row, "eur_low"), high, tone, told)


def _table(front: Sequence[Row], sheet: Sheet, stacks: Mapping[str, Stack]) -> Html:
    rows = [
        [
            name(str(r["stack"])),
            name(str(r["flavor"])),
            num(sheet.fact(r, "stages"), "d"),
            num(sheet.fact(r, "hours"), HOURS),
            join(num(sheet.fact(r, "hours_low"), HOURS), "–", num(sheet.fact(r, "hours_high"), HOURS)),
            money(
                sheet.fact(r, "eur"),
                sheet.fact(r, "eur_low"),
                sheet.fact(r, "eur_high"),
                bool(r["eur_at_least"]),
            ),
            str(r["commitment"]),
        ]
        for r in front
    ]
    head = ("cloud", "flavor", "stages", "hours to L1C", "their range", "EUR per datastrip", "rented by")
    return table(head, rows, range(2, 6))


def front_of(sheet: Sheet) -> list[Row]:
    """The rows on the front, the fastest first."""
    return sorted((r for r in sheet.rows if r["front"] == 1), key=lambda r: float(r["hours"] or 0))
