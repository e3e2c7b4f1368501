"""Reflectance ↔ radiance ↔ counts, as the L1B and L1C products define them."""

import math
from datetime import UTC, datetime

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipf.radiometry.bands import Band

Floats = NDArray[np.floating]

#: L1B: count = A_k · L + 100 (RADIO_ADD_OFFSET -100 in public L1B products).
L1B_OFFSET = 100
#: L1B count of a pixel whose detector was saturated.
L1B_SATURATED = 65535
#: L1C: DN = reflectance · 10000 + 1000 (QUANTIFICATION_VALUE, RADIO_ADD_OFFSET -1000 since baseline 04.00).
L1C_QUANTIFICATION = 10000
L1C_OFFSET = 1000
L1C_NODATA = 0
L1C_SATURATED = 65535

_EPOCH_1950 = datetime(1950, 1, 1, tzinfo=UTC)


def earth_sun_factor(utc: datetime) -> float:
    """U: mean over actual Earth-Sun distance, squared.

    U = 1 / (1 - 0.01673 cos(0.0172 (t - 2)))², t in days since 1950-01-01: the formula of the Sentinel-2 L1C
    handbook. A real L1C of 2021-09-08 states 0.98384; this gives 0.9841.
    """
    if utc.tzinfo is None:
        utc = utc.replace(tzinfo=UTC)
    days = (utc - _EPOCH_1950).total_seconds() / 86400
    return 1 / (1 - 0.01673 * math.cos(0.0172 * (days - 2))) ** 2


def radiance(reflectance: ArrayLike, band: Band, factor: float, cos_sun: ArrayLike) -> Floats:
    """TOA radiance [W m-2 sr-1 um-1] of a TOA reflectance: L = ρ · E_sun · U · cos θs / π; 0 at night.

    factor: U, see earth_sun_factor. cos_sun: cosine of the Sun's zenith angle, broadcast against reflectance.
    """
    lit = np.maximum(np.asarray(cos_sun), 0)
    return np.asarray(reflectance) * (band.irradiance * factor / math.pi) * lit


def reflectance(radiance: ArrayLike, band: Band, factor: float, cos_sun: ArrayLike) -> Floats:
    """Inverse of `radiance`; infinite where the Sun does not shine (cos_sun = 0)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(radiance) * math.pi / (band.irradiance * factor * np.asarray(cos_sun))


def l1b_counts(radiance: ArrayLike, band: Band) -> Floats:
    """L1B count (not rounded) of a radiance."""
    return np.asarray(radiance) * band.gain + L1B_OFFSET


def l1b_radiance(counts: ArrayLike, band: Band) -> Floats:
    """Radiance of an L1B count."""
    return (np.asarray(counts, float) - L1B_OFFSET) / band.gain


def l1c_counts(reflectance: ArrayLike) -> NDArray[np.uint16]:
    """DN of a reflectance: ρ · 10000 + 1000, rounded, kept within 1 … 65534 (0 and 65535 have a meaning)."""
    dn = np.rint(np.asarray(reflectance) * L1C_QUANTIFICATION + L1C_OFFSET)
    return np.clip(dn, L1C_NODATA + 1, L1C_SATURATED - 1).astype(np.uint16)


def l1c_reflectance(dn: ArrayLike) -> Floats:
    """Reflectance of a DN; no-data and saturated pixels are the caller's business."""
    return (np.asarray(dn, float) - L1C_OFFSET) / L1C_QUANTIFICATION


def quantisation_step(band: Band, factor: float, cos_sun: float) -> float:
    """Reflectance of one 12-bit count: what no processing can resolve."""
    return math.pi / (band.gain * band.irradiance * factor * cos_sun)
