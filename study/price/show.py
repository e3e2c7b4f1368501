"""Prices as tables for people and as documents for programs."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from infra.settings.model import Figure, Stack
from study.price.bounds import Bounds, number, total
from study.price.compare import Row
from study.price.items import COMMITMENTS, HOURS_PER_MONTH, items, per_hour, rates

SPANS = {"hour": 1.0, "day": 24.0, "month": HOURS_PER_MONTH}
_STATUS = {"measured": "green", "list": "", "estimate": "yellow", "unknown": "red"}
_RENT = {"hour": "by the hour", "month": "by the month", "year": "committed for a year"}


def document(name: str, stack: Stack, stages: int | None) -> dict[str, Any]:
    """Everything for JSON."""
    commitments = {}
    for commitment in COMMITMENTS:
        lines = items(stack, commitment, stages)
        whole = total(i.hour for i in lines)
        commitments[commitment] = {
            "items": [
                {
                    "what": i.what, "quantity": i.quantity, "unit": i.unit, "per": i.per,
                    **{f"eur_{span}": (i.hour * hours).document() for span, hours in SPANS.items()},
                    "figure": i.figure.model_dump(mode="json"),
                }
                for i in lines
            ],
            **{f"eur_{span}": (whole * hours).document() for span, hours in SPANS.items()},
        }  # fmt: skip
    return {
        "stack": name,
        "title": stack.cloud.title,
        "state": stack.cloud.status,
        "stages": stack.servers.stage.count if stages is None else stages,
        "commitment": stack.servers.stage.commitment,
        "currency": "EUR without VAT",
        "commitments": commitments,
        "rates": [
            {"what": r.what, "unit": r.unit, "figure": r.figure.model_dump(mode="json")} for r in rates(stack)
        ],
    }


def show(console: Console, name: str, stack: Stack, stages: int | None) -> None:
    """One stack: the items by the hour, the totals for each commitment, the rates, the sources."""
    count = stack.servers.stage.count if stages is None else stages
    console.print(
        f"[bold]{stack.cloud.title}[/] (stack {name}, {stack.cloud.status}), {count} stages; EUR without VAT"
    )
    sources = _Sources()
    table = Table("item", "quantity", "EUR each", "EUR/h", "EUR/day", "EUR/month", "status", "", box=None)
    for item in items(stack, "hour", stages):
        each = "unknown" if item.figure.value is None else f"{number(item.figure.value)}/{item.per}"
        table.add_row(
            item.what,
            f"{item.quantity:g}",
            each,
            *(str(item.hour * hours) for hours in SPANS.values()),
            _status(item.figure),
            sources.mark(item.figure),
        )
    console.print(table)
    console.print()
    totals = Table("servers rented", "EUR/h", "EUR/day", "EUR/month", box=None)
    for commitment in COMMITMENTS:
        whole = per_hour(stack, commitment, stages)
        chosen = " (servers.stage.commitment)" if commitment == stack.servers.stage.commitment else ""
        totals.add_row(_RENT[commitment] + chosen, *(_total(whole * hours) for hours in SPANS.values()))
    console.print(totals)
    console.print()
    by_use = Table("paid by use", "EUR", "per", "status", "", box=None)
    for rate in rates(stack):
        value = "unknown" if rate.figure.value is None else number(rate.figure.value)
        by_use.add_row(rate.what, value, rate.unit, _status(rate.figure), sources.mark(rate.figure))
    console.print(by_use)
    for commitment in ("month", "year"):
        for item in items(stack, commitment, stages):
            if item.unit == "server":
                sources.mark(item.figure)
    sources.print(console)


def show_rows(console: Console, found: Sequence[Row]) -> None:
    """Clouds side by side."""
    table = Table(
        "cloud", "flavor", "vCPU", "GB", "EUR/h", "committed EUR/h", "", "index", "EUR/h per index",
        "committed", "status", "", box=None,
    )  # fmt: skip
    sources = _Sources()
    for row in found:
        cheapest = row.figures[row.commitment] if row.commitment else row.figures["month"]
        marks = (sources.mark(f) for f in (row.figures["hour"], cheapest, row.perf_index))
        table.add_row(
            row.stack + (f" ({row.state})" if row.state != "live" else ""),
            row.flavor + ("*" if row.stage else ""),
            str(row.vcpus),
            f"{row.ram_gb:g}",
            str(row.on_demand),
            str(row.committed),
            row.commitment,
            _index(row.perf_index),
            str(row.per_performance(row.on_demand)),
            str(row.per_performance(row.committed)),
            _status(row.figures["hour"]),
            " ".join(dict.fromkeys(marks)),
        )
    console.print(table)
    console.print(
        "* the stages' flavor; index: Geekbench 6 multi-core, OVH c2-60 = 1; EUR without VAT", style="dim"
    )
    sources.print(console)


def rows_document(found: Sequence[Row]) -> list[Mapping[str, Any]]:
    """The comparison for JSON."""
    return [row.document() for row in found]


class _Sources:
    """Numbers the sources, so that a table stays narrow."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def mark(self, figure: Figure) -> str:
        date = f", {figure.date.isoformat()}" if figure.date else ""
        number_ = self.numbers.setdefault(f"{figure.source}{date}", len(self.numbers) + 1)
        return f"\\[{number_}]"

    def print(self, console: Console) -> None:
        for text, mark in self.numbers.items():
            console.print(f"\\[{mark}] ", style="dim", end="")
            console.print(text, style="dim", markup=False)


def _status(figure: Figure) -> str:
    colour = _STATUS[figure.status]
    return f"[{colour}]{figure.status}[/]" if colour else figure.status


def _total(bounds: Bounds) -> str:
    return str(bounds).replace("≥", "at least")


def _index(figure: Figure) -> str:
    if figure.value is not None:
        return f"{figure.value:g}"
    if figure.low is not None and figure.high is not None:
        return f"unknown ({figure.low:g}–{figure.high:g})"
    return "unknown"
