"""What all sections are made of: figures with their data beside them, tables of facts."""

import base64
import re
from collections.abc import Callable, Sequence

from study.report.fact import Fact, Sheet
from study.report.html import Html, code, el, exempt, figure, join, num, say, sheet_table

#: px of the two drawings of each figure: of a page, and of a telephone.
WIDE, NARROW = 848, 350
Draw = Callable[[int], Html]


def section(number: int, slug: str, title: str, *parts: Html) -> Html:
    """A section with its number."""
    head = el("h2", exempt("section", f"{number}"), " ", title)
    return el("section", head, *parts, id=slug)


def picture(finding: Html, draw: Draw, sheet: Sheet, how_to_read: Html | str = "") -> Html:
    """A figure: what it shows in a sentence, the drawing, and its data as a table and as a file."""
    caption = join(how_to_read, " ", *_data(sheet)) if how_to_read else join(*_data(sheet))
    return el(
        "figure",
        el("h3", finding),
        el("div", draw(WIDE), class_="wide"),
        el("div", draw(NARROW), class_="narrow"),
        el("figcaption", caption),
        _rows(sheet),
    )


def table(head: Sequence[str], rows: Sequence[Sequence[Html | str]], numbers: Sequence[int] = ()) -> Html:
    """A table; `numbers`: the columns that stand to the right."""
    titles = [el("th", h, class_="n" if i in numbers else None) for i, h in enumerate(head)]
    body = [
        el(
            "tr",
            *(
                el("td", c, class_="n" if i in numbers else "w" if _long(c) else None)
                for i, c in enumerate(row)
            ),
        )
        for row in rows
    ]
    return el("div", el("table", el("tr", *titles), *body), class_="scroll")


def beside(sheet: Sheet) -> Html:
    """The data of something that is no figure."""
    return join(el("p", *_data(sheet), class_="soft"), _rows(sheet))


def money(known: Fact, low: Fact, high: Fact, at_least: bool, form: str = ".2f") -> Html:
    """A price: its known part, ≥ where something unknown comes on top, its bounds where it has a width."""
    if known.value is None:
        return Html("unknown")
    sign = "≥\u202f" if at_least else ""
    text = join(sign, num(known, form))
    ends = {figure(f.value or 0.0, form) for f in (low, known, high)}
    if at_least or len(ends) == 1:
        return text
    return say("{text} ({low}–{high})", text=text, low=num(low, form), high=num(high, form))


def between(facts: Sequence[Fact], form: str) -> Html:
    """One number, or from the first to the last."""
    first, last = num(facts[0], form), num(facts[-1], form)
    same = facts[0].value == facts[-1].value
    return first if same else join(first, " … ", last)


def _data(sheet: Sheet) -> list[Html | str]:
    packed = base64.b64encode(sheet.csv().encode()).decode()
    link = exempt(
        "command",
        sheet.file,
        "a",
        href=f"data:text/csv;base64,{packed}",
        download=sheet.file,
        class_="download",
    )
    return [say("Data: {link}, made by {how}.", link=link, how=code(sheet.how))]


def _rows(sheet: Sheet) -> Html:
    return el("details", el("summary", "The data as a table"), el("div", sheet_table(sheet), class_="scroll"))


def _long(cell: Html | str) -> bool:
    """Whether a cell holds more words than fit in a line of a table."""
    return len(re.sub(r"<[^>]*>", "", cell)) > 32
