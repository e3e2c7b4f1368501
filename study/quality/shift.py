"""By how much one image lies off another, window by window: correlation, then least-squares matching."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ipf.refine.match import REACH, match, sampler
from study.quality.zones import Where

Floats = NDArray[np.float64]

#: Pixels across a window; odd, as a window has a middle. 6.6 km of 10 m pixels at scale 16.
SIZE = 41
#: From one window to the next.
STEP = 80
#: Pixels around what is searched that interpolation may need.
_SPARE = 4


class Shifts(NamedTuple):
    """Pixels (windows,) to the east and south by which an image lies off the other; whether the window
    touches a cut."""

    east: Floats
    south: Floats
    cut: Where

    @property
    def length(self) -> Floats:
        return np.hypot(self.east, self.south)


def shifts(reference: NDArray[Any], image: NDArray[np.uint16], zone: Where) -> Shifts:
    """Shifts of `image` from `reference` (no data: 0) in all windows that both fill, search included.

    At most REACH pixels are found; windows where nothing correlates, as over a flat sea, are left out.
    """
    found: list[tuple[float, float, bool]] = []
    edge = REACH + _SPARE
    size = SIZE + 2 * edge
    rows, columns = (n + 0.5 for n in np.mgrid[_SPARE : size - _SPARE, _SPARE : size - _SPARE].astype(float))
    for top in range(0, image.shape[0] - size + 1, STEP):
        for left in range(0, image.shape[1] - size + 1, STEP):
            seen = image[top : top + size, left : left + size]
            inner = (slice(top + edge, top + edge + SIZE), slice(left + edge, left + edge + SIZE))
            known = reference[inner].astype(np.float32)
            if not (known.all() and seen.all()):
                continue
            if np.array_equal(known, seen[edge:-edge, edge:-edge]):
                found.append((0.0, 0.0, bool(zone[inner].any())))
                continue
            there = match(known, rows, columns, sampler(seen, 0))
            if there is not None:
                found.append((there.off_column, there.off_row, bool(zone[inner].any())))
    table = np.array(found).reshape(-1, 3)
    return Shifts(table[:, 0], table[:, 1], table[:, 2].astype(bool))
