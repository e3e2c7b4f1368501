"""Days of two satellites on each flavor: timeliness, use, queues."""

from collections.abc import Mapping
from typing import Any

from study.report.fact import Fact, Sheet, constant
from study.report.html import Html, el, join, name, num, say
from study.report.scale import Scale, around
from study.report.sections.parts import WIDE, between, picture, section, table
from study.report.shapes import spread
from study.report.svg import Chart

Row = Mapping[str, Any]
SHARE = constant("study.report.sheets.tradeoff", "SHARE", told="the share that the study asks for")
CLASS = [
    constant("study.simulate.measure", "CLASSES_H", str(i), told="class of timeliness (STBD, OCD)")
    for i in (0, 1)
]


def days(number: int, arrived: Sheet, clouds: Sheet, distribution: Sheet) -> Html:
    """The section."""

    def fact(name: str) -> Fact:
        return arrived.fact(arrived.row(quantity=name), "value")

    every: list[Row] = list(clouds.rows)
    unknown = any(r["end"] != "known" for r in every)
    busiest = max(every, key=lambda r: float(r["slot_use"]))
    queued, quiet = (f(every, key=lambda r: float(r["wait_p95"])) for f in (max, min))
    return section(
        number,
        "days",
        "Days of two satellites",
        el(
            "p",
            say(
                "In {days} the two satellites bring down {strips} datastrips with {scenes} scenes, half "
                "of them "
                "within {latency} of the beginning of sensing. They go through the planner and the "
                "firing rule of "
                "production, transfers, failures and lost stages, on {vcpu} vCPU of each flavor, "
                "{stages} stages of the usual size.",
                days=num(fact("days"), "g", "d"),
                strips=num(fact("datastrips"), "d"),
                scenes=num(fact("scenes"), "d"),
                latency=num(fact("hours to reception"), ".2f", "h"),
                vcpu=num(fact("vCPU"), "d"),
                stages=num(fact("stages"), "d"),
            ),
        ),
        picture(
            timely(clouds),
            lambda w: _distribution(w, distribution),
            distribution,
            join(
                "Hours from the first line sensed to the L1C of the datastrip. ",
                say(
                    "Shaded: flavors of unknown index (marked ?), anywhere between the slowest and the "
                    "fastest known."
                )
                if unknown
                else "",
            ),
        ),
        picture(
            say(
                "Slots are busy at most {x} of the time, on {f}",
                x=num(clouds.fact(busiest, "slot_use"), "%"),
                f=_name(busiest),
            ),
            lambda w: _spans(w, clouds, ("stage_use", "slot_use"), "share of the paid time", True),
            clouds,
            "Dot: stages that hold a vDS; ring: slots that run an IPF. Bars: from the fastest to the "
            "slowest known.",
        ),
        picture(
            say(
                "Where slots are scarce vDS queue: at most {n} during {p} of the time on {f}, {m} on {g}",
                n=num(clouds.fact(queued, "wait_p95"), "d"),
                f=_name(queued),
                p=num(SHARE, "%"),
                m=num(clouds.fact(quiet, "wait_p95"), "d"),
                g=_name(quiet),
            ),
            lambda w: _spans(w, clouds, ("wait_p95", "wait_mean"), "vDS waiting for a stage", False),
            clouds,
            "Dot: not more than that during all but the worst twentieth of the time; ring: mean over time.",
        ),
        _table(clouds),
    )


def timely(clouds: Sheet) -> Html:
    """In a sentence: the share of the first class on the best and the worst flavor of known index."""
    every: list[Row] = list(clouds.rows)
    known = sorted((r for r in every if r["end"] == "known"), key=lambda r: -float(r["within_3h"]))
    if not known:
        return say("Timeliness, where no flavor has a known index")
    best, worst = known[0], known[-1]
    return say(
        "Within {h} of sensing {a} of the datastrips are L1C on {x}, {b} on {y}; within {d} {c} everywhere",
        h=num(CLASS[0], "g", "h"),
        a=num(clouds.fact(best, "within_3h"), ".1%"),
        x=_name(best),
        b=num(clouds.fact(worst, "within_3h"), ".1%"),
        y=_name(worst),
        d=num(CLASS[1], "g", "h"),
        c=num(min((clouds.fact(r, "within_24h") for r in clouds.rows), key=lambda f: f.value or 0), "%"),
    )


def _name(row: Row) -> Html:
    return name(_title(row))


