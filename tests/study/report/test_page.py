"""The page: every number has a source, the source holds that number, and nothing is loaded."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from study.cli.stacks import read_stack
from study.laws import read_laws
from study.report.gather import gather
from study.report.html import EXEMPT, bare_numbers
from study.report.page import Found, page
from study.report.trace import AND, look_up
from study.report.write import folder_of, write
from study.simulate.model import arrivals
from study.simulate.pdgs_laws import pdgs_laws
from tests.study.price.stacks import figure as price_figure
from tests.study.price.stacks import flavor, stack
from tests.study.report.conftest import STRIPS, WISH

ROOT = Path(__file__).parents[3]
SECTIONS = ("answer", "benchmarks", "days", "price", "size", "calibration", "quality", "sources")
MARKS = ("mark", "bar", "line", "dash", "guide", "band", "limit")


@pytest.fixture(scope="module")
def tree(written: Path) -> Any:
    return lxml.html.fromstring(written.read_text(encoding="utf-8"))


def without_source(tree: Any) -> list[str]:
    """Numbers that stand in no element with a source, and of no exempt kind; marks without a source."""
    found = []
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in ("style", "title"):
            continue
        around = [element, *element.iterancestors()]
        if not any(e.get("data-source") or e.get("data-exempt") in EXEMPT for e in around):
            found += bare_numbers(element.text or "")
        classes = (element.get("class") or "").split()
        if set(classes) & set(MARKS) and "aid" not in classes and not element.get("data-source"):
            found.append(f"a {element.tag} of class {element.get('class')}")
        outside = list(element.iterancestors())
        if not any(e.get("data-source") or e.get("data-exempt") in EXEMPT for e in outside):
            found += bare_numbers(element.tail or "")
    return found


def test_every_number_and_mark_has_a_source(tree: Any) -> None:
    assert without_source(tree) == []
    assert len(tree.xpath("//*[@data-source]")) > 500


@pytest.mark.parametrize(
    "harm",
    [
        lambda t: t.replace("<h1>", "<h1>In 3 clouds ", 1),
        lambda t: t.replace("</main>", "<p>about 12.5 EUR</p></main>", 1),
        lambda t: re.sub(r'<data class="v" value="[^"]+" data-source="[^"]+"', "<data", t, count=1),
        lambda t: re.sub(r"(<g class='t\d mark') data-source='[^']*'", r"\1", t, count=1),
    ],
)
def test_a_number_without_source_would_be_seen(written: Path, harm: Any) -> None:
    text = written.read_text(encoding="utf-8")
    harmed = harm(text)
    assert harmed != text and without_source(lxml.html.fromstring(harmed))


def test_every_source_holds_the_number(tree: Any, written: Path) -> None:
    roots = (folder_of(written), ROOT)
    checked = 0
    for element in tree.xpath("//*[@data-source]"):
        sources = element.get("data-source").split(AND)
        values = element.get("data-value", element.get("value", "")).split(AND)
        for number, source in enumerate(sources):
            held = look_up(source, roots)
            if number < len(values) and values[number]:
                assert held == pytest.approx(float(values[number]), rel=1e-5), source
                checked += 1
    assert checked > 500


def is_shown(text: str, value: float) -> bool:
    """Whether a text is the value, rounded to the digits that it has; a share may be told in percent."""
    bare = text.replace("\u202f", "").replace("−", "-")
    number = re.match(r"[-+]?\d+(\.\d+)?", bare)
    if number is None:
        return False
    half = 0.5 * 10.0 ** -len((number[1] or ".")[1:]) * (1 + 1e-9)
    factors = (1, 100) if bare.endswith("%") else (1,)
    return any(abs(float(number[0]) - f * value) <= half + 1e-6 * abs(f * value) for f in factors)


def test_what_is_shown_is_the_number_of_its_source(tree: Any, written: Path) -> None:
    roots = (folder_of(written), ROOT)
    numbers = [e for e in tree.iter("data", "tspan") if e.get("value", e.get("data-value")) is not None]
    assert len(numbers) > 300
    for element in numbers:
        text, held = element.text_content(), look_up(element.get("data-source"), roots)
        assert text == "unknown" if held is None else is_shown(text, float(held)), (text, held)


def test_figures_that_are_quoted_stand_in_their_source(tree: Any, written: Path) -> None:
    roots = (folder_of(written), ROOT)
    quoted = [e for e in tree.iter("span", "tspan") if e.get("data-source") and e.get("data-value") is None]
    assert len(quoted) > 20
    for element in quoted:
        held = look_up(element.get("data-source"), roots)
        words = held if isinstance(held, str) else json.dumps(held, default=str, ensure_ascii=False)
        for figure in re.findall(r"\d+(?:\.\d+)?", element.text_content()):
            assert figure in words, (element.text_content(), words)


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("12.3\u202fh", 12.345, True), ("12.3\u202fh", 12.36, False), ("95\u202f%", 0.95, True),
        ("−1.3\u202f%", -1.305, True), ("1.3\u202f%", -1.305, False), ("10\u202f470", 10470.2, True),
        ("10\u202f470", 1047, False), ("unknown", 0.0, False), ("95", 0.95, False), ("0.0012", 0.00123, True),
    ],
)  # fmt: skip
def test_a_wrong_figure_would_be_seen(text: str, value: float, shown: bool) -> None:
    assert is_shown(text, value) == shown


def test_tables_are_the_files(tree: Any, written: Path) -> None:
    tables = tree.xpath("//table[@class='sheet']")
    names = {t.get("data-source").removesuffix(": *") for t in tables}
    assert names == {p.name for p in folder_of(written).iterdir() if p.name != "replay-errors.csv"} - {
        "arrivals.csv"
    }
    for table in tables:
        text = str(look_up(table.get("data-source"), [folder_of(written)]))
        rows = [[cell.text_content() for cell in row.iter("th", "td")] for row in table.iter("tr")]
        assert rows == list(csv.reader(text.splitlines())), table.get("data-source")


def test_names_may_begin_with_a_digit() -> None:
    change = {
        "cloud.title": "1&1 clouds", "servers.stage.flavor": "8C-32GB",
        "price.flavors.8C-32GB": flavor(1.0, 365.0, 292.0),
        "price.flavors.4XL": flavor(None, perf_index=price_figure(None)),
    }  # fmt: skip
    found = gather(WISH, {"9net": stack(change)}, arrivals(STRIPS[:3]), pdgs_laws())
    tree = lxml.html.fromstring(page(found))
    assert without_source(tree) == []
    for section in ("days", "price", "size", "sources"):
        text = tree.get_element_by_id(section).text_content()
        assert "8C-32GB" in text and ("4XL" in text or section == "size"), section


def test_other_durations_are_told_and_can_be_looked_up(tmp_path: Path) -> None:
    given = (ROOT / "study" / "data" / "laws.yaml").read_text(encoding="utf-8")
    wish = replace(WISH, reference=1.5, laws_file="mine.yaml", laws_text=given)
    found = gather(wish, {"ovh": read_stack("ovh", None, ROOT)}, arrivals(STRIPS[:3]), read_laws())
    write(found, tmp_path / "s.html")
    tree = lxml.html.fromstring((tmp_path / "s.html").read_text(encoding="utf-8"))
    assert without_source(tree) == []
    assert (tmp_path / "s-data" / "durations.yaml").read_text(encoding="utf-8") == given
    sources = set(tree.xpath("//@data-source"))
    assert {"durations.yaml: machine > cpu", "durations.yaml: source"} <= sources
    for source in sources:
        for one in source.split(AND):
            look_up(one, [tmp_path / "s-data", ROOT])
    for section in ("answer", "price"):
        text = tree.get_element_by_id(section).text_content()
        assert "the durations simulated are of 2026-" in text
        assert "1.5 times as fast as one of c2-60" in text and "2018" not in text


def test_the_shipped_durations_are_told(tree: Any) -> None:
    text = tree.get_element_by_id("answer").text_content()
    assert "of 2018-07-21 (machine unknown: Sentinel-2 PDGS of 2018); a core of that machine is taken to be "
    assert "as fast as one of c2-60. ESA's IPFs of today are not measured." in text


def test_nothing_is_loaded(tree: Any, written: Path) -> None:
    text = written.read_text(encoding="utf-8")
    assert "default-src 'none'" in text and not tree.xpath("//script|//img|//iframe|//object")
    for element in tree.iter():
        for name in ("src", "href", "srcset", "data"):
            value = element.get(name) if isinstance(element.tag, str) else None
            assert value is None or value.startswith(("#", "data:")), (element.tag, value)
    assert "url(" not in text and "@import" not in text
    assert len(text) < 1_500_000


def test_sections_and_their_figures(tree: Any) -> None:
    assert tuple(s.get("id") for s in tree.iter("section")) == SECTIONS
    assert len(tree.xpath("//section[@id='answer']//li")) == 5
    for figure in tree.iter("figure"):
        assert figure.xpath(".//a[@download]") and figure.xpath(".//details")
        wide, narrow = figure.xpath(".//*[@class='wide']//svg"), figure.xpath(".//*[@class='narrow']//svg")
        assert len(wide) == len(narrow) > 0
        assert all(s.get("aria-label") for s in wide + narrow)


def test_poor_fits_are_named(tree: Any, found: Found) -> None:
    text = tree.get_element_by_id("benchmarks").text_content()
    poor = [name for (_, name), law in found.laws.laws.items() if law.quality in ("poor", "few")]
    assert poor and all(name in text for name in poor)


def test_unknown_prices_and_indexes_stay_unknown(tree: Any) -> None:
    text = tree.get_element_by_id("sources").text_content()
    assert "unknown" in text and "no benchmark found" in text
    assert "≥" in tree.get_element_by_id("size").text_content()
    assert "eo2a.3xlarge ?" in tree.get_element_by_id("days").text_content()


def test_without_a_measurement_the_quality_section_says_so(found: Found) -> None:
    text = (
        lxml.html.fromstring(page(replace(found, impacts=None))).get_element_by_id("quality").text_content()
    )
    assert "Not measured yet" in text and "study/data/impacts.json" in text
