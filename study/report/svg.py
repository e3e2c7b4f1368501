"""A small chart: axes, and marks that carry the sources of their numbers. Colours are the page's style's."""

import html
from collections.abc import Sequence

from study.report.fact import Fact
from study.report.html import Html, UnsourcedError, _element, bare_numbers, figure, hover
from study.report.scale import Scale
from study.report.shapes import SHAPES, Box, room_beside
from study.report.shapes import shape as shape_of
from study.report.trace import AND

#: px up to which a drawing is for a telephone, and grows to its width.
PHONE = 360
Point = tuple[Fact, Fact]


class Chart:
    """`width` × `height` px; x and y are scales. `names`: the lines of a chart whose y are names."""

    def __init__(
        self, width: int, height: int, x: Scale, y: Scale | None = None, *, names: Sequence[Html | str] = (),
        left: int = 46, right: int = 14, top: int = 10, x_label: str = "", y_label: str = "",
        percent: str = "",
    ) -> None:  # fmt: skip
        self.width, self.height, self.x = width, height, x
        self.y = y or Scale(-0.5, max(0.5, len(names) - 0.5))
        self.left, self.right = left, right
        self.top = top + (16 if y_label else 0)
        self.bottom = 36 if x_label else 20
        self.names = list(names)
        self.parts: list[str] = []
        self.taken: list[Box] = []
        self._axes(x_label, y_label, percent)

    def px(self, value: float) -> float:
        """Where a value of x is."""
        return self.left + self.x.share(value) * (self.width - self.left - self.right)

    def py(self, value: float) -> float:
        """Where a value of y is; names go downwards."""
        share = self.y.share(value)
        room = self.height - self.top - self.bottom
        return self.top + (share if self.names else 1 - share) * room

    def dot(
        self, x: Fact, y: Fact | float, tone: int = 0, shape: int = 0, size: float = 4.0, told: str = ""
    ) -> None:
        """A mark at known numbers; `y` a number of a line where lines have names."""
        if x.value is None or (isinstance(y, Fact) and y.value is None):
            return
        at = self.px(x.value), self.py(y.value if isinstance(y, Fact) else y)  # type: ignore[arg-type]
        facts = [x, y] if isinstance(y, Fact) else [x]
        self._mark(shape_of(SHAPES[shape % len(SHAPES)], *at, size), f"t{tone % 7} mark", facts, told)

    def bar(
        self, low: Fact, high: Fact, y: Fact | float, tone: int = 0, told: str = "", thick: float = 2.0
    ) -> None:
        """From a value of x to another; no end known: an arrow to the edge."""
        row = self.py(y.value if isinstance(y, Fact) else y)  # type: ignore[arg-type]
        a = self.px(low.value if low.value is not None else self.x.low)
        b = self.px(high.value) if high.value is not None else self.width - self.right
        path = f"M{a:.1f} {row:.1f}H{b:.1f}" + ("m-5 -4l5 4l-5 4" if high.value is None else "")
        self._mark(f"<path d='{path}' stroke-width='{thick}'/>", f"t{tone % 7} bar", [low, high], told)

    def pole(self, x: Fact, low: Fact, high: Fact, tone: int = 0, told: str = "") -> None:
        """From a value of y to another; no end known: an arrow upwards."""
        if x.value is None or low.value is None:
            return
        column, a = self.px(x.value), self.py(low.value)
        b = self.py(high.value) if high.value is not None else max(self.top, a - 18)
        path = f"M{column:.1f} {a:.1f}V{b:.1f}" + ("m-3 4l3 -4l3 4" if high.value is None else "")
        self._mark(f"<path d='{path}'/>", f"t{tone % 7} bar", [x, low, high], told)

    def line(self, points: Sequence[Point], source: str, tone: int = 0, kind: str = "line") -> None:
        """Points joined; `source`: the sheet that they are all in."""
        known = [(x.value, y.value) for x, y in points if x.value is not None and y.value is not None]
        if len(known) > 1:
            path = "L".join(f"{self.px(a):.1f} {self.py(b):.1f}" for a, b in known)
            where = html.escape(source, True)
            self._add(f"<path class='t{tone % 7} {kind}' d='M{path}' data-source='{where}'/>")

    def band(self, one: Sequence[Point], other: Sequence[Point], source: str, tone: int = 0) -> None:
        """The surface between two lines."""
        places = [(self.px(x.value), self.py(y.value)) for x, y in [*one, *reversed(other)]]  # type: ignore[arg-type]
        path = "L".join(f"{a:.1f} {b:.1f}" for a, b in places)
        self._add(f"<path class='t{tone % 7} band' d='M{path}Z' data-source='{html.escape(source, True)}'/>")

    def limit(self, at: Fact, label: str) -> None:
        """A line at a value of x that matters, with its name."""
        if at.value is None:
            return
        source = html.escape(at.source, True)
        x, floor = self.px(at.value), self.height - self.bottom
        side, shift = ("start", 3) if x + 80 < self.width else ("end", -3)
        self._add(
            f"<g class=limit data-source='{source}' data-value='{at.value:.6g}'>"
            f"<title>{html.escape(hover(at))}</title><path d='M{x:.1f} {self.top}V{floor}'/>"
            f"<text x='{x + shift:.1f}' y='{floor - 5}' text-anchor='{side}'>{html.escape(label)}</text></g>"
        )

    def guide(self, value: float) -> None:
        """A thin line at a value of x that stands for itself, as 1 for "as expected"."""
        self._add(
            f"<path class='t5 dash aid' d='M{self.px(value):.1f} {self.top}V{self.height - self.bottom}'/>"
        )

    def diagonal(self) -> None:
        """Where y equals x."""
        low, high = max(self.x.low, self.y.low), min(self.x.high, self.y.high)
        a, b, c, d = self.px(low), self.py(low), self.px(high), self.py(high)
        self._add(f"<path class='t5 dash aid' d='M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}'/>")

    def more(self, x: Fact, y: float, tone: int) -> None:
        """An arrow to the right of a mark: something unknown comes on top."""
        at = self.px(x.value or 0) + 6
        self._add(
            f"<g class='t{tone % 7} bar aid'><path d='M{at:.1f} {self.py(y):.1f}h12m-4 -3l4 3l-4 3'/></g>"
        )

    def key(
        self, x: float, y: float, text: Html | str, tone: int, line: bool = False, dash: bool = False
    ) -> None:
        """A line of a legend: the mark, or a piece of the line (dashed), and its name."""
        if line or dash:
            kind = "dash" if dash else "line"
            self._add(f"<path class='t{tone % 7} {kind} aid' d='M{x - 14:.1f} {y - 4:.1f}h18'/>")
        else:
            drawn = shape_of(SHAPES[tone % len(SHAPES)], x, y - 4, 3.6)
            self._add(f"<g class='t{tone % 7} mark aid'>{drawn}</g>")
        self.label(x + 8, y, text, tone % 7)

    def label(
        self, x: float, y: float, text: Html | str, tone: int | None = None, anchor: str = "start"
    ) -> None:
        """Words at a place in px; numbers in them must be Facts."""
        if not isinstance(text, Html):
            if bare_numbers(text):
                raise UnsourcedError(f"{text!r} on a chart has no source: give its numbers as Facts")
            text = Html(html.escape(text))
        classes = "label" if tone is None else f"label f{tone}"
        self._add(f"<text class='{classes}' x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}'>{text}</text>")

    def beside(self, x: float, y: float, fact: Fact, tone: int) -> None:
        """A number beside a mark, where there is room for it: else it is told on pointing at the mark."""
        text = f"{fact.value:g}"
        within = (self.left, self.top - 10, self.width, self.height - self.bottom)
        box = room_beside(x, y, 6.5 * len(text), self.taken, within)
        if box:
            self.taken.append(box)
            source = html.escape(fact.source, True)
            span = Html(f'<tspan data-source="{source}" data-value="{text}">{text}</tspan>')
            self.label(box[0], box[3] - 1, span, tone % 7)

    def html(self, name: str) -> Html:
        """The picture; `name` for those who do not see it."""
        return _element(
            "svg",
            "".join(self.parts),
            {
                "viewBox": f"0 0 {self.width} {self.height}",
                "style": f"max-width:{self.width}px" if self.width > PHONE else None,
                "role": "img",
                "aria-label": name,
            },
        )

    def _mark(self, drawn: str, classes: str, facts: Sequence[Fact], told: str) -> None:
        known = [f for f in facts if f.value is not None]
        sources = html.escape(AND.join(f.source for f in known), True)
        values = AND.join(f"{f.value:.6g}" for f in known)
        title = html.escape(
            "\n".join(([told] if told else []) + list(dict.fromkeys(f.source for f in known)))
        )
        self._add(
            f"<g class='{classes}' data-source='{sources}' data-value='{values}'>"
            f"<title>{title}</title>{drawn}</g>"
        )

    def _axes(self, x_label: str, y_label: str, percent: str) -> None:
        floor, edge = self.height - self.bottom, self.width - self.right
        room = edge - self.left
        for value in self.x.ticks(max(3, room // 62)):
            at = self.px(value)
            self._add(f"<path class=grid d='M{at:.1f} {self.top}V{floor}'/>")
            self._add(_tick(at, floor + 13, value, "middle", "x" in percent))
        if self.names:
            for n, name in enumerate(self.names):
                y = self.py(n)
                self._add(f"<path class=grid d='M{self.left} {y:.1f}H{edge}'/>")
                self.label(self.left - 6, y + 3.5, name, anchor="end")
        else:
            for value in self.y.ticks(max(3, (floor - self.top) // 44)):
                at = self.py(value)
                self._add(f"<path class=grid d='M{self.left} {at:.1f}H{edge}'/>")
                self._add(_tick(self.left - 6, at + 3.5, value, "end", "y" in percent))
        if x_label:
            self.label((self.left + edge) / 2, self.height - 5, x_label, anchor="middle")
        if y_label:
            self.label(2, 11, y_label)

    def _add(self, part: str) -> None:
        self.parts.append(part)


def _tick(x: float, y: float, value: float, anchor: str, percent: bool) -> str:
    text = f"{figure(100 * value, '.6g')}%" if percent else figure(value, ".6g")
    place = f"x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}'"
    return f"<text class=tick data-exempt=tick {place}>{_trim(text)}</text>"


def _trim(text: str) -> str:
    bare = text.rstrip("%")
    if "." in bare:
        bare = bare.rstrip("0").rstrip(".")
    return bare + ("%" if text.endswith("%") else "")
