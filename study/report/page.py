"""The page: sections put together. Pure: what was found in, markup out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batch.report.html import STYLE as BASE
from infra.settings.model import Stack
from study.laws import Laws
from study.report.durations import Durations
from study.report.fact import Fact, Sheet
from study.report.html import Html, code, el, exempt, join, num, say
from study.report.sections.assumptions import assumptions
from study.report.sections.benchmarks import benchmarks
from study.report.sections.calibration import calibration
from study.report.sections.days import days, timely
from study.report.sections.quality import Impacts, quality, ratio_sheet
from study.report.sections.quality import finding as quality_finding
from study.report.sections.sizing import finding as size_finding
from study.report.sections.sizing import sizing
from study.report.sections.tradeoff import finding as price_finding
from study.report.sections.tradeoff import tradeoff

STYLE = Path(__file__).with_name("style.css")
#: The page loads nothing, and a browser that reads this lets it load nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
TITLE = "Sentinel-2 Level-1 on public clouds, by virtual datastrips"


@dataclass(frozen=True)
class Found:
    """All that the page tells. `laws`: of the bench, with the document that they were read from."""

    stacks: Mapping[str, Stack]
    laws: Laws
    laws_document: Mapping[str, Any]
    laws_file: str
    durations: Durations
    missing: Sequence[str]
    reality: Mapping[str, Any]
    known: Mapping[str, Any]
    impacts: Impacts | None
    command: str
    made: str
    time: Sheet
    fit: Sheet
    arrived: Sheet
    clouds: Sheet
    distribution: Sheet
    tradeoff: Sheet
    size: Sheet
    replay: Sheet
    errors: Sheet
    layer: Sheet

    @property
    def sheets(self) -> list[Sheet]:
        """The files of the page's folder."""
        own = [
            self.time,
            self.fit,
            self.arrived,
            self.clouds,
            self.distribution,
            self.tradeoff,
            self.size,
            self.replay,
            self.errors,
            self.layer,
        ]
        return [*own, ratio_sheet(self.impacts)] if self.impacts else own

    def asked(self, name: str) -> Fact:
        """A number of the arrivals' sheet."""
        return self.arrived.fact(self.arrived.row(quantity=name), "value")


def page(found: Found) -> str:
    """The whole document."""
    told = join(
        el("h1", TITLE),
        _asked(found),
        _answer(found),
        _contents(),
        benchmarks(2, found.laws, found.laws_document, found.laws_file, found.time, found.fit),
        days(3, found.arrived, found.clouds, found.distribution),
        tradeoff(4, found.tradeoff, found.stacks, found.durations),
        sizing(5, found.size, found.asked("hours asked"), found.asked("share asked")),
        calibration(6, found.replay, found.errors, found.layer, found.reality, found.arrived, found.known),
        quality(7, found.impacts),
    )
    rest = assumptions(8, found.stacks, found.durations, found.missing, found.sheets, told)
    foot = el("p", "Made by ", code(found.command), ", ", exempt("note", found.made), ".", class_="soft")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<link rel="icon" href="data:,">'
        f"<title>{TITLE}</title><style>{BASE}{STYLE.read_text(encoding='utf-8')}</style></head>"
        f"<body><main>{told}{rest}{foot}</main></body></html>\n"
    )


def _asked(found: Found) -> Html:
    return el(
        "p",
        say(
            "What was asked: can the Level-1 chain run on public OpenStack clouds, datastrips cut into "
            "virtual ones "
            "(vDS) that are processed side by side; how fast, for how much, on which of {n} clouds, and "
            "what does "
            "cutting cost in quality?",
            n=num(found.asked("clouds"), "d"),
        ),
    )


def _answer(found: Found) -> Html:
    """Five lines."""
    errors = found.errors
    whole = errors.row(quantity="wall")
    top = found.time.rows[0]
    lines = [
        join(
            "Timeliness. With ", num(found.asked("vCPU"), "d"), " vCPU in stages: ", timely(found.clouds), "."
        ),
        join("Size. ", size_finding(found.size), "."),
        join("Price. ", price_finding(found.tradeoff), "."),
        _quality_line(found),
        say(
            "Trust. A model of past operations predicts rows left out with an error of {mean} on the "
            "average, {most} at most. That is another model than the simulation, where {durations}. {today}"
            "Flavors marked ? have no known index. Of the time of our own IPFs {ipf} takes {share}.",
            durations=found.durations.sentence(),
            today="" if found.durations.text else "ESA's IPFs of today are not measured. ",
            mean=num(errors.fact(whole, "mean"), "%"),
            most=num(errors.fact(whole, "largest"), "%"),
            ipf=str(top["ipf"]),
            share=num(found.time.fact(top, "share"), "%"),
        ),
    ]
    head = el("h2", exempt("section", "1"), " ", "The answer in five lines")
    return el("section", head, el("ol", *(el("li", line) for line in lines), class_="answer"), id="answer")


def _quality_line(found: Found) -> Html:
    if found.impacts is None:
        return say("Quality. Not measured yet: see the section.")
    return join("Quality. ", quality_finding(found.impacts, ratio_sheet(found.impacts)), ".")


def _contents() -> Html:
    links = {
        "benchmarks": "Benchmarks",
        "days": "Days of two satellites",
        "price": "Performance versus price",
        "size": "Cheapest system",
        "calibration": "Calibration",
        "quality": "Quality",
        "sources": "Sources",
    }
    parts: list[Html | str] = []
    for slug, name in links.items():
        parts += [" · " if parts else "", el("a", name, href=f"#{slug}")]
    return el("nav", *parts)
