"""The quick-look's part of a vDS: which rows, and the JP2 files cut to them.

Row 0 of a quick-look is seen at T0, row r at T0 + r · TE, and TE is a whole number of 10 m lines (32), so a
scene of 2304 lines is 72 rows exactly. It begins some rows before the first image line and ends some
after the last; a vDS keeps the same margins.
"""

import warnings
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from batch.errors import InputError
from batch.plan.cut import Cut
from batch.safe.datastrip import Datastrip


@dataclass(frozen=True)
class Rows:
    """Rows `first` to `first + count - 1` (from 0) of `total` that belong to a vDS; `period` is TE in ms."""

    first: int
    count: int
    total: int
    period: Decimal

    @property
    def seconds(self) -> Decimal:
        """From T0 of the whole to T0 of the part, exactly."""
        return (self.first * self.period).scaleb(-3)


def rows_of(datastrip: Datastrip, cut: Cut, total: int, period: Decimal) -> Rows:
    """The rows of a quick-look that a vDS keeps. InputError if TE (`period`) or NROWS (`total`) are odd."""
    lines = round(period / datastrip.line_period)
    if lines < 1 or abs(lines * datastrip.line_period - period) > Decimal("1e-3"):
        raise InputError(
            f"{datastrip.mtd}: TE of {period} ms is not a whole number of lines of {datastrip.line_period} "
            "ms, 32 were expected; fetch the datastrip again"
        )
    positions = datastrip.positions
    first = (positions[cut.first - 1] - 1) // lines
    after = (positions[-1] - positions[cut.last - 1]) // lines
    if total - first - after < 1:
        raise InputError(
            f"{datastrip.mtd}: NROWS is {total}, too few for {datastrip.scenes} scenes; fetch it again"
        )
    return Rows(first, total - first - after, total, period)


def crop_quicklook(source: Path, target: Path, rows: Rows) -> None:
    """Write rows of the JP2 `source` to `target` without loss. InputError if unreadable or of other size."""
    # Not above: every command imports this file, and rasterio takes half a second.
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioIOError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # quick-looks are in sensor geometry
        try:
            data = _read_rows(source, rows)
        except RasterioIOError as error:
            raise InputError(f"{source} is not a readable JP2 ({error}); fetch the datastrip again") from None
        count, height, width = data.shape
        profile = {
            "driver": "JP2OpenJPEG",
            "count": count,
            "height": height,
            "width": width,
            "dtype": data.dtype,
        }
        with rasterio.open(target, "w", QUALITY=100, REVERSIBLE="YES", **profile) as out:
            out.write(data)
    target.with_name(f"{target.name}.aux.xml").unlink(missing_ok=True)


def _read_rows(source: Path, rows: Rows) -> NDArray[np.generic]:
    """Bands × rows × columns."""
    import rasterio
    from rasterio.windows import Window

    with rasterio.open(source) as image:
        if image.height != rows.total:
            raise InputError(
                f"{source} has {image.height} rows, NROWS of the metadata is {rows.total}; fetch it again"
            )
        pixels: NDArray[np.generic] = image.read(window=Window(0, rows.first, image.width, rows.count))
        return pixels
