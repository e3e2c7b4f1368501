"""Axes: from values to places, and where ticks stand. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10


@dataclass(frozen=True)
class Scale:
    """From `low` to `high`, linear or logarithmic."""

    low: float
    high: float
    log: bool = False

    def __post_init__(self) -> None:
        if not self.low < self.high or (self.log and self.low <= 0):
            raise ValueError(f"an axis from {self.low} to {self.high} was asked for")

    def share(self, value: float) -> float:
        """0 at the low end, 1 at the high end; what lies outside is put on the edge."""
        if self.log:
            value = max(value, self.low)
            found = log10(value / self.low) / log10(self.high / self.low)
        else:
            found = (value - self.low) / (self.high - self.low)
        return min(1.0, max(0.0, found))

    def ticks(self, most: int = 6) -> list[float]:
        """Round values within, at most about `most`."""
        if not self.log:
            return _linear(self.low, self.high, most)
        for digits in ((1, 1.5, 2, 3, 4, 5, 6, 8), (1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
            found = [
                d * 10.0**e
                for e in range(floor(log10(self.low)), ceil(log10(self.high)) + 1)
                for d in digits
                if self.low * 0.999 <= d * 10.0**e <= self.high * 1.001
            ]
            if len(found) <= most:
                return found
        return found[:: ceil(len(found) / most)]


def around(values: Iterable[float], log: bool = False, margin: float = 0.06, zero: bool = False) -> Scale:
    """A scale that holds the values with a margin on both sides; `zero`: begins at 0."""
    kept = [v for v in values if not log or v > 0]
    low, high = (min(kept), max(kept)) if kept else (1.0, 10.0)
    if log:
        wide = (high / low) ** margin if high > low else 1.5
        return Scale(low / wide, high * wide, True)
    wide = (high - low) * margin or abs(high) * 0.1 or 1.0
    return Scale(0.0 if zero else low - wide, high + wide)


def _linear(low: float, high: float, most: int) -> list[float]:
    rough = (high - low) / max(1, most)
    size = 10.0 ** floor(log10(rough))
    step = next(s * size for s in (1, 2, 2.5, 5, 10) if s * size >= rough * 0.999)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]
