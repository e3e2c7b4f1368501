"""The measurement file: rows survive, torn lines do not, later runs count."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.errors import InputError
from study.bench.record import COLUMNS, Row, append, read_machines, read_rows, write_machine

ROW = Row(
    "2026-01-01T00:00:00Z", "m1", "S2B_…", "process", "vds", "GEN_ORTHO_TOA", "band=B01,tile=36MZD",
    16, 7, 1, 1, 1, 0.5, 0.0, 1.25, 0.5, 0.4, 0, "exited", 1.5, 1.25, 90.0, 8.0, 2.0, 0.25, 1.0,
)  # fmt: skip


def test_columns_are_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "bench.md").read_text(encoding="utf-8")
    missing = [c for c in COLUMNS if f"`{c}`" not in page]
    assert not missing, f"docs/bench.md does not explain {missing}"
    assert all(c in (Row.__doc__ or "") for c in COLUMNS)


@given(
    slots=st.integers(1, 64),
    wall=st.floats(0, 1e6).map(lambda v: float(f"{v:.6g}")),
    unit=st.text("abc,=\"' \n", max_size=8),
    coverage=st.none() | st.just(0.5),
)
@settings(deadline=None)
def test_rows_come_back(tmp_path_factory, slots: int, wall: float, unit: str, coverage: float | None) -> None:
    path = tmp_path_factory.mktemp("rows") / "b.csv"
    rows = [replace(ROW, slots=slots, wall_s=wall, unit=unit.replace("\n", ""), coverage=coverage)]
    append(path, rows)
    append(path, [replace(rows[0], repetition=2)])
    assert read_rows(path) == [*rows, replace(rows[0], repetition=2)]


def test_the_later_of_two_runs_counts(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    append(path, [ROW, replace(ROW, copy=2)])
    append(path, [replace(ROW, wall_s=9.0)])
    assert sorted(r.wall_s for r in read_rows(path)) == [1.5, 9.0]


@given(cut=st.integers(1, 100))
@settings(deadline=None)
def test_a_torn_line_is_lost_and_nothing_else(tmp_path_factory, cut: int) -> None:
    path = tmp_path_factory.mktemp("torn") / "b.csv"
    append(path, [ROW])
    whole = path.read_bytes()
    append(path, [replace(ROW, repetition=2)])
    path.write_bytes(path.read_bytes()[: len(whole) + cut])
    assert read_rows(path) == [ROW]
    append(path, [replace(ROW, repetition=3)])
    assert [r.repetition for r in read_rows(path)] == [1, 3]


def test_another_kind_of_file(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="columns"):
        read_rows(path)
    path.write_text(",".join(COLUMNS) + "\n" + "x," * (len(COLUMNS) - 1) + "x\n")
    with pytest.raises(InputError, match="line 2"):
        read_rows(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_rows(tmp_path / "none.csv")


def test_machines_are_kept_beside(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    write_machine(path, "m1", {"cpu": "x"})
    write_machine(path, "m2", {"cpu": None})
    write_machine(path, "m1", {"index": {"a": 1.0}})
    assert read_machines(path) == {"m1": {"cpu": "x", "index": {"a": 1.0}}, "m2": {"cpu": None}}
