"""What processing as virtual datastrips changed: pixels, geometry, radiometry, masks and metadata of an L1C B
against A, at the cuts and away from them (table of effects: chain facts §5.4).

One band of each resolution stands for the others; whether *any* image differs is what `vds compare` tells.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ipf.l1c import jp2
from ipf.radiometry import L1C_SATURATED
from study.quality import metadata
from study.quality.compare import products
from study.quality.shift import Shifts, shifts
from study.quality.truth import Ground, Truth, camera, image
from study.quality.zones import ALL, CUTS, INSIDE, Band, parts

Floats = NDArray[np.float64]

#: One of each resolution, and none that tie points are sought in. The first one's shifts are measured: B09
#: and B8A are too smooth for windows of their own.
BANDS = ("B04", "B8A", "B09")
#: Pixels by which an L1C may lie off (docs/quality.md, "Right"); what is one thing in A and B shall not
#: differ.
PLACE, SAME = 0.1, 0.0
PIXEL, PERCENT, DN, FIELDS = "pixel of 10 m", "%", "1e-4 of reflectance", "fields"


@dataclass(frozen=True)
class Impact:
    """One measure: name, unit, where (all, cuts, inside), value, and what is asked for (None: nothing)."""

    measure: str
    unit: str
    where: str
    value: float
    tolerance: float | None


@dataclass(frozen=True)
class Row:
    """An impact in the table over many runs. refinement: off, ds (over the datastrip) or vds (over each);
    overlap: scenes; source: the command that made it."""

    case: str
    refinement: str
    vds: int
    overlap: int
    measure: str
    unit: str
    where: str
    value: float
    tolerance: float | None
    source: str


@dataclass
class _Counted:
    """Sums over the tiles, by place."""

    pixels: dict[str, int] = field(default_factory=dict)
    differing: dict[str, int] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    masked: dict[str, int] = field(default_factory=dict)
    compared: dict[str, int] = field(default_factory=dict)
    off: dict[str, list[Floats]] = field(default_factory=dict)

    def add(self, band: Band, masks: tuple[NDArray[np.bool_], ...]) -> None:
        """A band of a tile; masks: where each of them differs."""
        seen = (band.a > 0) | (band.b > 0)
        both = (band.a > 0) & (band.b > 0) & (band.a < L1C_SATURATED) & (band.b < L1C_SATURATED)
        unequal, lost = band.a != band.b, (band.a > 0) & (band.b == 0)
        for where, zone in band.where().items():
            _more(self.pixels, where, seen & zone)
            _more(self.differing, where, unequal & zone)
            _more(self.missing, where, lost & zone)
            for mask in masks:
                _more(self.masked, where, mask & zone)
                _more(self.compared, where, zone)
            pair = both & zone
            self.off.setdefault(where, []).append(band.b[pair].astype(float) - band.a[pair].astype(float))

    def impacts(self) -> Iterator[Impact]:
        for where, pixels in self.pixels.items():
            if not pixels:
                continue
            yield Impact("pixels that differ", PERCENT, where, 100 * self.differing[where] / pixels, SAME)
            yield Impact("pixels lost", PERCENT, where, 100 * self.missing[where] / pixels, SAME)
            off = np.concatenate(self.off[where])
            if off.size:
                yield Impact("radiometry, mean", DN, where, float(off.mean()), SAME)
                yield Impact("radiometry, 95 %", DN, where, float(np.quantile(np.abs(off), 0.95)), SAME)
            share = 100 * self.masked[where] / self.compared[where]
            yield Impact("mask pixels that differ", PERCENT, where, share, SAME)


def impacts(a: Path, b: Path, l0c: Path | None = None) -> list[Impact]:
    """Impacts on B, an OUT/<DS> (with the L1C of its vDS in l1c/, for the cuts), against A, as in `vds
    compare`.

    l0c: the generated datastrip, for places on the ground; without it there is no geolocation.
    """
    mine, other, seen = products(a), products(b), parts(b)
    tiles = sorted(mine.keys() & other.keys())
    counted, moved, stepped, located = _Counted(), [], [], []
    for tile in tiles:
        for name in BANDS:
            views = tuple(image(part[tile], name) for part in seen if tile in part)
            band = Band(image(mine[tile], name), image(other[tile], name), views)
            counted.add(band, tuple(_masks(mine[tile], other[tile], name)))
            if name != BANDS[0]:
                continue
            zone = band.zone
            moved.append(shifts(band.a, band.b, zone))
            stepped += [shifts(one, two, zone) for one, two in pairwise(views)]
            if l0c is not None:
                located.append(shifts(_truth(l0c, tile), band.b, zone))
    found = list(counted.impacts())
    found += _places("shift from A", moved, (ALL, CUTS, INSIDE))
    found += _places("step between vDS", stepped, (CUTS,))
    found += _places("geolocation", located, (ALL, CUTS, INSIDE))
    fields, _ = metadata.differing([(mine[tile], other[tile]) for tile in tiles])
    found.append(Impact("metadata that differ", FIELDS, ALL, float(len(fields)), SAME))
    return found


def _masks(mine: Path, other: Path, name: str) -> Iterator[NDArray[np.bool_]]:
    """Where detector footprint and quality mask of a band differ, and the classification with that of 60
    m."""
    masks = [f"MSK_DETFOO_{name}", f"MSK_QUALIT_{name}", *(["MSK_CLASSI_B00"] if name == "B09" else [])]
    for mask in masks:
        one, two = (jp2.read(next(safe.glob(f"GRANULE/*/QI_DATA/{mask}.jp2"))) for safe in (mine, other))
        yield (np.asarray(one) != np.asarray(two)).any(axis=0)


def _places(measure: str, measured: list[Shifts], wheres: tuple[str, ...]) -> Iterator[Impact]:
    """Mean and 95 % of the lengths; nothing where there is no window."""
    if not measured:
        return
    length, cut = (np.concatenate([getattr(one, name) for one in measured]) for name in ("length", "cut"))
    for where in wheres:
        chosen = length[{ALL: np.ones_like(cut), CUTS: cut, INSIDE: ~cut}[where]]
        if len(chosen):
            yield Impact(f"{measure}, mean", PIXEL, where, float(chosen.mean()), PLACE)
            yield Impact(f"{measure}, 95 %", PIXEL, where, float(np.quantile(chosen, 0.95)), PLACE)


@lru_cache(maxsize=64)
def _truth(l0c: Path, tile: str) -> NDArray[np.float32]:
    """What the band should show of a tile."""
    view = camera(l0c)
    return Truth.of(Ground.of(view, tile, 10), BANDS[0]).reflectance.astype(np.float32)


def _more(sums: dict[str, int], where: str, chosen: NDArray[np.bool_]) -> None:
    sums[where] = sums.get(where, 0) + int(np.count_nonzero(chosen))
