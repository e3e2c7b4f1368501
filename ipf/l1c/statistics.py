"""Shares of pixels and outline of a tile, band by band, so that one band is in memory at a time."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ipf.l1c import masks
from ipf.l1c.geocoding import Geocoding
from ipf.l1c.summary import Ring, Summary, footprint, percentage
from ipf.l1c.toa import Ortho, Quality
from ipf.radiometry import BANDS


class Statistics:
    """Collects bands; `summary()` when all 13 are in."""

    def __init__(self, geocoding: Geocoding) -> None:
        self.geocoding = geocoding
        self.covered = np.ones((geocoding.size(60), geocoding.size(60)), bool)
        self.nodata: dict[str, float] = {}
        self.saturated: dict[str, float] = {}
        self.lost: dict[str, float] = {}

    def add(self, band: str, ortho: Ortho) -> None:
        """Count a band's pixels."""
        valid = masks.valid(ortho.dn)
        data = int(valid.sum())
        lost = int(((ortho.quality & Quality.MSI_LOST) != 0).sum())
        self.nodata[band] = percentage(ortho.dn.size - data, ortho.dn.size)
        self.saturated[band] = percentage(int(masks.saturated(ortho.dn).sum()), data)
        self.lost[band] = percentage(lost, data + lost)
        self.covered &= block_any(valid, 60 // BANDS[band].resolution, len(self.covered))

    @property
    def degraded(self) -> float:
        """Mean share of lost pixels of the bands."""
        return degraded(self.lost)

    def summary(self) -> Summary:
        """All of it; the outline is that of the pixels of 60 m where every band has data."""
        outline = footprint(self.covered, self.geocoding, 60)
        return Summary(self.nodata, self.saturated, self.lost, outline)


def degraded(lost: Mapping[str, float]) -> float:
    """DEGRADED_MSI_DATA_PERCENTAGE: mean over the bands of the share of lost pixels."""
    return round(sum(lost[band] for band in sorted(lost)) / len(lost), 6) if lost else 0.0


def block_any(mask: NDArray[np.bool_], factor: int, size: int) -> NDArray[np.bool_]:
    """Blocks of factor × factor with any True, (size, size); what is beyond the mask is False."""
    if factor == 1:
        return mask
    padded = np.zeros((size * factor, size * factor), bool)
    height, width = min(mask.shape[0], size * factor), min(mask.shape[1], size * factor)
    padded[:height, :width] = mask[:height, :width]
    blocks = padded.reshape(size, factor, size, factor)
    return np.logical_or.reduce(blocks, axis=(1, 3))


def outline_or_tile(summary: Summary, geocoding: Geocoding) -> Ring:
    """The footprint, or the tile's own corners where it has no data at all."""
    if summary.footprint:
        return summary.footprint
    return footprint(np.ones((geocoding.size(60),) * 2, bool), geocoding, 60)
