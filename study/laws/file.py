"""Laws as YAML: format 1.

    format: 1
    source: {measurements: …, date: …, command: …}
    machine: {cpu: …, cores: …, …}
    index: {<method>: <value>}
    laws:
      vds/GEN_ORTHO_TOA: {fixed_s: …, per_scene_s: …, per_tile_s: …, per_mpixel_s: …, per_covered_mpixel_s: …,
                          sd: …, n: …, sizes: …, r2: …, quality: good|fair|poor|few, why: …, …}

A term that is missing is 0. What each key means: `study/laws/model.py`.
"""

import math
import os
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import yaml

from batch.chain.model import SCOPES
from batch.errors import InputError
from study.laws.model import FAIR, FEW, GOOD, POOR, TERMS, Law, Laws

FORMAT = 1
#: What ships with the kit: the reference IPFs, measured; docs/bench.md says how.
SHIPPED = Path(__file__).parents[1] / "data" / "laws.yaml"

_KEYS = {f.name for f in fields(Law)}
_POSITIVE = (*TERMS, "sd", "wall_per_cpu", "memory_mb")


def read_laws(path: Path | None = None) -> Laws:
    """The laws in `path` (None: those that ship with the kit); InputError for the first mistake in it."""
    path = path or SHIPPED
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read ({reason}); give a file that vds bench wrote") from error
    except yaml.YAMLError as error:
        raise InputError(f"{path}: is no YAML ({error}); give a file that vds bench wrote") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InputError(f"{path}: format {FORMAT} of laws was expected; write it anew with vds bench --fit")
    entries = document.get("laws")
    if not isinstance(entries, dict) or not entries:
        raise InputError(
            f"{path}: laws is empty, one entry per IPF was expected; write it anew with vds bench"
        )
    laws = {_name(path, key): _law(f"{path}: {key}", value) for key, value in entries.items()}
    return Laws(
        laws=laws,
        index={str(k): float(v) for k, v in (document.get("index") or {}).items()},
        machine=document.get("machine") or {},
        source=document.get("source") or {},
    )


def write_laws(laws: Laws, path: Path) -> None:
    """Write the laws aside and rename, so that `path` is whole or as it was."""
    document = {
        "format": FORMAT,
        "source": dict(laws.source),
        "machine": dict(laws.machine),
        "index": dict(laws.index),
        "laws": {f"{scope}/{name}": _entry(law) for (scope, name), law in laws.laws.items()},
    }
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


class _Numbers(list[float]):
    """A list that stands in one line."""


class _Dumper(yaml.SafeDumper):
    """Lists indented, as yamllint wants them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_Dumper.add_representer(
    _Numbers, lambda dumper, row: dumper.represent_sequence("tag:yaml.org,2002:seq", row, flow_style=True)
)


def _entry(law: Law) -> dict[str, Any]:
    entry = {k: v for k, v in asdict(law).items() if v is not None}
    for key in ("low", "high"):
        entry[key] = {k: _short(v) for k, v in entry[key].items()}
    if law.covariance is not None:
        entry["covariance"] = [_Numbers(_short(c) for c in row) for row in law.covariance]
    entry["scales"] = _Numbers(law.scales)
    return {k: _short(v) if isinstance(v, float) else v for k, v in entry.items()}


def _short(value: float) -> float:
    """Six digits: more than any measurement of time has."""
    return float(f"{value:.6g}")


def _name(path: Path, key: object) -> tuple[str, str]:
    scope, slash, name = str(key).partition("/")
    if not slash or scope not in SCOPES or not name:
        raise InputError(f"{path}: {key} is no IPF of a scope; write it as vds/GEN_ORTHO_TOA")
    return scope, name


def _law(where: str, value: Any) -> Law:
    if not isinstance(value, dict):
        raise InputError(f"{where}: expected the terms of a law, as fixed_s and per_scene_s; correct it")
    unknown = sorted(set(value) - _KEYS)
    if unknown:
        raise InputError(f"{where}: unknown key {unknown[0]}; use {', '.join(sorted(_KEYS))}")
    for key in _POSITIVE:
        number = value.get(key, 0.0)
        if not isinstance(number, int | float) or isinstance(number, bool) or not 0 <= number < math.inf:
            raise InputError(f"{where}: {key} is {number!r}, expected a number of 0 or more; correct it")
    if value.get("quality", FEW) not in (GOOD, FAIR, POOR, FEW):
        raise InputError(
            f"{where}: quality is {value['quality']}, expected good, fair, poor or few; correct it"
        )
    made: Mapping[str, Any] = {
        **value,
        "scales": tuple(value.get("scales", ())),
        "covariance": _matrix(where, value.get("covariance")),
    }
    return Law(**made)


def _matrix(where: str, rows: Any) -> tuple[tuple[float, ...], ...] | None:
    if rows is None:
        return None
    size = len(TERMS)
    if not isinstance(rows, list) or len(rows) != size or any(len(r) != size for r in rows):
        raise InputError(f"{where}: covariance must be {size} rows of {size} numbers; correct it")
    return tuple(tuple(float(c) for c in row) for row in rows)
