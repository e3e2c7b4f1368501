"""Response of the detectors' pixels: what RADIO_AB has to undo.

Every pixel has a gain of 1 ± 3 % and a dark level of 20 … 60 counts, both a formula of band, detector and raw
column: a slow part (the filter edges) and a part from pixel to pixel. The true tables of the instrument are
GIPP files that are not public, so these are of our own making; only their size is like the real thing.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ipf.radiometry.bands import BANDS

#: Largest count of the 12-bit converter; a pixel at it is saturated.
FULL_SCALE = 4095

Floats = NDArray[np.floating]

_GOLDEN = (5**0.5 - 1) / 2


@lru_cache(maxsize=512)
def pixel_response(band: str, detector: int, scale: int = 1) -> tuple[Floats, Floats]:
    """Gain and dark level [counts] of every raw column (blind pixels included) of a band and detector.

    At scale N the columns are those in the middle of each N, so the formula does not depend on N.
    """
    columns = (np.arange(BANDS[band].raw_columns(scale)) + 0.5) * scale
    across = columns / BANDS[band].raw_columns() - 0.5
    phase = _GOLDEN * (13 * detector + BANDS[band].number)
    scatter = np.modf(np.floor(columns) * _GOLDEN + phase)[0] - 0.5
    gain = 1 + 0.015 * np.cos(2 * np.pi * (across + phase)) - 0.04 * across**2 + 0.01 * scatter
    dark = 40 + 12 * np.sin(2 * np.pi * (2 * across + phase)) + 8 * np.modf(scatter * 7.3 + phase)[0]
    gain.flags.writeable = dark.flags.writeable = False
    return gain, dark


def expose(signal: Floats, gain: Floats, dark: Floats) -> NDArray[np.uint16]:
    """Raw 12-bit counts X = round(g · S + d), clipped to 0 … 4095; S = A · L is the ideal pixel's signal."""
    return np.clip(np.rint(signal * gain + dark), 0, FULL_SCALE).astype(np.uint16)


def calibrate(raw: NDArray[np.uint16], gain: Floats, dark: Floats) -> Floats:
    """Signal S = A · L of raw counts: the inverse of `expose` but for the rounding."""
    return (raw - dark) / gain
