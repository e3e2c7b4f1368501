"""What each detector sees of a tile: rows, columns and Sun at the nodes, and the L1B counts behind them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ipf.geometry.clock import RowClock
from ipf.geometry.location import Abeam, Locator, abeam
from ipf.geometry.navigation import Navigation
from ipf.l1a import L1B_MISSING
from ipf.l1c.geocoding import Geocoding
from ipf.l1c.grids import step
from ipf.l1c.toa import View
from ipf.radiometry import BANDS

Floats = NDArray[np.float64]

DETECTORS = range(1, 13)
#: A detector is looked for at the nodes within so many steps of its columns: those of all cells that have a
#: pixel of it, as a cell's diagonal is 1.41 steps.
REACH = 1.6
#: Zenith angles are taken as at most 89.4°: reflectance means nothing in the dark.
LOWEST_COS_SUN = 0.01


class CosSun(Protocol):
    """Cosine of the Sun's zenith angle at times [s since the navigation's epoch] and places [deg]."""

    def __call__(self, t: Floats, lon: Floats, lat: Floats) -> Floats: ...


@dataclass(frozen=True)
class Nodes:
    """Points of a tile (degrees) and where the satellite passes them."""

    lon: Floats
    lat: Floats
    ground: Abeam

    @classmethod
    def of(cls, navigation: Navigation, lon: Floats, lat: Floats) -> "Nodes":
        return cls(lon, lat, abeam(navigation, lon, lat))

    def near(self, band: str, detector: int, margin: float) -> NDArray[np.bool_]:
        """Which of them a detector sees, or would with `margin` metres (at least 50) more on each side,
        whatever the rows: the same in a datastrip and its vDS."""
        return self.ground.near(band, f"{detector:02d}", margin)


@dataclass(frozen=True)
class Rows:
    """L1B counts of a band and detector out of the files of its ATFs, rows counted since the epoch.

    `pieces` are (first row of this datastrip, counts), in order; `first` and `last` bound
    the L1 frame, since the epoch; `offset` is the epoch's number of the datastrip's row 0.
    """

    pieces: Sequence[tuple[int, NDArray[np.uint16]]]
    offset: int
    first: int
    last: int

    @property
    def width(self) -> int:
        return int(self.pieces[0][1].shape[1])

    def rows(self, first: int, last: int) -> NDArray[np.uint16]:
        """Rows first … last inclusive; rows in no piece (a gap of the datastrip) are L1B_MISSING."""
        start, stop = first - self.offset, last + 1 - self.offset
        found = np.full((stop - start, self.width), L1B_MISSING, np.uint16)
        for row, counts in self.pieces:
            begin, end = max(row, start), min(row + len(counts), stop)
            if begin < end:
                found[begin - start : end - start] = counts[begin - row : end - row]
        return found


def views(
    navigation: Navigation,
    geocoding: Geocoding,
    band: str,
    clock: Callable[[int], RowClock],
    counts: Callable[[int], Rows | None],
    cos_sun: CosSun,
    nodes: Nodes,
) -> list[View]:
    """Views of the detectors over a tile, in their order.

    clock, counts: of a detector. A detector without counts (None) still takes its place in the choice, so
    that its pixels become no-data and are not given by a neighbour.
    """
    width = BANDS[band].l1b_columns(geocoding.scale)
    found = []
    for detector in DETECTORS:
        near = nodes.near(band, detector, REACH * step(geocoding))
        if not near.any():
            continue
        t, column = Locator(navigation, band, f"{detector:02d}").inverse_of(nodes.ground.at(near))
        light = np.maximum(cos_sun(t, nodes.lon[near], nodes.lat[near]), LOWEST_COS_SUN)
        row, column = spread(clock(detector).coordinate(t), near), spread(column / geocoding.scale, near)
        image = counts(detector) or Rows([(0, np.empty((0, width), np.uint16))], 0, 0, -1)
        found.append(View(detector, row, column, spread(light, near), image))
    return found


def spread(values: Floats, where: NDArray[np.bool_]) -> Floats:
    """Values of some points (1-D) in the array of all; NaN elsewhere."""
    result = np.full(where.shape, np.nan)
    result[where] = values
    return result
