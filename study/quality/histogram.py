"""Differences of counts, counted: mean and quantiles of any number of pixels in a few hundred kB."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: The largest difference of two 16-bit counts.
_LARGEST = 65535
#: Rows that are differenced at a time.
_ROWS = 512


class Differences:
    """How often each difference of two 16-bit images occurred."""

    def __init__(self) -> None:
        self._times = np.zeros(2 * _LARGEST + 1, np.int64)

    def add(self, a: NDArray[np.uint16], b: NDArray[np.uint16], chosen: NDArray[np.bool_]) -> None:
        """Count b − a of the chosen pixels; all (rows, columns)."""
        for top in range(0, len(a), _ROWS):
            rows = slice(top, top + _ROWS)
            one, two = (image[rows][chosen[rows]].astype(np.int32) for image in (a, b))
            self._times += np.bincount(two - one + _LARGEST, minlength=len(self._times))

    def __len__(self) -> int:
        return int(self._times.sum())

    @property
    def mean(self) -> float:
        """Mean, exact but for the division; ZeroDivisionError if nothing was counted."""
        values: NDArray[Any] = np.arange(-_LARGEST, _LARGEST + 1, dtype=np.int64)
        return int(values @ self._times) / len(self)

    def quantile(self, share: float) -> float:
        """Quantile of the absolute differences, between two of them linear as numpy's is; ValueError if
        nothing was counted."""
        if not len(self):
            raise ValueError("no difference was counted")
        times = self._times[_LARGEST:].copy()
        times[1:] += self._times[:_LARGEST][::-1]
        rank = share * (len(self) - 1)
        below = np.cumsum(times)
        low, high = (int(np.searchsorted(below, k, side="right")) for k in (int(rank), int(np.ceil(rank))))
        return low + (high - low) * (rank - int(rank))
