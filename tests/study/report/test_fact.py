"""Facts and sheets."""

from pathlib import Path

import pytest

from study.report.fact import Fact, constant, held, sheet
from study.report.trace import look_up


def test_a_fact_says_where_it_is_from() -> None:
    with pytest.raises(ValueError, match="no source"):
        Fact(1.0, "somewhere")


def test_a_sheet_gives_facts_that_its_file_holds(tmp_path: Path) -> None:
    rows = [
        {"cloud": "a", "n": 1, "eur": 1.23456789, "why": "x, y"},
        {"cloud": "a", "n": 2, "eur": None, "why": 'so "said"'},
    ]
    found = sheet("s.csv", ["cloud", "n"], dict.fromkeys(rows[0], ""), rows, "by hand")
    (tmp_path / "s.csv").write_text(found.csv())
    fact = found.fact(found.row(cloud="a", n=1), "eur")
    assert fact.value == 1.23457 and fact.source == "s.csv: a / 1 > eur"
    assert look_up(fact.source, [tmp_path]) == fact.value
    assert look_up(found.fact(found.rows[1], "eur").source, [tmp_path]) is None
    with pytest.raises(ValueError, match="no number"):
        found.fact(found.rows[0], "why")
    with pytest.raises(KeyError):
        look_up("s.csv: b / 1 > eur", [tmp_path])


def test_rows_of_a_sheet_are_told_apart_by_their_first_columns() -> None:
    rows = [{"a": 1, "b": 1}, {"a": 1, "b": 2}]
    with pytest.raises(ValueError, match="tell its rows apart"):
        sheet("s.csv", ["a"], {"a": "", "b": ""}, rows, "by hand")
    with pytest.raises(ValueError, match="first columns"):
        sheet("s.csv", ["b"], {"a": "", "b": ""}, rows, "by hand")


def test_documents_and_code_are_looked_up(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("a: {b.c: [1, 2.5]}\n")
    fact = held({"a": {"b.c": [1, 2.5]}}, "x.yaml", "a", "b.c", "1")
    assert fact.value == 2.5 == look_up(fact.source, [tmp_path])
    nic = constant("study.simulate.model", "Platform", "nic")
    assert nic.value == look_up(nic.source, [Path(__file__).parents[3]])
    with pytest.raises(KeyError):
        look_up("x.yaml: a > z", [tmp_path])
