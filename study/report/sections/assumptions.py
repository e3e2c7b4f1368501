"""Everything that was taken for granted, and every source."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from infra.settings.model import Stack
from study.report.assumed import ASSUMPTIONS
from study.report.durations import COPY, Durations
from study.report.fact import Fact, Sheet, priced
from study.report.html import Html, apart, code, el, exempt, join, name, num, quote, say
from study.report.sections.parts import section, table
from study.simulate.clouds import LEAST_VCPUS

_FIGURES = {"hour": "hour", "month": "month", "year": "year", "perf_index": "performance"}


def assumptions(
    number: int,
    stacks: Mapping[str, Stack],
    durations: Durations,
    missing: Sequence[str],
    sheets: Sequence[Sheet],
    page_so_far: Html,
) -> Html:
    """The section; `page_so_far` is what came before, whose sources are counted."""
    return section(
        number,
        "sources",
        "Assumptions and sources",
        el("h3", "What was assumed"),
        _assumed(),
        el("h3", "Prices and performance of the flavors"),
        el(
            "p",
            "EUR without VAT; performance is GeekBench multi-core, relative to the reference flavor. "
            "Each as its stack file has it; unknown stays unknown.",
            class_="soft",
        ),
        _prices(stacks),
        el("h3", "Durations of the IPFs in the simulation"),
        el("p", durations.all(), " ", _missing(missing)),
        el("h3", "Files"),
        el(
            "p",
            say(
                "Each number above is underlined with dots or in a table or chart: pointing at it shows "
                "its file "
                "and key. These are the files, with how many numbers and marks come from each."
            ),
            class_="soft",
        ),
        _files(page_so_far, sheets),
    )


def _missing(names: Sequence[str]) -> Html:
    if not names:
        return say("Each IPF has a law.")
    return say("No time is known of {names}: they take none.", names=", ".join(names))


def _assumed() -> Html:
    rows = [
        [
            a.what,
            join(_numbers(a.groups()), " ", a.unit),
            a.basis,
            a.why,
            code(f"{a.module}: {'.'.join(a.names)}"),
        ]
        for a in ASSUMPTIONS
    ]
    return table(("what", "number", "basis", "because", "where"), rows, (1,))


def _numbers(groups: Sequence[Sequence[Fact]]) -> Html:
    told = [apart(", ", [num(f, "g") for f in facts]) for facts in groups]
    return apart("; ", told)


def _prices(stacks: Mapping[str, Stack]) -> Html:
    rows, notes = [], []
    for stack_name, stack in stacks.items():
        for flavor, price in stack.price.flavors.items():
            if price.vcpus < LEAST_VCPUS:
                continue
            facts = {k: priced(getattr(price, k), stack_name, "flavors", flavor, k) for k in _FIGURES}
            title = f"{stack.cloud.title} ({stack.cloud.status})"
            rows.append([name(title), name(flavor), *(num(fact, ".4g") for fact in facts.values())])
            said = "; ".join(f"{_FIGURES[k]}: {fact.told}" for k, fact in facts.items())
            where = f"Pulumi.{stack_name}.yaml: config > vds:price > flavors > {flavor}"
            notes.append(el("li", el("b", name(f"{stack_name} {flavor}")), ": ", quote(f"{said}.", where)))
    head = ("cloud", "flavor", "EUR/h", "EUR/month", "EUR/month for a year", "performance")
    return join(table(head, rows, range(2, 6)), el("ul", *notes, class_="soft"))


def _files(page: Html, sheets: Sequence[Sheet]) -> Html:
    sources = re.findall(r"data-source=[\"']([^\"']*)[\"']", page)
    counted = Counter(s.split(": ")[0] for all_of in sources for s in all_of.split(" | "))
    own = {s.file: s for s in sheets}
    rows = []
    for file, count in sorted(counted.items(), key=lambda i: (i[0] in own, i[0])):
        about = f"beside this page; made by {own[file].how}" if file in own else _about(file)
        rows.append([code(file), exempt("note", str(count)), exempt("command", about)])
    return table(("file", "numbers", "what"), rows, (1,))


def _about(file: str) -> str:
    if file.startswith("Pulumi."):
        return "stack file: prices and indexes, each with status, date and source"
    return {
        COPY: "beside this page; the law file that was given: durations of the simulation",
        "study/data/laws.yaml": "laws of the reference IPFs, fitted by vds bench to study/data/bench.csv",
        "study/data/reality.json": "a run on the real layer: python -m benchmarks.reality",
        "study/data/known.yaml": "what is known of the constellation's days, with sources",
        "study/data/impacts.json": "measured impacts of cutting: docs/quality.md",
    }.get(
        file,
        "an assumption or a setting, by its name in the code" if file.endswith(".py") else "measurement file",
    )