def _title(row: Row) -> str:
    return f"{row['stack']} {row['flavor']}"


def _distribution(width: int, sheet: Sheet) -> Html:
    groups: dict[tuple[Any, Any], list[Row]] = {}
    every: list[Row] = list(sheet.rows)
    for row in every:
        groups.setdefault((row["vcpus"], row["speed"]), []).append(row)
    scale = Scale(0.3, max(30.0, max(float(r["hours"]) for r in every) * 1.1), True)
    chart = Chart(
        width,
        330,
        scale,
        Scale(0, 102),
        x_label="hours since sensing",
        left=42,
        right=14,
        y_label="% of the datastrips",
    )
    lines = {
        k: [(sheet.fact(r, "hours"), sheet.fact(r, "percent")) for r in rows] for k, rows in groups.items()
    }
    guessed = sorted((k for k, rows in groups.items() if "?" in str(rows[0]["flavors"])), key=lambda k: k[1])
    if len(guessed) > 1:
        chart.band(lines[guessed[0]], lines[guessed[-1]], f"{sheet.file}: *", 5)
    for at, label in zip(CLASS, ("first class", "second class"), strict=True):
        chart.limit(at, label)
    known = [k for k, rows in groups.items() if any("?" not in f for f in str(rows[0]["flavors"]).split())]
    known.sort(key=lambda k: float(lines[k][len(lines[k]) // 2][0].value or 0))
    places = spread([chart.py(52 - 9 * i) for i in range(len(known))], 15, 20, 290)
    for i, key in enumerate(known):
        chart.line(lines[key], f"{sheet.file}: *", i)
        chart.key(
            width - (150 if width == WIDE else 118),
            places[i],
            name(_flavors(groups[key][0]), "tspan"),
            i,
            line=True,
        )
    return chart.html("Share of datastrips that are L1C within so many hours of sensing")


def _flavors(row: Row) -> str:
    return ", ".join(f for f in str(row["flavors"]).split() if "?" not in f)


def _spans(width: int, sheet: Sheet, columns: tuple[str, str], label: str, percent: bool) -> Html:
    """A line per flavor: the two columns as dot and ring, bars between the ends of what is unknown."""
    names: dict[str, list[Row]] = {}
    for row in sheet.rows:
        names.setdefault(_title(row) + ("" if row["end"] == "known" else " ?"), []).append(row)
    every: list[Row] = list(sheet.rows)
    values = [float(r[c]) for r in every for c in columns]
    scale = Scale(0, 1.02) if percent else around([0.0, *values, 1.0], zero=True)
    left = 176 if width == WIDE else 140
    chart = Chart(
        width,
        22 * len(names) + 46,
        scale,
        names=[name(n, "tspan") for n in names],
        left=left,
        x_label=label,
        percent="x" if percent else "",
    )
    for y, (told, rows) in enumerate(names.items()):
        tone = 0 if len(rows) == 1 else 5
        for n, column in enumerate(columns):
            facts = sorted((sheet.fact(r, column) for r in rows), key=lambda f: f.value or 0)
            if len(facts) > 1:
                chart.bar(facts[0], facts[-1], y, tone, told, thick=4 if n == 0 else 1.5)
            for f in facts:
                chart.dot(f, y, tone, 0 if n == 0 else 7, 4, told)
    return chart.html(label)


def _table(sheet: Sheet) -> Html:
    """A row per flavor: from the slowest to the fastest where the index is unknown."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in sheet.rows:
        groups.setdefault((str(row["stack"]), str(row["flavor"])), []).append(row)
    rows = []
    for (stack, flavor), mine in groups.items():

        def ends(column: str, form: str, mine: list[Row] = mine) -> Html:
            return between([sheet.fact(r, column) for r in mine], form)

        rows.append(
            [
                name(stack),
                name(flavor + ("" if len(mine) == 1 else " ?")),
                num(sheet.fact(mine[0], "stages"), "d"),
                ends("within_3h", ".1%"),
                ends("within_24h", ".1%"),
                ends("p50_h", ".2f"),
                ends("p95_h", ".2f"),
                ends("slot_use", "%"),
            ]
        )
    head = (
        "cloud",
        "flavor",
        "stages",
        join("in ", num(CLASS[0], "g", "h")),
        join("in ", num(CLASS[1], "g", "h")),
        "median h",
        join(num(SHARE, "%"), " in h"),
        "slots used",
    )
    return table(head, rows, range(2, 8))
