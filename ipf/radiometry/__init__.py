"""From counts to radiance to reflectance and back: constants of the bands, response of the detectors."""

from ipf.radiometry.bands import BANDS, Band, band
from ipf.radiometry.convert import (
    L1B_OFFSET,
    L1B_SATURATED,
    L1C_NODATA,
    L1C_OFFSET,
    L1C_QUANTIFICATION,
    L1C_SATURATED,
    earth_sun_factor,
    l1b_counts,
    l1b_radiance,
    l1c_counts,
    l1c_reflectance,
    quantisation_step,
    radiance,
    reflectance,
)
from ipf.radiometry.response import FULL_SCALE, calibrate, expose, pixel_response

__all__ = [
    "BANDS",
    "FULL_SCALE",
    "L1B_OFFSET",
    "L1B_SATURATED",
    "L1C_NODATA",
    "L1C_OFFSET",
    "L1C_QUANTIFICATION",
    "L1C_SATURATED",
    "Band",
    "band",
    "calibrate",
    "earth_sun_factor",
    "expose",
    "l1b_counts",
    "l1b_radiance",
    "l1c_counts",
    "l1c_reflectance",
    "pixel_response",
    "quantisation_step",
    "radiance",
    "reflectance",
]
