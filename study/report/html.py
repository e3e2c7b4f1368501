"""The only way to markup: text without a bare number, or numbers that carry their source.

`el` refuses figures in plain text, so that what is shown either comes from a `Fact`, is quoted with its
source, or is of a kind that is declared in EXEMPT.
"""

import html
import re
from collections.abc import Sequence
from typing import Any

from study.report.fact import Fact, Sheet

#: Kinds of numbers that are no findings: numbers of sections, axis ticks, notes, commands, names with digits.
EXEMPT = ("section", "tick", "note", "command", "name")
VOID = ("meta", "link", "col", "br")
_SPLIT = re.compile(r"[\s=:;,()/<>|·→]+")
_BARE = re.compile(r"[\"'–—\-−+±≥≤~≈*]*\d")
Shown = Any


class UnsourcedError(ValueError):
    """A number that does not say where it comes from."""


class Html(str):
    """Markup that was made here."""

    __slots__ = ()


def bare_numbers(text: str) -> list[str]:
    """Words that begin with a digit: figures. `c2-60`, `L1C`, `Sentinel-2` begin with a letter: names."""
    return [word for word in _SPLIT.split(text) if _BARE.match(word)]


def el(tag: str, *children: Html | str, **attributes: Any) -> Html:
    """An element. `class_`, `data_x` and so on: the underscores become what HTML wants. None: left out."""
    return _element(tag, "".join(_child(c) for c in children), attributes)


def join(*parts: Html | str) -> Html:
    """Parts one after the other."""
    return Html("".join(_child(p) for p in parts))


def apart(between: str, parts: Sequence[Html]) -> Html:
    """Parts with the same words between them."""
    return join(*(piece for n, one in enumerate(parts) for piece in ([between, one] if n else [one])))


def say(template: str, **parts: Html | str) -> Html:
    """`"… {name} …"` with its parts put in; neither the words nor the parts may hold a bare number."""
    pieces = re.split(r"\{(\w+)\}", template)
    return join(*(parts[piece] if i % 2 else piece for i, piece in enumerate(pieces)))


def num(fact: Fact, form: str = ".3g", unit: str = "") -> Html:
    """A number in text, its source to be seen by hovering. Shares are told in percent: `%`, `.1%`."""
    if fact.value is None:
        text = "unknown"
    elif form == "%":
        text, unit = f"{100 * fact.value:.0f}", "%"
    elif form == ".1%":
        text, unit = f"{100 * fact.value:.1f}", "%"
    else:
        text = figure(fact.value, form)
    text += f"\u202f{unit}" if unit and fact.value is not None else ""
    value = "" if fact.value is None else f"{fact.value:.6g}"
    return _element(
        "data",
        html.escape(text),
        {"class_": "v", "value": value, "data_source": fact.source, "title": hover(fact)},
    )


def quote(text: str, source: str, tag: str = "span") -> Html:
    """Words of a file, as they stand there. In a drawing `tag` is tspan."""
    return _element(tag, html.escape(text), {"data_source": source, "title": source})


def exempt(kind: str, text: str, tag: str = "span", **attributes: Any) -> Html:
    """Text whose numbers are no findings."""
    if kind not in EXEMPT:
        raise UnsourcedError(
            f"{kind} is no kind of number that needs no source; choose of {', '.join(EXEMPT)}"
        )
    return _element(tag, html.escape(text), {"data_exempt": kind, **attributes})


def code(text: str) -> Html:
    """A command or the name of a file."""
    return exempt("command", text, "code")


def name(text: str, tag: str = "span") -> Html:
    """A name that a cloud or a stack file gave, as it stands there: it may begin with a digit. In a drawing
    `tag` is tspan."""
    return exempt("name", text, tag)


def sheet_table(sheet: Sheet) -> Html:
    """All of a sheet, as its file has it."""
    head = "".join(f"<th title='{html.escape(t, True)}'>{html.escape(c)}" for c, t in sheet.columns.items())
    rows = "".join(
        "<tr>" + "".join(_cell(cell) for cell in line.values())
        for line in ({c: row[c] for c in sheet.columns} for row in sheet.rows)
    )
    return _element("table", f"<tr>{head}{rows}", {"data_source": f"{sheet.file}: *", "class_": "sheet"})


def file_rows(head: Sequence[str], rows: Sequence[tuple[str, Sequence[Any]]]) -> Html:
    """Rows of a file as it has them, each with its source: (source, cells)."""
    titles = "".join(f"<th>{html.escape(title)}" for title in head)
    body = "".join(
        f'<tr data-source="{html.escape(source, True)}" title="{html.escape(source, True)}">'
        + "".join(_cell(cell) for cell in cells)
        for source, cells in rows
    )
    return _element("table", f"<tr>{titles}{body}", {})


def hover(fact: Fact) -> str:
    """Where a number comes from, for people."""
    return f"{fact.source}\n{fact.told}" if fact.told else fact.source


def figure(value: float, form: str) -> str:
    """A number as text: thin spaces between thousands, no exponent, a true minus."""
    if form.endswith("g"):
        digits = int(form[1:-1] or 6)
        exponent = len(f"{abs(value):.0f}") if abs(value) >= 1 else 0
        text = f"{value:.{max(0, digits - exponent)}f}" if abs(value) >= 1 else f"{value:.{digits}g}"
        if "e" in text:
            text = f"{value:.6f}"
        if form == "g" and "." in text:
            text = text.rstrip("0").rstrip(".")
    else:
        text = f"{value:{'.0f' if form == 'd' else form}}"
    whole, point, rest = text.partition(".")
    sign = {"-": "−", "+": "+"}.get(whole[0], "")
    whole = whole[1:] if sign else whole
    if len(whole) > 4 and whole.isdigit():
        whole = f"{int(whole):,}".replace(",", "\u202f")
    return f"{sign}{whole}{point}{rest}"


def _cell(cell: Any) -> str:
    if isinstance(cell, str):
        return f"<td>{html.escape(cell)}"
    return f"<td class=n>{'' if cell is None else f'{cell:.6g}' if isinstance(cell, float) else cell}"


def _child(child: Html | str) -> str:
    if isinstance(child, Html):
        return child
    if not isinstance(child, str):
        raise UnsourcedError(f"{child!r} is neither text nor a number with its source")
    found = bare_numbers(child)
    if found:
        raise UnsourcedError(f"{found[0]!r} in {child[:60]!r} has no source: give it as a Fact")
    return html.escape(child)


def _element(tag: str, inner: str, attributes: dict[str, Any]) -> Html:
    given = "".join(
        f' {k.rstrip("_").replace("_", "-")}="{html.escape(str(v), True)}"'
        for k, v in attributes.items()
        if v is not None
    )
    return Html(f"<{tag}{given}>" if tag in VOID else f"<{tag}{given}>{inner}</{tag}>")
