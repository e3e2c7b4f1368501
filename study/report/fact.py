"""Numbers that know where they come from, and the sheets that hold what was computed.

A source is written `FILE: KEY > KEY > …` and can be looked up (`study/report/trace.py` does):

* `study/data/laws.yaml: laws > vds/DECOMP > fixed_s`: a measurement file or a stack file, by its keys;
* `study-data/clouds.csv: ovh / c2-60 > p95_h`: a sheet beside the page, by its row and column;
* `study/simulate/model.py: Platform > nic`: an assumption, by the name that it has in the code.
"""

import csv
import importlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from infra.settings.model import Figure

STEP = " > "
_JOIN = " / "
Cell = float | int | str | None


@dataclass(frozen=True)
class Fact:
    """`value` (None: unknown) and where it is written; `told`: what is said of it there, for people."""

    value: float | None
    source: str
    told: str = ""

    def __post_init__(self) -> None:
        if ": " not in self.source:
            raise ValueError(f"{self.source!r} is no source: FILE: KEY was expected")


@dataclass(frozen=True)
class Sheet:
    """A table of the page's folder. `key`: the columns that name a row; `how`: made how, from what."""

    file: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    rows: tuple[Mapping[str, Cell], ...]
    how: str

    def __post_init__(self) -> None:
        if tuple(self.columns)[: len(self.key)] != self.key:
            raise ValueError(
                f"{self.file}: a row is called by its first columns, and these are not {self.key}"
            )
        names = [self.name(row) for row in self.rows]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.file}: {self.key} does not tell its rows apart")

    def name(self, row: Mapping[str, Cell]) -> str:
        """How a row is called in sources."""
        return _JOIN.join(_text(row[k]) for k in self.key)

    def fact(self, row: Mapping[str, Cell], column: str) -> Fact:
        """A cell; ValueError if it holds words."""
        value = row[column]
        if isinstance(value, str):
            raise ValueError(f"{self.file}: {column} of {self.name(row)} is {value!r}, no number")
        return Fact(value, f"{self.file}: {self.name(row)}{STEP}{column}", self.how)

    def row(self, **keys: Cell) -> Mapping[str, Cell]:
        """The row with these values; KeyError if there is none."""
        for row in self.rows:
            if all(row[k] == v for k, v in keys.items()):
                return row
        raise KeyError(f"{self.file}: {keys}")

    def where(self, **keys: Cell) -> list[Mapping[str, Cell]]:
        """All rows with these values."""
        return [row for row in self.rows if all(row[k] == v for k, v in keys.items())]

    def csv(self) -> str:
        """As a file: header and rows."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_text(row[c]) for c in self.columns] for row in self.rows)
        return out.getvalue()


def sheet(
    file: str, key: Iterable[str], columns: Mapping[str, str], rows: Sequence[Mapping[str, Cell]], how: str
) -> Sheet:
    """A sheet; numbers are kept to six digits, as they are written."""
    kept = tuple({c: _short(row[c]) for c in columns} for row in rows)
    return Sheet(file, tuple(key), columns, kept, how)


def constant(module: str, *names: str, told: str = "") -> Fact:
    """A number in the code: `constant("study.simulate.model", "Platform", "nic")`."""
    value: Any = importlib.import_module(module)
    for name in names:
        value = value[int(name)] if name.isdigit() else getattr(value, name)
    return Fact(value, f"{module.replace('.', '/')}.py: {STEP.join(names)}", told)


def held(document: Mapping[str, Any], file: str, *keys: str, told: str = "") -> Fact:
    """A number in a file that was read as `document`; unknown where it has no such key."""
    value: Any = document
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else value[int(key)]
    return Fact(value, f"{file}: {STEP.join(keys)}", told)


def priced(figure: Figure, stack: str, *keys: str) -> Fact:
    """A figure of a stack file, with what that file says of it."""
    date = f", {figure.date.isoformat()}" if figure.date else ""
    path = STEP.join(("config", "vds:price", *keys))
    return Fact(
        figure.value, f"Pulumi.{stack}.yaml: {path}{STEP}value", f"{figure.status}{date}: {figure.source}"
    )


def saying(fact: Fact, told: str) -> Fact:
    """The same with other words."""
    return replace(fact, told=told)


def _short(value: Any) -> Cell:
    if isinstance(value, bool):
        return int(value)
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _text(value: Cell) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
