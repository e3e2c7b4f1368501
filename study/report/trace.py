"""From a source back to the number: what a reader would do by hand, for tests and for the curious."""

import csv
import importlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from study.report.fact import STEP

#: Between the sources of one mark, and between their values.
AND = " | "


def look_up(source: str, roots: Sequence[Path]) -> float | str | None:
    """The value at `FILE: KEY > …`; `FILE: *` gives the text of the file. KeyError if it is not there."""
    file, _, path = source.partition(": ")
    found = next((root / file for root in roots if (root / file).is_file()), None)
    if found is None:
        raise KeyError(f"{source}: no such file")
    if path == "*":
        return found.read_text(encoding="utf-8")
    keys = path.split(STEP)
    if found.suffix == ".py":
        return _of_code(file, keys)
    if found.suffix == ".csv":
        *_, name, column = ("", *keys)
        return _cell(found, STEP.join(keys[:-1]) if len(keys) > 2 else name, column)
    return _of_document(_document(found), keys, source)


def _of_code(file: str, keys: list[str]) -> Any:
    value: Any = importlib.import_module(file.removesuffix(".py").replace("/", "."))
    for key in keys:
        value = value[int(key)] if key.isdigit() else getattr(value, key)
    return value


def _of_document(value: Any, keys: list[str], source: str) -> Any:
    for key in keys:
        if isinstance(value, list):
            value = value[int(key)]
        elif key in value:
            value = value[key]
        else:
            raise KeyError(f"{source}: no key {key}")
    return value


@cache
def _document(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)


@cache
def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def _cell(path: Path, name: str, column: str) -> float | str | None:
    """A row is called by its first columns, as many as its name has parts."""
    wanted = name.split(" / ")
    for row in _rows(path):
        if list(row.values())[: len(wanted)] == wanted:
            text = row[column]
            try:
                return float(text) if text else None
            except ValueError:
                return text
    raise KeyError(f"{path.name}: no row {name}")
