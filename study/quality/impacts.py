"""What processing as virtual datastrips changed: pixels, geometry, radiometry, masks and metadata of an L1C B
against A, at the cuts and away from them (table of effects: chain facts §5.4).

One band of each resolution stands for the others; whether *any* image differs is what `vds compare` tells.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from batch.errors import InputError
from ipf.radiometry import L1C_SATURATED
from ipf.synth.photo import Camera
from study.quality import metadata
from study.quality.compare import products
from study.quality.histogram import Differences
from study.quality.product import Image, pair, read, same_grid
from study.quality.shift import Shifts, shifts
from study.quality.truth import Ground, Truth, camera
from study.quality.zones import ALL, CUTS, INSIDE, Band, parts

#: One of each resolution, and none that tie points are sought in. The first one's shifts are measured: B09
#: and B8A are too smooth for windows of their own.
BANDS = ("B04", "B8A", "B09")
#: Pixels by which an L1C may lie off (docs/quality.md, "Right"); what is one thing in A and B shall not
#: differ.
PLACE, SAME = 0.1, 0.0
PERCENT, DN, FIELDS = "%", "1e-4 of reflectance", "fields"


def pixel_unit(metres: float) -> str:
    """The unit of shifts of a 10 m band: at scale N its pixels are N times as wide."""
    return f"pixel of {metres:g} m" + (f" (10 m at scale {metres / 10:g})" if metres != 10 else "")


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
    off: dict[str, Differences] = field(default_factory=dict)

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
            self.off.setdefault(where, Differences()).add(band.a, band.b, both & zone)

    def impacts(self) -> Iterator[Impact]:
        for where, pixels in self.pixels.items():
            if not pixels:
                continue
            yield Impact("pixels that differ", PERCENT, where, 100 * self.differing[where] / pixels, SAME)
            yield Impact("pixels lost", PERCENT, where, 100 * self.missing[where] / pixels, SAME)
            if off := self.off[where]:
                yield Impact("radiometry, mean", DN, where, off.mean, SAME)
                yield Impact("radiometry, 95 %", DN, where, off.quantile(0.95), SAME)
            if compared := self.compared.get(where):
                share = 100 * self.masked[where] / compared
                yield Impact("mask pixels that differ", PERCENT, where, share, SAME)


def impacts(a: Path, b: Path, l0c: Path | None = None) -> list[Impact]:
    """Impacts on B, an OUT/<DS> (with the L1C of its vDS in l1c/, for the cuts), against A, as in `vds
    compare`.

    l0c: the generated datastrip, for places on the ground; without it there is no geolocation. InputError if
    an image that is looked at is in one product only, or of another grid.
    """
    mine, other, seen = products(a), products(b), parts(b)
    tiles = sorted(mine.keys() & other.keys())
    counted, moved, stepped, located, unit = _Counted(), [], [], [], ""
    view = camera(l0c) if l0c is not None else None
    for tile in tiles:
        for name in BANDS:
            images = pair(mine[tile], other[tile], name)
            if images is None:
                continue
            views = [read(part[tile], name) for part in seen if tile in part]
            band = _band(*images, views)
            counted.add(band, tuple(_masks(mine[tile], other[tile], name, images[0])))
            if name != BANDS[0]:
                continue
            zone, unit = band.zone, pixel_unit(images[0].pixel)
            moved.append(shifts(band.a, band.b, zone))
            stepped += [shifts(one, two, zone) for one, two in pairwise(band.seen)]
            if view is not None:
                located.append(shifts(_truth(view, tile, images[1]), band.b, zone))
    found = list(counted.impacts())
    found += _places("shift from A", unit, moved, (ALL, CUTS, INSIDE))
    found += _places("step between vDS", unit, stepped, (CUTS,))
    found += _places("geolocation", unit, located, (ALL, CUTS, INSIDE))
    fields, _ = metadata.differing([(mine[tile], other[tile]) for tile in tiles])
    found.append(Impact("metadata that differ", FIELDS, ALL, float(len(fields)), SAME))
    return found


def _band(a: Image, b: Image, views: list[Image]) -> Band:
    for one in views:
        same_grid(b, one)
    first, second, *seen = (np.asarray(one.planes[0], np.uint16) for one in (a, b, *views))
    return Band(first, second, tuple(seen))


def _masks(mine: Path, other: Path, name: str, band: Image) -> Iterator[NDArray[np.bool_]]:
    """Where detector footprint and quality mask of a band differ, and the classification with that of 60
    m."""
    for mask in (f"DETFOO {name}", f"QUALIT {name}", *(["CLASSI"] if name == "B09" else [])):
        if (both := pair(mine, other, mask)) is not None:
            same_grid(band, both[0])
            one, two = (image.planes for image in both)
            if one.shape != two.shape:
                raise InputError(
                    f"{both[1].file} has {len(two)} planes, {len(one)} as {both[0].file} expected"
                )
            yield (one != two).any(axis=0)


def _places(measure: str, unit: str, measured: list[Shifts], wheres: tuple[str, ...]) -> Iterator[Impact]:
    """Mean and 95 % of the lengths; nothing where there is no window."""
    if not measured:
        return
    length, cut = (np.concatenate([getattr(one, name) for one in measured]) for name in ("length", "cut"))
    for where in wheres:
        chosen = length[{ALL: np.ones_like(cut), CUTS: cut, INSIDE: ~cut}[where]]
        if len(chosen):
            yield Impact(f"{measure}, mean", unit, where, float(chosen.mean()), PLACE)
            yield Impact(f"{measure}, 95 %", unit, where, float(np.quantile(chosen, 0.95)), PLACE)


def _truth(view: Camera, tile: str, image: Image) -> NDArray[np.float32]:
    """What the band should show of a tile, on the grid of an image of it."""
    reflectance = Truth.of(Ground.of(view, tile, 10), BANDS[0]).reflectance.astype(np.float32)
    if reflectance.shape != image.planes.shape[1:]:
        raise InputError(
            f"{image.file} has {image.planes.shape[2]} pixels across, {reflectance.shape[1]} were expected "
            "at the datastrip's scale; give with --truth the datastrip that it was made of"
        )
    return reflectance


def _more(sums: dict[str, int], where: str, chosen: NDArray[np.bool_]) -> None:
    sums[where] = sums.get(where, 0) + int(np.count_nonzero(chosen))
