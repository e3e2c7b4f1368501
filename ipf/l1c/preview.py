"""True-colour image (TCI) and preview (PVI) of a tile."""

import numpy as np
from numpy.typing import NDArray

from ipf.l1c.geocoding import Geocoding
from ipf.radiometry import L1C_NODATA, L1C_OFFSET, L1C_QUANTIFICATION

#: Red, green, blue.
TCI_BANDS = ("B04", "B03", "B02")
#: Reflectance that becomes 255; 0 becomes 1, and 0 means no data.
TCI_FULL = 0.35
PVI_SIZE = 343
PVI_PIXEL = 320

Bytes = NDArray[np.uint8]


def tci_plane(dn: NDArray[np.uint16]) -> Bytes:
    """One colour: reflectance 0 … 0.35 as 1 … 255, no data as 0."""
    table = (np.arange(65536) - L1C_OFFSET) / (L1C_QUANTIFICATION * TCI_FULL)
    levels = (np.clip(np.rint(table * 254), 0, 254) + 1).astype(np.uint8)
    levels[L1C_NODATA] = 0
    return levels[dn]


def pvi_plane(colour: Bytes, geocoding: Geocoding) -> Bytes:
    """343 × 343 pixels of 320 m: rounded mean of the pixels with data in each block of a TCI plane.

    The block is 32 / N pixels across; beyond N = 32 (never) there would be none.
    """
    factor = PVI_PIXEL // geocoding.pixel(10)
    side = PVI_SIZE * factor
    blocks = colour[:side, :side].reshape(PVI_SIZE, factor, PVI_SIZE, factor)
    count = (blocks != 0).sum(axis=(1, 3), dtype=np.uint32)
    total = blocks.sum(axis=(1, 3), dtype=np.uint32)
    half = count // 2
    return np.where(count > 0, (total + half) // np.maximum(count, 1), 0).astype(np.uint8)


def pvi_transform(geocoding: Geocoding) -> tuple[float, float, float, float, float, float]:
    """Affine coefficients of the preview's grid."""
    return (float(PVI_PIXEL), 0.0, float(geocoding.ulx), 0.0, float(-PVI_PIXEL), float(geocoding.uly))
