"""Nothing is rendered without a source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.report.fact import Fact
from study.report.html import Html, UnsourcedError, bare_numbers, el, exempt, figure, join, num, quote, say

FACT = Fact(1234.5, "x.csv: a > b", "measured")


@pytest.mark.parametrize(
    "text", ["3", "in 3 h", "(0.5)", "≥ 2", "−4 °C", "a=5", "x: 12,5", "2018-07-21", "1–2"]
)
def test_figures_are_seen(text: str) -> None:
    assert bare_numbers(text)
    for render in (lambda t: el("p", t), join, lambda t: say(t), lambda t: say("{x}", x=t)):
        with pytest.raises(UnsourcedError):
            render(text)


@pytest.mark.parametrize("text", ["c2-60", "L1C and vDS", "Sentinel-2", "eo2a.3xlarge", "", "S2A, S2B"])
def test_names_are_not(text: str) -> None:
    assert not bare_numbers(text) and el("p", text)


def test_bare_python_numbers_are_refused() -> None:
    for value in (3, 2.5, None, FACT):
        with pytest.raises(UnsourcedError):
            el("p", value)  # type: ignore[arg-type]


def test_a_number_carries_its_source_and_value() -> None:
    text = num(FACT, ".3g", "h")
    assert 'data-source="x.csv: a &gt; b"' in text and 'value="1234.5"' in text and ">1234\u202fh<" in text
    assert "unknown" in num(Fact(None, "x.csv: a > b")) and 'value=""' in num(Fact(None, "x.csv: a > b"))
    assert "measured" in text


def test_text_is_escaped() -> None:
    assert el("p", "<b>") == "<p>&lt;b&gt;</p>"
    assert "&quot;" in quote("a 3", 'f: "x"')
    assert say("{a} & b", a=Html("<i>i</i>")) == "<i>i</i> &amp; b"


def test_what_needs_no_source_is_declared() -> None:
    assert exempt("section", "3") == '<span data-exempt="section">3</span>'
    with pytest.raises(UnsourcedError, match="no kind"):
        exempt("finding", "3")


@given(st.floats(-1e9, 1e9), st.sampled_from([".3g", ".0f", ".2f", "d", "g", ".4g"]))
def test_numbers_are_written_as_people_do(value: float, form: str) -> None:
    text = figure(value, form)
    back = float(text.replace("\u202f", "").replace("−", "-"))
    assert "e" not in text
    assert back == pytest.approx(value, rel=0.006, abs=0.51 if form in (".0f", "d") else 0.006)
