"""Tie points: at which time and column a detector sees a place whose coordinates the reference knows."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from batch.errors import InputError
from ipf import l1a
from ipf.geometry.clock import RowClock
from ipf.geometry.location import Locator
from ipf.geometry.navigation import Navigation
from ipf.l1c.resample import AFTER, BEFORE
from ipf.l1c.sight import Rows
from ipf.refine.match import REACH, match, sampler
from ipf.refine.reference import BAND, SIZE, Chips

FILE = "tie_points.json"
#: Pixels beyond the expected ones that matching may need.
_SPARE = 2


@dataclass(frozen=True)
class TiePoint:
    """`reference` and number of the chip, detector; the place (degrees, on the ellipsoid); when and in which
    column of B03 (edge-based, full resolution) it is seen, in seconds since the navigation's epoch; rows and
    columns (of the scale) that it lies from where it was expected; correlation and σ [pixels]."""

    reference: str
    chip: int
    detector: str
    lon: float
    lat: float
    t: float
    column: float
    off_row: float
    off_column: float
    correlation: float
    sigma: float


def collect(
    navigation: Navigation, clock: RowClock, counts: Rows, detector: str, scale: int, chips: Chips
) -> Iterator[TiePoint]:
    """Tie points of a detector. clock: of BAND at the scale.

    A chip is used if all of its pixels, and those of its search, are within the L1 frame: so the points of
    virtual datastrips that overlap by more than a chip are those of the whole.
    """
    locator = Locator(navigation, BAND, detector)
    lon, lat = chips.middles()
    t, column = locator.inverse(lon, lat)
    half = SIZE / 2 * chips.pixel / 10  # columns and lines of 10 m, about
    with np.errstate(invalid="ignore"):
        across = (column > half) & (column < counts.width * scale - half)
        row = clock.coordinate(t)
        near = across & (row > counts.first) & (row < counts.last)
    for number in np.flatnonzero(near):
        rows, columns = _expected(locator, clock, chips, int(number), scale)
        image = _image(counts, rows, columns)
        if image is None:
            continue
        first, pixels = image
        found = match(chips.values[number], rows, columns, sampler(pixels, first))
        if found is not None:
            seen = float((found.row + clock.fraction) * clock.period)
            yield TiePoint(
                chips.name, int(number), detector, float(lon[number]), float(lat[number]), seen,
                found.column * scale, found.off_row, found.off_column, found.correlation, found.sigma,
            )  # fmt: skip


def _expected(
    locator: Locator, clock: RowClock, chips: Chips, number: int, scale: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rows since the epoch and columns, at the scale, of a chip's pixels and REACH more around."""
    t, column = locator.inverse(*chips.lonlat(number, REACH))
    return clock.coordinate(t), column / scale


def _image(
    counts: Rows, rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> tuple[int, NDArray[np.uint16]] | None:
    """First row and the counts around; None if they are not all there."""
    if not (np.isfinite(rows).all() and np.isfinite(columns).all()):
        return None
    first = int(np.floor(rows.min())) - BEFORE - _SPARE
    last = int(np.ceil(rows.max())) + AFTER + _SPARE
    if first < counts.first or last > counts.last:
        return None
    if columns.min() < BEFORE + _SPARE or columns.max() > counts.width - AFTER - _SPARE:
        return None
    return first, counts.rows(first, last)


def save(folder: Path, points: Iterable[TiePoint]) -> None:
    """Write `folder`/tie_points.json."""
    folder.mkdir(parents=True, exist_ok=True)
    l1a.save_json(folder / FILE, [asdict(point) for point in points])


def read(roots: Sequence[Path]) -> list[TiePoint]:
    """All tie points below the paths of an input, each once: overlapping virtual datastrips find the same."""
    found: dict[tuple[str, int, str], TiePoint] = {}
    for root in roots:
        for path in sorted(root.rglob(FILE)):
            try:
                points = [TiePoint(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
            except (ValueError, TypeError) as error:
                raise InputError(f"{path} holds no tie points ({error}); run TP_COLLECT again") from None
            for point in points:
                found.setdefault((point.reference, point.chip, point.detector), point)
    return [found[key] for key in sorted(found)]
