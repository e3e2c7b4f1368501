"""A tile seen by made-up detectors whose geometry is affine, over an image of random counts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ipf.l1c.geocoding import Geocoding
from ipf.l1c.grids import EXTENT, step
from ipf.l1c.toa import View

GEOCODING = Geocoding("31UDQ", 32631, 399960, 5400000, 16)


@dataclass
class Array:
    """Counts of rows first … last since the epoch, held in memory."""

    counts: NDArray[np.uint16]
    first: int
    last: int

    @property
    def width(self) -> int:
        return self.counts.shape[1]

    def rows(self, first: int, last: int) -> NDArray[np.uint16]:
        assert self.first <= first and last <= self.last
        return self.counts[first - self.first : last - self.first + 1]

    def cut(self, first: int, last: int) -> "Array":
        return Array(self.counts[first - self.first : last - self.first + 1], first, last)


def node_offsets(geocoding: Geocoding) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    offsets = np.arange(0.0, EXTENT + 1, step(geocoding))
    east, south = np.meshgrid(offsets, offsets)
    return east, south


def random_views(
    seed: int, detectors: int = 3, first: int = -40, last: int = 900, geocoding: Geocoding = GEOCODING
) -> list[View]:
    """Detectors 25 km wide, overlapping by 1.5 km, on a track 12° off the grid's north, staggered."""
    random = np.random.default_rng(seed)
    east, south = node_offsets(geocoding)
    pixel = geocoding.pixel(10)
    angle = np.deg2rad(12.0)
    along = (south * np.cos(angle) + east * np.sin(angle)) / pixel
    across = (east * np.cos(angle) - south * np.sin(angle)) / pixel
    width = int(25_000 / pixel)
    views = []
    for index in range(detectors):
        column = across - index * (width - 1500 / pixel) - 20 + 1e-5 * (along - 300) ** 2
        row = along + 7.3 * (index % 2) + 1e-5 * column**2 + 0.25
        counts = random.integers(100, 4000, (last - first + 1, width)).astype(np.uint16)
        cos_sun = 0.5 + south / 1e6
        views.append(View(index + 1, row, column, cos_sun, Array(counts, first, last)))
    return views
