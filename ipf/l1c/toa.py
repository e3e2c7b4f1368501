"""Ortho-rectified top-of-atmosphere reflectance of one band of one tile, from the detectors that see it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntFlag
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ipf.l1c.geocoding import Geocoding
from ipf.l1c.grids import Floats, Window, cell_pixels, dense, seen_window
from ipf.l1c.resample import AFTER, BEFORE, bicubic, split
from ipf.radiometry import L1C_NODATA, L1C_SATURATED

#: Pixels of a block; what is held per pixel is about 100 bytes, so blocks bound the memory at scale 1.
BLOCK_PIXELS = 1 << 21


class Quality(IntFlag):
    """Planes of MSK_QUALIT, in the order of PSD 14.8."""

    ANC_LOST = 1
    ANC_DEG = 2
    MSI_LOST = 4
    MSI_DEG = 8
    DEFECTIVE = 16
    NO_DATA = 32
    PARTIALLY_CORRECTED = 64
    SATURATED = 128


class Image(Protocol):
    """L1B counts of one band and detector."""

    @property
    def first(self) -> int:
        """First usable row (since the common epoch)."""

    @property
    def last(self) -> int:
        """Last usable row."""

    @property
    def width(self) -> int:
        """Useful columns."""

    def rows(self, first: int, last: int) -> NDArray[np.uint16]:
        """Rows first … last inclusive, all columns."""


@dataclass(frozen=True)
class View:
    """How one detector sees the nodes of the tile; arrays are (n, n).

    row, column: edge-based, rows since the epoch. cos_sun: cosine of the Sun's zenith angle when it is seen.
    """

    detector: int
    row: Floats
    column: Floats
    cos_sun: Floats
    image: Image


@dataclass(frozen=True)
class Ortho:
    """DN (uint16), detector number (0: none) and Quality bits (uint8) of a band, all (size, size)."""

    dn: NDArray[np.uint16]
    detector: NDArray[np.uint8]
    quality: NDArray[np.uint8]


def ortho(
    geocoding: Geocoding,
    resolution: int,
    views: Sequence[View],
    to_dn: Callable[[NDArray[np.float32], Floats], NDArray[np.uint16]],
) -> Ortho:
    """Resample a band onto its grid of the tile.

    Of the detectors whose columns hold a pixel the one that sees it farther from its edge gives it (the
    first of two that are equal), even if its rows are not in this (virtual) datastrip: then the pixel is
    no-data here. `to_dn` turns counts and cosines of the Sun's zenith (1-D) into DN.
    """
    size, per_cell = geocoding.size(resolution), cell_pixels(geocoding, resolution)
    result = Ortho(
        np.full((size, size), L1C_NODATA, np.uint16),
        np.zeros((size, size), np.uint8),
        np.full((size, size), Quality.NO_DATA, np.uint8),
    )
    height = max(1, BLOCK_PIXELS // (size * per_cell)) * per_cell
    for top in range(0, size, height):
        _block(result, views, to_dn, per_cell, top, min(top + height, size))
    return result


def _block(
    result: Ortho,
    views: Sequence[View],
    to_dn: Callable[[NDArray[np.float32], Floats], NDArray[np.uint16]],
    per_cell: int,
    top: int,
    bottom: int,
) -> None:
    size = result.dn.shape[1]
    best = np.full((bottom - top, size), -1.0)
    owner = np.full((bottom - top, size), -1, np.int8)
    seen: list[tuple[Window, Floats] | None] = []
    for index, view in enumerate(views):
        window = seen_window(view.column, view.image.width, per_cell, size, top, bottom)
        if window is None:
            seen.append(None)
            continue
        column = dense(view.column, per_cell, window)
        margin = np.minimum(column, view.image.width - column)
        part = (slice(None), window.slices[1])
        wins = (margin >= 0) & (margin > best[part])
        best[part] = np.where(wins, margin, best[part])
        owner[part] = np.where(wins, np.int8(index), owner[part])
        seen.append((window, column))
    for index, (view, what) in enumerate(zip(views, seen, strict=True)):
        if what is not None:
            _patch(result, view, *what, owner[:, what[0].slices[1]] == index, to_dn, per_cell)


def _patch(
    result: Ortho,
    view: View,
    window: Window,
    column: Floats,
    mine: NDArray[np.bool_],
    to_dn: Callable[[NDArray[np.float32], Floats], NDArray[np.uint16]],
    per_cell: int,
) -> None:
    rows, row_fraction = split(dense(view.row, per_cell, window)[mine])
    here = (rows - BEFORE >= view.image.first) & (rows + AFTER <= view.image.last)
    if not here.any():
        return
    mine[mine] = here
    rows, row_fraction = rows[here], row_fraction[here]
    columns, column_fraction = split(column[mine])
    first = int(rows.min()) - BEFORE
    counts = view.image.rows(first, int(rows.max()) + AFTER)
    sampled = bicubic(counts, rows - first, row_fraction, columns, column_fraction)
    dn = to_dn(sampled.counts, dense(view.cos_sun, per_cell, window)[mine])
    dn[sampled.saturated] = L1C_SATURATED
    dn[sampled.missing] = L1C_NODATA
    quality = np.where(sampled.saturated, np.uint8(Quality.SATURATED), np.uint8(0))
    quality[sampled.missing] = Quality.MSI_LOST | Quality.NO_DATA
    result.dn[window.slices][mine] = dn
    result.detector[window.slices][mine] = view.detector
    result.quality[window.slices][mine] = quality
