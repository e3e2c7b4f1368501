"""Money of which a part may be unknown: what is known, and between which bounds the whole lies."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from infra.settings.model import Figure


@dataclass(frozen=True)
class Bounds:
    """`known`: sum of the known parts; `high` None: nobody knows; `complete`: no part is unknown."""

    known: float = 0.0
    low: float = 0.0
    high: float | None = 0.0
    complete: bool = True

    @staticmethod
    def of(figure: Figure, factor: float = 1.0) -> "Bounds":
        """The figure, times a factor of 0 or more."""
        if figure.value is None:
            high = figure.high * factor if figure.high is not None else None
            # Nothing of what is unknown costs nothing.
            return Bounds(0.0, (figure.low or 0.0) * factor, high if factor else 0.0, not factor)
        low = figure.value if figure.low is None else figure.low
        high = figure.value if figure.high is None else figure.high
        return Bounds(figure.value * factor, low * factor, high * factor)

    def __add__(self, other: "Bounds") -> "Bounds":
        high = None if self.high is None or other.high is None else self.high + other.high
        return Bounds(self.known + other.known, self.low + other.low, high, self.complete and other.complete)

    def __mul__(self, factor: float) -> "Bounds":
        high = None if self.high is None else self.high * factor
        return Bounds(self.known * factor, self.low * factor, high, self.complete)

    @property
    def exact(self) -> bool:
        """No unknown part and no width."""
        return self.complete and self.low == self.known == self.high

    def document(self) -> dict[str, Any]:
        """For JSON: `value` is a lower estimate where `at_least` is true; null where nothing is known."""
        unknown = not self.complete and not self.known
        return {
            "value": None if unknown else round(self.known, 6),
            "at_least": not self.complete,
            "low": round(self.low, 6),
            "high": None if self.high is None else round(self.high, 6),
        }

    def __str__(self) -> str:
        if not self.complete and not self.known and self.high is None and not self.low:
            return "unknown"
        text = f"{'≥ ' if not self.complete else ''}{number(self.known if self.known else self.low)}"
        if self.exact or (self.low == self.known and self.high is None):
            return text
        return f"{text} ({number(self.low)}–{'?' if self.high is None else number(self.high)})"


def number(value: float) -> str:
    """EUR with as many decimals as tell something."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.2f}" if abs(value) >= 1 or value == 0 else f"{value:.4f}".rstrip("0")


def total(parts: Iterable[Bounds]) -> Bounds:
    """The sum."""
    return sum(parts, Bounds())
