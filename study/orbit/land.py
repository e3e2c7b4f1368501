"""Which places Sentinel-2 images by its observation scenario.

Land between 56° S and 82.8° N, coastal waters up to 20 km from the shore, the Mediterranean and closed seas
(ESA, Sentinel-2 observation scenario, sentinel.esa.int, as stored in 2026). Special requests (Antarctica,
Baffin Bay) are not in it. The coastline is Natural Earth 1:50 million (public domain), see derive_land.py;
islands that it does not show are missing.
"""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

#: Degrees; rows from 90° N, columns from 180° W.
CELL = 0.1
SHAPE = (1800, 3600)
SOUTH, NORTH = -56.0, 82.8
COAST_KM = 20.0
#: West, east, south, north of boxes that hold the Mediterranean, the Black Sea and the Caspian Sea; what else
#: lies in them is land.
SEAS = (
    (-5.5, 36.5, 30.0, 43.3),
    (-1.0, 20.0, 43.3, 46.0),
    (27.0, 42.0, 40.5, 47.5),
    (46.0, 55.0, 36.0, 47.5),
)
_KM_PER_DEGREE = 111.2


def land() -> Mask:
    """Natural Earth's land, (1800, 3600)."""
    packed = np.load(Path(__file__).with_name("land.npz"))["land"]
    return np.unpackbits(packed, axis=1, count=SHAPE[1]).astype(bool)


@cache
def imaged() -> Mask:
    """Cells that the scenario asks for, (1800, 3600)."""
    latitude = 90 - CELL * (np.arange(SHAPE[0]) + 0.5)
    longitude = -180 + CELL * (np.arange(SHAPE[1]) + 0.5)
    mask = widened(land(), COAST_KM)
    for west, east, south, north in SEAS:
        rows, columns = (latitude > south) & (latitude < north), (longitude > west) & (longitude < east)
        mask[np.ix_(rows, columns)] = True
    mask[(latitude < SOUTH) | (latitude > NORTH)] = False
    return mask


def is_imaged(lat: Floats, lon: Floats) -> Mask:
    """Whether places (degrees, any longitude) are in the scenario."""
    row = ((90 - lat) / CELL).astype(np.intp).clip(0, SHAPE[0] - 1)
    column = ((lon + 180) / CELL).astype(np.intp) % SHAPE[1]
    return imaged()[row, column]


def widened(mask: Mask, km: float) -> Mask:
    """The mask and what is within `km` of it, measured along meridians and then along parallels."""
    rows, columns = mask.shape
    cells = km / (_KM_PER_DEGREE * CELL)
    wide = np.empty_like(mask)
    for row in range(rows):
        latitude = 90 - CELL * (row + 0.5)
        reach = min(columns // 2 - 1, round(cells / np.cos(np.radians(latitude))))
        ring = np.concatenate([mask[row, -reach:], mask[row], mask[row, :reach]])
        before = np.concatenate([[0], np.cumsum(ring)])
        wide[row] = before[2 * reach + 1 :] > before[: -2 * reach - 1]
    result = wide.copy()
    for step in range(1, round(cells) + 1):
        result[step:] |= wide[:-step]
        result[:-step] |= wide[step:]
    return result
