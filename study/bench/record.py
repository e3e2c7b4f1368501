"""The measurement file: CSV with one row per process, appended as they end; machines in a file beside it.

Columns are the fields of `Row`, documented there and in docs/bench.md. `<FILE>.machines.json` maps the column
`machine` to the facts of that machine. A row that was cut off (power, disk) is ignored.
"""

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from batch.errors import InputError
from study.bench.design import Point


@dataclass(frozen=True)
class Row:
    """One process: what ran, what it held, what it took.

    taken      UTC, when it ended
    machine    key in <FILE>.machines.json
    datastrip  name of the L0c datastrip
    runner     process, or docker:<image>
    scope      vds or datastrip (the assembly)
    ipf, unit  what ran, on which unit, as in the keys of invocations
    scale      --scale of the datastrip
    vds_scenes scenes of the vDS
    slots      copies that ran at once
    repetition number of the repetition, from 1
    copy       number of the copy, from 1
    scenes, tiles, mpixels, covered   what the unit holds: study/laws/size.py
    coverage   part of the tile that has data; empty if the unit has no tile
    exit, ended   exit code; exited, timeout, memory or aborted
    wall_s     s, start to end
    cpu_s      s, user + system of the process and its children (or of the container)
    peak_mb    MB, largest memory of the process group (or container)
    read_mb, written_mb   MB through read and write calls (docker: from and to the disk)
    others     cores that other programs used meanwhile
    load1      load average of one minute when it began
    """

    taken: str
    machine: str
    datastrip: str
    runner: str
    scope: str
    ipf: str
    unit: str
    scale: int
    vds_scenes: int
    slots: int
    repetition: int
    copy: int
    scenes: float
    tiles: float
    mpixels: float
    covered: float
    coverage: float | None
    exit: int
    ended: str
    wall_s: float
    cpu_s: float
    peak_mb: float
    read_mb: float
    written_mb: float
    others: float
    load1: float

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes it the same measurement: all but when, which copy, and what came out."""
        return (
            self.machine, self.datastrip, self.runner, self.scope, self.ipf, self.unit, self.scale,
            self.vds_scenes, self.slots, self.repetition,
        )  # fmt: skip


COLUMNS = tuple(f.name for f in fields(Row))
_TYPES = {f.name: f.type for f in fields(Row)}


def key_of(point: Point, machine: str, datastrip: str, runner: str) -> tuple[Any, ...]:
    """The key of the rows that a point will give."""
    invocation = point.invocation
    return (
        machine, datastrip, runner, point.scope, invocation.ipf, str(invocation.unit), point.scale,
        point.scenes, point.slots, point.repetition,
    )  # fmt: skip


def read_rows(path: Path) -> list[Row]:
    """All rows; of a measurement that was taken again the last. InputError if it is another kind of file."""
    try:
        content = path.read_bytes()
        text = content[: content.rfind(b"\n") + 1].decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); give a file that vds bench wrote") from error
    table = csv.reader(io.StringIO(text, newline=""))
    head = next(table, None)
    if head is None:
        return []
    if tuple(head) != COLUMNS:
        raise InputError(
            f"{path}: its columns are not those of vds bench ({', '.join(COLUMNS[:5])}, …); give another file"
        )
    last: dict[tuple[Any, ...], Row] = {}
    for number, cells in enumerate(table, 2):
        row = _row(path, number, cells)
        last[*row.key, row.copy] = row
    return list(last.values())


def _row(path: Path, number: int, cells: list[str]) -> Row:
    try:
        values = dict(zip(COLUMNS, cells, strict=True))
        return Row(**{name: _value(_TYPES[name], text) for name, text in values.items()})
    except ValueError as error:
        raise InputError(f"{path}: line {number} is no measurement ({error}); remove the line") from error


def _value(kind: Any, text: str) -> Any:
    if kind is str:
        return text
    if kind is int:
        return int(text)
    return None if not text else float(text)


def append(path: Path, rows: Iterable[Row]) -> None:
    """Add rows that belong together by one write that is on the disk when this returns."""
    new = not path.exists() or path.stat().st_size == 0
    text = "".join(_lines(([COLUMNS] if new else []) + [astuple(r) for r in rows]))
    if not new:
        _mend(path)
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _mend(path: Path) -> None:
    """Cut off a last line that has no end, or what follows would be part of it."""
    with path.open("rb+") as file:
        content = file.read()
        if not content.endswith(b"\n"):
            file.truncate(content.rfind(b"\n") + 1)


def _lines(table: Iterable[Iterable[Any]]) -> Iterator[str]:
    class Echo:
        """A file that gives back what is written to it."""

        def write(self, text: str) -> str:
            return text

    writer = csv.writer(Echo(), lineterminator="\n")
    for cells in table:
        yield writer.writerow(["" if c is None else _short(c) for c in cells])


def _short(value: Any) -> Any:
    return f"{value:.6g}" if isinstance(value, float) else value


def machines_path(path: Path) -> Path:
    """The file of the machines' facts beside a measurement file."""
    return path.with_name(path.name + ".machines.json")


def read_machines(path: Path) -> dict[str, dict[str, Any]]:
    """Facts by `machine`; empty if there is no such file."""
    there = machines_path(path)
    return json.loads(there.read_text(encoding="utf-8")) if there.exists() else {}


def write_machine(path: Path, name: str, machine: dict[str, Any]) -> None:
    """Add a machine's facts; written aside and renamed."""
    there = machines_path(path)
    known = read_machines(path)
    known[name] = {**known.get(name, {}), **machine}
    aside = there.with_name(f".{there.name}.{os.getpid()}.part")
    aside.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    aside.replace(there)
