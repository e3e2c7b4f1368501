"""How far the simulation may be trusted."""

from collections.abc import Mapping
from typing import Any

from study.report.fact import STEP, Fact, Sheet, constant, held
from study.report.html import Html, code, el, join, num, quote, say
from study.report.scale import around
from study.report.sections.parts import picture, section, table
from study.report.svg import Chart

REALITY = "study/data/reality.json"
KNOWN = "study/data/known.yaml"
QUANTITIES = {"l0c": "L0c", "l1ab": "L1AB", "l1c": "L1C", "wall": "L0c to L1C"}


def calibration(
    number: int,
    replay: Sheet,
    errors: Sheet,
    layer: Sheet,
    reality: Mapping[str, Any],
    arrived: Sheet,
    known: Mapping[str, Any],
) -> Html:
    """The section."""
    whole = errors.row(quantity="wall")
    return section(
        number,
        "calibration",
        "The simulation against reality",
        picture(
            say(
                "Past operations are predicted within {mean} on the average, {most} at most, on rows "
                "left out",
                mean=num(errors.fact(whole, "mean"), "%"),
                most=num(errors.fact(whole, "largest"), "%"),
            ),
            lambda w: _replay(w, replay),
            replay,
            say(
                "The ground segment of {day}: each row predicted by a model calibrated on the others "
                "(the line of "
                "L0c has seen them all).",
                day=quote("2018-07-21", "study/simulate/pdgs_2018_laws.yaml: source > date"),
            ),
        ),
        _errors(errors),
        picture(
            say(
                "The makespan of the same jobs on the real layer is {off} off the simulated one; orders of "
                "completion correlate with {r}",
                off=num(held(reality, REALITY, "difference_percent"), "+.1f", "%"),
                r=num(held(reality, REALITY, "rank_correlation"), ".3f"),
            ),
            lambda w: _layer(w, layer),
            layer,
            say(
                "{n} vDS on {stages} stages of {slots} slots, through Redis, Celery workers and ledger "
                "with IPFs "
                "that sleep for {scale} of their laws' time. Makespan: {real} against {simulated}.",
                n=num(held(reality, REALITY, "vds"), "d"),
                stages=num(held(reality, REALITY, "stages"), "d"),
                slots=num(held(reality, REALITY, "slots"), "d"),
                scale=num(held(reality, REALITY, "scale"), "%"),
                real=num(held(reality, REALITY, "real_s"), "d", "s"),
                simulated=num(held(reality, REALITY, "simulated_s"), "d", "s"),
            ),
        ),
        el("h3", "Statistics of the days, beside what is known of the constellation"),
        _known(arrived, known),
    )


def _errors(sheet: Sheet) -> Html:
    rows = [
        [
            QUANTITIES[str(r["quantity"])],
            num(sheet.fact(r, "rows"), "d"),
            num(sheet.fact(r, "mean"), "%"),
            num(sheet.fact(r, "largest"), "%"),
        ]
        for r in sheet.rows
    ]
    return table(("", "rows", "mean error", "largest error"), rows, range(1, 4))


def _replay(width: int, sheet: Sheet) -> Html:
    values = [float(r[c] or 1) for r in sheet.rows for c in ("measured_s", "predicted_s")]
    scale = around(values, log=True)
    chart = Chart(
        width,
        340,
        scale,
        scale,
        x_label="measured, s",
        y_label="predicted, s",
        left=48,
    )
    chart.diagonal()
    for tone, (quantity, label) in enumerate(QUANTITIES.items()):
        for row in sheet.where(quantity=quantity):
            told = f"{label}, {row['scenes']} scenes at {row['centre']}"
            chart.dot(sheet.fact(row, "measured_s"), sheet.fact(row, "predicted_s"), tone, tone, 4.2, told)
        chart.key(64, 44 + 16 * tone, label, tone)
    chart.label(
        width - 16, chart.height - chart.bottom - 8, "below the line: predicted too short", anchor="end"
    )
    return chart.html("Predicted against measured duration of past operations")


def _layer(width: int, sheet: Sheet) -> Html:
    values = [float(r[c] or 0) for r in sheet.rows for c in ("simulated_s", "real_s")]
    scale = around(values, zero=True)
    chart = Chart(
        width, 300, scale, scale, x_label="simulated end of a vDS, s", y_label="real end, s", left=52
    )
    chart.diagonal()
    for row in sheet.rows:
        chart.dot(sheet.fact(row, "simulated_s"), sheet.fact(row, "real_s"), 0, 0, 4.5, str(row["vds"]))
    return chart.html("When each vDS ended, in the simulation and on the real layer")


def _known(arrived: Sheet, known: Mapping[str, Any]) -> Html:
    rows = []
    pairs = {
        "scenes_per_day": ("scenes per day", say("scenes per day"), ".0f"),
        "datastrips_per_day": ("datastrips per day", say("datastrips per day"), ".0f"),
        "scenes_of_a_datastrip": ("scenes of a datastrip", say("scenes of a datastrip, mean"), ".0f"),
        "short_datastrips": (
            "short datastrips",
            say("datastrips of less than {n} scenes", n=num(_short(), "d")),
            "%",
        ),
    }
    for key, (quantity, label, form) in pairs.items():
        low, high = (held(known, KNOWN, key, end, told=known[key]["source"]) for end in ("low", "high"))
        rows.append(
            [
                label,
                num(arrived.fact(arrived.row(quantity=quantity), "value"), form),
                join(num(low, form), "–", num(high, form)),
                quote(known[key]["source"], f"{KNOWN}: {key}{STEP}source"),
            ]
        )
    return join(
        table(("", "simulated", "known", "from where"), rows, (1, 2)),
        el(
            "p",
            say("Ranges as in {file}; the simulated days are those of this page.", file=code(KNOWN)),
            class_="soft",
        ),
    )


def _short() -> Fact:
    return constant("study.report.sheets.days", "SHORT_SCENES", told="as known.yaml counts short datastrips")
