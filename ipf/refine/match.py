"""Where a chip lies in an image: correlation to a whole pixel, then least-squares matching.

The correlation is the normalised one, over shifts of whole pixels of the chip. Least-squares matching (A.
Gruen, Adaptive least squares correlation, South African J. of Photogrammetry 14 (1985)) then finds the rest
with gain and offset between both, so that the reference may be in any unit and of any season's light.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ipf.l1c.resample import bicubic, split

Floats = NDArray[np.float64]

#: Whole pixels to each side among which is searched.
REACH = 4
#: A match is good from this correlation on, and if its shift is known to so many pixels (1 σ).
LEAST_CORRELATION, LARGEST_SIGMA = 0.85, 0.15
_STEPS = 6
_CONVERGED = 0.002
_HALF = 0.5

#: Values at rows and columns (edge-based, any shape) of the image; None where one of them has none.
Sampler = Callable[[Floats, Floats], Floats | None]


@dataclass(frozen=True)
class Match:
    """Row and column (edge-based) at which the chip's middle was found, how far that is from where it was
    looked for, the correlation there, and 1 σ of the place; pixels."""

    row: float
    column: float
    off_row: float
    off_column: float
    correlation: float
    sigma: float


def sampler(image: NDArray[np.uint16], first: int) -> Sampler:
    """Bicubic values of L1B counts (rows, columns) whose row 0 is row `first` of the coordinates."""

    def sample(rows: Floats, columns: Floats) -> Floats | None:
        row, row_fraction = split(rows.ravel() - first)
        column, column_fraction = split(columns.ravel())
        found = bicubic(image, row, row_fraction, column, column_fraction)
        if found.saturated.any() or found.missing.any():
            return None
        return found.counts.reshape(rows.shape).astype(np.float64)

    return sample


def match(chip: NDArray[np.float32], rows: Floats, columns: Floats, sample: Sampler) -> Match | None:
    """Find a chip (n, n) in an image.

    rows, columns: where its pixels are expected, with REACH more on each side (n + 2 · REACH, same). None if
    it is not found well enough, or at the end of the reach, where the best may lie beyond.
    """
    reference, size = chip.astype(np.float64), len(chip)
    seen = sample(rows, columns)
    if seen is None:
        return None
    down, right = _whole_pixels(reference, seen)
    if max(abs(down), abs(right)) >= REACH:
        return None
    part = (slice(REACH + down, REACH + down + size), slice(REACH + right, REACH + right + size))
    fine = _fine(reference, rows[part], columns[part], sample)
    if fine is None:
        return None
    off_row, off_column, correlation, sigma = fine
    if correlation < LEAST_CORRELATION or sigma > LARGEST_SIGMA:
        return None
    middle = (REACH + down + size // 2, REACH + right + size // 2)
    expected = (REACH + size // 2,) * 2
    row, column = float(rows[middle] + off_row), float(columns[middle] + off_column)
    return Match(row, column, row - rows[expected], column - columns[expected], correlation, sigma)


def _whole_pixels(reference: Floats, seen: Floats) -> tuple[int, int]:
    """Rows down and columns right by which the reference correlates best with what is seen."""
    windows = sliding_window_view(seen - seen.mean(), reference.shape)
    centred = reference - reference.mean()
    squares = np.einsum("ijkl,ijkl->ij", windows, windows) / reference.size
    deviation = np.sqrt(np.maximum(squares - windows.mean(axis=(2, 3)) ** 2, 1e-9))
    covariance = np.einsum("ijkl,kl->ij", windows, centred)
    score = covariance / deviation
    down, right = np.unravel_index(int(np.argmax(score)), score.shape)
    return int(down) - REACH, int(right) - REACH


def _fine(
    reference: Floats, rows: Floats, columns: Floats, sample: Sampler
) -> tuple[float, float, float, float] | None:
    """Rows and columns to go on, correlation and σ there; None if it does not converge."""
    off_row = off_column = 0.0
    for _ in range(_STEPS):
        at, below, above, right, left = (
            sample(rows + off_row + down, columns + off_column + across)
            for down, across in ((0, 0), (_HALF, 0), (-_HALF, 0), (0, _HALF), (0, -_HALF))
        )
        if at is None or below is None or above is None or right is None or left is None:
            return None
        design = np.stack([below - above, right - left, -reference, -np.ones_like(at)], axis=-1).reshape(
            -1, 4
        )
        normal = design.T @ design
        if np.linalg.cond(normal) > 1e15:
            return None
        solved = np.linalg.solve(normal, -design.T @ at.ravel())
        off_row, off_column = off_row + float(solved[0]), off_column + float(solved[1])
        if max(abs(off_row), abs(off_column)) > 1.5:
            return None
        if max(abs(solved[0]), abs(solved[1])) < _CONVERGED:
            residuals = at.ravel() + design @ solved
            variance = float(residuals @ residuals) / (at.size - 4)
            spread = np.diag(np.linalg.inv(normal))[:2] * variance
            correlation = float(np.corrcoef(at.ravel(), reference.ravel())[0, 1])
            return off_row, off_column, correlation, float(np.sqrt(spread.sum()))
    return None
