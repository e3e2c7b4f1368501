"""A law of an IPF, and the laws of a chain. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt

from study.laws.size import Size

#: Coefficients of a law, in the order of `Size.row`.
TERMS = ("fixed_s", "per_scene_s", "per_tile_s", "per_mpixel_s", "per_covered_mpixel_s")
#: What a fit may be: `few` sizes were measured to tell the terms apart, `poor` does not describe them.
GOOD, FAIR, POOR, FEW = "good", "fair", "poor", "few"
#: Two-sided 95 % of a normal distribution.
Z95 = 1.96


@dataclass(frozen=True)
class Law:
    """CPU seconds of one run: fixed + per scene + per tile + per Mpixel + per Mpixel with data.

    `covariance`: of the five coefficients, over bootstrap replicates; None where it is unknown.
    `sd`: of a single run, relative to the law (0.1: a run takes 10 % more or less).
    `wall_per_cpu`: wall seconds per CPU second, alone on a machine that has nothing else to do.
    `memory_mb`: largest peak measured; `n` runs of `sizes` sizes at `scales` were fitted, with this `r2`.
    """

    fixed_s: float = 0.0
    per_scene_s: float = 0.0
    per_tile_s: float = 0.0
    per_mpixel_s: float = 0.0
    per_covered_mpixel_s: float = 0.0
    sd: float = 0.0
    n: int = 0
    sizes: int = 0
    r2: float | None = None
    quality: str = FEW
    why: str = ""
    wall_per_cpu: float = 1.0
    memory_mb: float = 0.0
    scales: tuple[int, ...] = ()
    low: Mapping[str, float] = field(default_factory=dict)
    high: Mapping[str, float] = field(default_factory=dict)
    covariance: tuple[tuple[float, ...], ...] | None = None

    @property
    def coefficients(self) -> tuple[float, ...]:
        """The terms as numbers, in the order of TERMS."""
        return tuple(getattr(self, name) for name in TERMS)

    def seconds(self, size: Size) -> float:
        """Expected CPU seconds of a unit of that size, on the machine where the law was measured."""
        return sum(c * x for c, x in zip(self.coefficients, size.row(), strict=True))

    def error(self, size: Size) -> float:
        """Standard error (s) of `seconds` that comes from the fit; infinite if nothing is known of it.

        It grows with the distance from what was measured: at scale 1 it is that of the terms per pixel.
        """
        if self.covariance is None:
            return float("inf")
        x = size.row()
        variance = sum(x[i] * x[j] * c for i, row in enumerate(self.covariance) for j, c in enumerate(row))
        return sqrt(max(0.0, variance))

    def interval(self, size: Size, z: float = Z95) -> tuple[float, float]:
        """Confidence interval (s) of the expected CPU time; 95 % unless `z` says otherwise."""
        middle, half = self.seconds(size), z * self.error(size)
        return max(0.0, middle - half), middle + half


@dataclass(frozen=True)
class Laws:
    """Laws by (scope, IPF), and where they come from.

    `index`: of the machine, by method (`study/bench/index.py`); a flavor's own index, divided by this, says
    how much faster it is. `machine`: its facts. `source`: measurement file and command.
    """

    laws: Mapping[tuple[str, str], Law]
    index: Mapping[str, float] = field(default_factory=dict)
    machine: Mapping[str, object] = field(default_factory=dict)
    source: Mapping[str, object] = field(default_factory=dict)

    def law(self, name: str, scope: str = "vds") -> Law | None:
        """The law of an IPF; that of its namesake in the other scope if it was measured there only."""
        return self.laws.get((scope, name)) or next((v for k, v in self.laws.items() if k[1] == name), None)
