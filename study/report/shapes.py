"""Marks, and where words go that must not lie on each other. Pure."""

from collections.abc import Sequence

#: Marks that differ in shape as well as in colour.
SHAPES = ("circle", "square", "diamond", "up", "down", "cross", "plus", "ring")
Box = tuple[float, float, float, float]


def shape(kind: str, x: float, y: float, r: float) -> str:
    """A mark of about 2 r around a place, as SVG."""
    if kind in ("circle", "ring"):
        return f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{r}' class='{'open' if kind == 'ring' else 'full'}'/>"
    d, u = 1.3 * r, 1.2 * r
    path = {
        "square": f"M{x - r:.1f} {y - r:.1f}h{2 * r}v{2 * r}h-{2 * r}z",
        "diamond": f"M{x:.1f} {y - d:.1f}l{d:.1f} {d:.1f}l-{d:.1f} {d:.1f}l-{d:.1f} -{d:.1f}z",
        "up": f"M{x:.1f} {y - u:.1f}l{u:.1f} {2.1 * r:.1f}h-{2 * u:.1f}z",
        "down": f"M{x:.1f} {y + u:.1f}l{u:.1f} -{2.1 * r:.1f}h-{2 * u:.1f}z",
        "cross": f"M{x - r:.1f} {y - r:.1f}l{2 * r} {2 * r}m0 -{2 * r}l-{2 * r} {2 * r}",
        "plus": f"M{x - r:.1f} {y:.1f}h{2 * r}m-{r} -{r}v{2 * r}",
    }[kind]
    return f"<path d='{path}' class='{'thin' if kind in ('cross', 'plus') else 'full'}'/>"


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near as can be to those wanted, `gap` apart, between `low` and `high`; in the same order."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    places = [0.0] * len(wanted)
    last = low - gap
    for i in order:
        last = places[i] = max(wanted[i], last + gap)
    for i in reversed(order):
        places[i] = min(places[i], high)
        high = places[i] - gap
    return places


def room_beside(x: float, y: float, wide: float, taken: Sequence[Box], within: Box) -> Box | None:
    """Where words of that width fit beside a mark: right or left of it, above or below; None if nowhere."""
    for left, base in ((x + 6, y - 5), (x + 6, y + 12), (x - 6 - wide, y - 5), (x - 6 - wide, y + 12)):
        box = (left, base - 9, left + wide, base + 1)
        inside = within[0] < box[0] and box[2] < within[2] and within[1] < box[1] and box[3] < within[3]
        if inside and not any(_meet(box, other) for other in taken):
            return box
    return None


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
