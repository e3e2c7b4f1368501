"""Impacts of one comparison, as a document and for people."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from study.quality import metadata
from study.quality.compare import products
from study.quality.impacts import impacts


def document(a: Path, b: Path, truth: Path | None) -> dict[str, Any]:
    """`impacts` and `metadata` of `vds compare --impacts --json`."""
    mine, other = products(a), products(b)
    fields, compared = metadata.differing([(mine[t], other[t]) for t in sorted(mine.keys() & other.keys())])
    return {
        "impacts": [asdict(one) for one in impacts(a, b, truth)],
        "metadata": [asdict(one) for one in fields],
        "metadata_compared": compared,
    }


def show_impacts(found: dict[str, Any], console: Console | None = None) -> None:
    """One line per measure and unit with its value everywhere, at the cuts and inside; then the fields."""
    console = console or Console()
    wheres = ("all", "cuts", "inside")
    table = Table(title="Impacts on B", title_justify="left")
    for title in ("measure", "unit", *wheres, "asked"):
        left = title in ("measure", "unit")
        table.add_column(title, justify="left" if left else "right", no_wrap=title == "measure")
    rows: dict[tuple[str, str, float | None], dict[str, float]] = {}
    for one in found["impacts"]:
        rows.setdefault((one["measure"], one["unit"], one["tolerance"]), {})[one["where"]] = one["value"]
    for (measure, unit, asked), values in rows.items():
        cells = [f"{values[where]:.4g}" if where in values else "" for where in wheres]
        table.add_row(measure, unit, *cells, "" if asked is None else f"{asked:g}")
    console.print(table)
    if found["metadata"]:
        fields = Table(title="Metadata that differ", title_justify="left")
        for title in ("file", "field", "products", "A", "B"):
            fields.add_column(title, overflow="fold", min_width=20 if title == "field" else None)
        for one in found["metadata"]:
            fields.add_row(*(str(one[key]) for key in ("file", "path", "products", "a", "b")))
        console.print(fields)
