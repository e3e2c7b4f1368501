"""Laws per IPF, with their uncertainty; what is poorly known is named."""

from collections.abc import Mapping
from typing import Any

from study.laws import Laws
from study.laws.model import FEW, POOR, TERMS
from study.report.fact import STEP, Sheet, constant, held
from study.report.html import Html, code, el, join, num, quote, say
from study.report.scale import Scale, around
from study.report.sections.parts import WIDE, picture, section, table
from study.report.svg import Chart

HEADS = ("fixed s", "per scene", "per tile", "per Mpixel", "per Mpixel with data")


def benchmarks(
    number: int, laws: Laws, document: Mapping[str, Any], file: str, time: Sheet, fit: Sheet
) -> Html:
    """The section; `document`: the law file as it was read, `file` its name."""
    most = time.rows[:3]
    few = [k for k, law in laws.laws.items() if law.quality in (POOR, FEW)]
    scenes = num(constant("study.bench.show", "TYPICAL_SCENES"), "d")
    first = say(
        "{a} takes {x} of the CPU time of a vDS, {b} {y}, {c} {z}",
        a=str(most[0]["ipf"]),
        b=str(most[1]["ipf"]),
        c=str(most[2]["ipf"]),
        x=num(time.fact(most[0], "share"), "%"),
        y=num(time.fact(most[1], "share"), "%"),
        z=num(time.fact(most[2], "share"), "%"),
    )
    worst = max(fit.rows, key=lambda r: max(float(r["most"] or 0), 1 / max(float(r["least"] or 1), 1e-9)))
    second = say(
        "Measured sizes lie around their laws; the farthest off is {name}, whose sizes took {a} to {b} times "
        "the law",
        name=_label(str(worst["scope"]), str(worst["ipf"])),
        a=num(fit.fact(worst, "least"), ".2f"),
        b=num(fit.fact(worst, "most"), ".2f"),
    )
    return section(
        number,
        "benchmarks",
        "How long does an IPF take?",
        el(
            "p",
            say(
                "Every IPF of the chain was run alone, many times, on units of several sizes; through "
                "its CPU seconds "
                "goes a law with a fixed part and parts per scene, tile and Mpixel. These are the kit's "
                "reference IPFs, "
                "not ESA's: {command} measures those in the same way, where their images are.",
                command=code("vds bench --runner docker"),
            ),
        ),
        picture(
            first,
            lambda w: _time(w, time),
            time,
            say(
                "CPU hours of all runs of an IPF in a vDS of {scenes} scenes at full resolution; bars: "
                "uncertainty "
                "of the fit ({z} standard errors). Measured at coarser scales: what is beyond them may "
                "be off by a "
                "factor of two.",
                scenes=scenes,
                z=num(constant("study.laws.model", "Z95"), ".2f"),
            ),
        ),
        picture(
            second,
            lambda w: _fit(w, fit),
            fit,
            "Measured CPU seconds over the law: dot, median of the sizes; bar, from the least to the "
            "largest. DS: the assembly.",
        ),
        el("h3", _poor(few, laws, file)),
        _table(laws, document, file),
    )


def _label(scope: str, name: str) -> str:
    return name if scope == "vds" else f"{name} (assembly)"


def _poor(few: list[tuple[str, str]], laws: Laws, file: str) -> Html:
    poor = [k for k in few if laws.laws[k].quality == POOR]
    scarce = [k for k in few if laws.laws[k].quality == FEW]
    words = say("No fit is poor") if not poor else say("Poor fits: {names}", names=_names(poor))
    if scarce:
        words = join(
            words, say("; measured in too few sizes to tell their terms apart: {n}", n=_names(scarce))
        )
    return words


def _names(keys: list[tuple[str, str]]) -> str:
    return ", ".join(_label(*k) for k in keys)


def _time(width: int, sheet: Sheet) -> Html:
    rows = [r for r in sheet.rows if float(r["share"] or 0) >= 0.001]
    ends = [float(r[c] or 0) for r in rows for c in ("cpu_h", "high_h")]
    low = max(1e-3, min(float(r["cpu_h"] or 1) for r in rows) / 2)
    chart = Chart(
        width,
        24 * len(rows) + 46,
        Scale(low, max(ends) * 1.2, True),
        names=[str(r["ipf"]) for r in rows],
        left=_left(width),
        x_label="CPU hours in a vDS",
    )
    for y, row in enumerate(rows):
        told = str(row["ipf"])
        chart.bar(sheet.fact(row, "low_h"), sheet.fact(row, "high_h"), y, 0, told)
        chart.dot(sheet.fact(row, "cpu_h"), y, 0, 0, 4, told)
    return chart.html("CPU hours of each IPF in a virtual datastrip")


def _fit(width: int, sheet: Sheet) -> Html:
    rows = sheet.rows
    scale = around([float(r[c] or 1) for r in rows for c in ("least", "most")], log=True)
    chart = Chart(
        width,
        20 * len(rows) + 46,
        scale,
        names=[str(r["ipf"]) if r["scope"] == "vds" else f"DS {r['ipf']}" for r in rows],
        left=_left(width, 26),
        x_label="measured ÷ law",
    )
    chart.guide(1.0)
    for y, row in enumerate(rows):
        tone = 0 if row["scope"] == "vds" else 1
        told = _label(str(row["scope"]), str(row["ipf"]))
        chart.bar(sheet.fact(row, "least"), sheet.fact(row, "most"), y, tone, told)
        chart.dot(sheet.fact(row, "middle"), y, tone, 0, 3.5, told)
    return chart.html("How far measured times are from the laws")


def _left(width: int, signs: int = 24) -> int:
    return round(signs * (7.1 if width == WIDE else 6.9))


def _table(laws: Laws, document: Mapping[str, Any], file: str) -> Html:
    rows = []
    for (scope, name), law in laws.laws.items():
        key = f"{scope}/{name}"

        def cell(term: str, key: str = key, law: Any = law) -> Html | str:
            if not getattr(law, term):
                return "–"
            low, high = law.low.get(term), law.high.get(term)
            value = num(held(document, file, "laws", key, term), ".3g")
            if low is None or high is None:
                return value
            return say(
                "{v} ({a}–{b})",
                v=value,
                a=num(held(document, file, "laws", key, "low", term), ".2g"),
                b=num(held(document, file, "laws", key, "high", term), ".2g"),
            )

        fit = quote(law.quality, f"{file}: laws{STEP}{key}{STEP}quality")
        rows.append(
            [
                _label(scope, name),
                *(cell(t) for t in TERMS),
                num(held(document, file, "laws", key, "sd"), "%"),
                num(held(document, file, "laws", key, "memory_mb"), ".0f"),
                num(held(document, file, "laws", key, "n"), "d"),
                el("span", fit, class_="bad") if law.quality in (POOR, FEW) else fit,
            ]
        )
    head = ("IPF", *HEADS, "spread", "peak MB", "runs", "fit")
    return join(
        table(head, rows, range(1, 9)),
        el(
            "p",
            say("CPU seconds of one run; in brackets the interval of {file}.", file=code(file)),
            class_="soft",
        ),
    )
