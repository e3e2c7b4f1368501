"""Keys' bicubic interpolation of L1B counts at scattered points.

R. G. Keys, Cubic convolution interpolation for digital image processing, IEEE Trans. ASSP 29 (1981), a =
-1/2: exact for polynomials up to degree 2. A value depends on its 16 samples and two fractions only: all
sums are of single elements in a fixed order (no BLAS), so the same point gives the same bits in any patch.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
#: Samples before and after the interval in which a point lies.
BEFORE, AFTER = 1, 2
#: Columns that are added on each side: a point on the image's edge (column 0) lies after sample -1.
MARGIN = 2


class Samples(NamedTuple):
    """Interpolated counts (float32) and, per point, whether any of its 16 samples is saturated or missing."""

    counts: Floats
    saturated: NDArray[np.bool_]
    missing: NDArray[np.bool_]


def split(coordinate: NDArray[np.float64]) -> tuple[NDArray[np.int64], Floats]:
    """Index of the sample at or before each edge-based coordinate (i is at i + 0.5), and the fraction."""
    shifted = coordinate - 0.5
    index = np.floor(shifted)
    return index.astype(np.int64), (shifted - index).astype(np.float32)


def keys_weights(fraction: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Weights of the samples at -1, 0, 1, 2 for points at `fraction` (0 … 1) between samples 0 and 1."""
    f = fraction
    half = np.float32(0.5)
    return (
        ((-half * f + 1) * f - half) * f,
        (np.float32(1.5) * f - np.float32(2.5)) * f * f + 1,
        ((np.float32(-1.5) * f + 2) * f + half) * f,
        (half * f - half) * f * f,
    )


def bicubic(
    image: NDArray[np.uint16],
    rows: NDArray[np.int64],
    row_fraction: Floats,
    columns: NDArray[np.int64],
    column_fraction: Floats,
    saturated: int = 65535,
    missing: int = 0,
) -> Samples:
    """Counts at points (1-D arrays) of an image.

    Rows BEFORE … AFTER around each point must exist. Columns beyond the image go on straight from its last
    two: the choice of the detector keeps that to the outermost pixel and a half of the swath.
    """
    padded = np.pad(image, ((0, 0), (MARGIN, MARGIN)), mode="edge")
    width = padded.shape[1]
    flat = _extended(padded).ravel()
    corner = (rows - BEFORE) * width + columns + (MARGIN - BEFORE)
    across = keys_weights(column_fraction)
    counts = np.zeros(rows.shape, np.float32)
    for line, weight in enumerate(keys_weights(row_fraction)):
        start = corner + line * width
        value = across[0] * flat[start]
        for column in (1, 2, 3):
            value += across[column] * flat[start + column]
        counts += weight * value
    return Samples(
        counts, _touches(padded, saturated, corner, width), _touches(padded, missing, corner, width)
    )


def _extended(padded: NDArray[np.uint16]) -> Floats:
    """Counts as floats, with straight lines in place of the MARGIN columns that repeat the outermost ones:
    repeated ones would flatten the last half pixel, by up to 50 counts at the edge of a cloud."""
    counts = padded.astype(np.float32)
    if counts.shape[1] >= 2 * MARGIN + 2:
        for outside in range(MARGIN):
            reach = np.float32(MARGIN - outside)
            for edge, inner, column in (
                (MARGIN, MARGIN + 1, outside),
                (-MARGIN - 1, -MARGIN - 2, -1 - outside),
            ):
                counts[:, column] = counts[:, edge] + reach * (counts[:, edge] - counts[:, inner])
    return counts


def _touches(
    image: NDArray[np.uint16], special: int, corner: NDArray[np.int64], width: int
) -> NDArray[np.bool_]:
    """Whether any of the 4 × 4 samples from each corner on has the special value."""
    hit = np.zeros(corner.shape, bool)
    marked = (image == special).ravel()
    if marked.any():
        for line in range(4):
            for column in range(4):
                hit |= marked[corner + (line * width + column)]
    return hit
