"""MSK_CLASSI from a tile's own pixels, and MSK_QUALIT from the quality bits.

Every 60 m pixel is decided from the bands inside it alone (no neighbours, no statistics of the tile), so
that masks of a tile completed from two virtual datastrips are those of the whole datastrip. The tests are
the spectral criteria of the public description of the L1C cloud masks (blue reflectance, SWIR against snow,
cirrus band); the thresholds are ours, not those of the GIPP CLOPAR.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipf.radiometry import L1C_NODATA, L1C_OFFSET, L1C_QUANTIFICATION, L1C_SATURATED

#: Bands that the classification reads.
CLASSI_BANDS = ("B02", "B03", "B10", "B11")
CLASSI_PLANES = ("opaque", "cirrus", "snow_ice")
QUALITY_PLANES = 8

OPAQUE_BLUE = 0.35
OPAQUE_SWIR = 0.25
SNOW_NDSI = 0.4
SNOW_GREEN = 0.35
CIRRUS = 0.015

Reflectance = NDArray[np.float32]


def block_mean(dn: NDArray[np.uint16], factor: int, size: int) -> Reflectance:
    """Mean reflectance of the valid pixels in blocks of factor × factor, (size, size); NaN where there is
    none.

    Blocks at the lower and right edge may be smaller. Saturated pixels count with the largest DN. Sums are
    of whole numbers, hence exact.
    """
    padded = np.zeros((size * factor, size * factor), np.uint16)
    height, width = min(dn.shape[0], size * factor), min(dn.shape[1], size * factor)
    padded[:height, :width] = dn[:height, :width]
    blocks = padded.reshape(size, factor, size, factor)
    count = (blocks != L1C_NODATA).sum(axis=(1, 3), dtype=np.uint32)
    total = blocks.sum(axis=(1, 3), dtype=np.uint64)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (total.astype(np.float64) / count - L1C_OFFSET) / L1C_QUANTIFICATION
    return mean.astype(np.float32)


def classify(reflectance: Callable[[str], Reflectance]) -> NDArray[np.uint8]:
    """Planes opaque, cirrus, snow_ice (3, n, n), 0 or 1. `reflectance` gives a band at 60 m, NaN: no data."""
    blue, green, cirrus, swir = (reflectance(band) for band in CLASSI_BANDS)
    with np.errstate(invalid="ignore", divide="ignore"):
        snow = ((green - swir) / (green + swir) > SNOW_NDSI) & (green > SNOW_GREEN)
        opaque = (blue > OPAQUE_BLUE) & (swir > OPAQUE_SWIR) & ~snow
        thin = (cirrus > CIRRUS) & ~opaque & ~snow
    return np.stack([opaque, thin, snow]).astype(np.uint8)


class QualityPlanes(Sequence[NDArray[np.uint8]]):
    """The 8 binary planes of MSK_QUALIT out of Quality bits, each made when it is asked for: at full size
    all of them are 1 GB."""

    def __init__(self, bits: NDArray[np.uint8]) -> None:
        self.bits = bits

    def __len__(self) -> int:
        return QUALITY_PLANES

    def __getitem__(self, plane: Any) -> Any:
        if not 0 <= plane < QUALITY_PLANES:
            raise IndexError(plane)
        return (self.bits >> np.uint8(plane)) & np.uint8(1)


def quality_bits(planes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Inverse of QualityPlanes: bits of (8, n, n) planes."""
    bits = np.zeros(planes.shape[1:], np.uint8)
    for plane, values in enumerate(planes):
        bits |= (values != 0).astype(np.uint8) << np.uint8(plane)
    return bits


def valid(dn: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """Where a band has data."""
    return dn != L1C_NODATA


def saturated(dn: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """Where a band is saturated."""
    return dn == L1C_SATURATED
