"""TOA reflectance as a function of longitude, latitude and band: sea, plants, soil, snow, cloud.

Five materials with the reflectances of their kind are mixed by smooth weights, and a texture lies on the
ground. How fine the detail is depends on the band's resolution only: at `--scale 16` a pixel is 160, 320
or 960 m wide, and a bicubic interpolation of the image shall err by less than one 12-bit count in 95 % of
the pixels. So the spectra fall steeply: 10 m bands hold detail down to 0.8 km, 20 m bands to 4.5 km; the
60 m bands, which look at aerosol, water vapour and cirrus, are as smooth as those are, with nothing below
20 km.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipf.radiometry.bands import BANDS
from ipf.scene.waves import Waves, evaluate, field_waves, stack, unit_vectors

Fields = NDArray[np.float32]

#: Points handled at once: the phases of all waves then stay in the cache.
CHUNK = 1024

#: TOA reflectance of each material; what an L1C shows of such targets, rounded.
#:            sea    plants soil   snow   cloud
_SPECTRA = {
    "B01": (0.135, 0.115, 0.160, 0.520, 0.560),
    "B02": (0.105, 0.075, 0.150, 0.560, 0.590),
    "B03": (0.075, 0.085, 0.170, 0.570, 0.590),
    "B04": (0.045, 0.050, 0.215, 0.570, 0.600),
    "B05": (0.042, 0.100, 0.235, 0.560, 0.600),
    "B06": (0.038, 0.230, 0.255, 0.550, 0.605),
    "B07": (0.036, 0.285, 0.275, 0.540, 0.610),
    "B08": (0.032, 0.290, 0.290, 0.520, 0.610),
    "B8A": (0.030, 0.300, 0.305, 0.510, 0.610),
    "B09": (0.016, 0.095, 0.115, 0.260, 0.380),
    "B10": (0.0020, 0.0024, 0.0032, 0.0050, 0.030),
    "B11": (0.018, 0.165, 0.360, 0.090, 0.440),
    "B12": (0.013, 0.080, 0.300, 0.060, 0.340),
}

#: What thin cirrus adds at most. Only B10 shows it, below the threshold of a cirrus mask; without it B10
#: would be flat wherever there is no cloud, and nobody could tell where its pixels lie.
_VEIL = {"B10": 0.007}

#: Wavelength [km], rms, number of waves; a group of bands takes those at or above its shortest.
_COAST = [
    (650, 0.7, 4),
    (260, 0.55, 4),
    (110, 0.4, 4),
    (48, 0.25, 4),
    (22, 0.12, 4),
    (10, 0.06, 4),
    (5, 0.03, 4),
]
_GREEN = [(200, 0.4, 4), (80, 0.45, 4), (34, 0.45, 4), (15, 0.4, 5), (7, 0.3, 5)]
_SNOW = [(800, 0.8, 4), (260, 0.5, 4), (100, 0.3, 4), (42, 0.15, 3)]
_CLOUD = [(420, 0.7, 4), (150, 0.55, 4), (62, 0.4, 4), (28, 0.2, 4), (13, 0.08, 4)]
_TEXTURE = [
    (50, 0.25, 4),
    (20, 0.3, 5),
    (9, 0.35, 6),
    (4.5, 0.4, 7),
    (2.6, 0.35, 7),
    (1.5, 0.14, 7),
    (0.8, 0.012, 6),
]


@dataclass(frozen=True)
class _Detail:
    """What the bands of one resolution see: shortest wavelength [km], width of the materials' edges."""

    shortest: float
    coast: float
    green: float
    snow: float
    cloud: float


_DETAIL = {
    10: _Detail(0.7, 0.05, 0.3, 0.2, 0.3),
    20: _Detail(4.0, 0.10, 0.38, 0.25, 0.35),
    60: _Detail(20, 0.6, 1.0, 0.8, 0.9),
}


@cache
def _waves(resolution: int) -> Waves:
    shortest = _DETAIL[resolution].shortest
    spectra = (_COAST, _GREEN, _SNOW, _CLOUD, _TEXTURE)
    seen = ([octave for octave in spectrum if octave[0] >= shortest] for spectrum in spectra)
    return stack(*(field_waves(number, spectrum) for number, spectrum in enumerate(seen, start=1)))


def _share(field: Fields, level: float, width: float) -> Fields:
    """Smooth step from 0 to 1 where the field crosses `level`; analytic, so it adds no sharp edge."""
    x = (field - level) / width
    return 0.5 + 0.5 * x / np.sqrt(1 + x * x)


def mix(fields: Fields, band: str) -> Fields:
    """Reflectance of a band from the values (6, …) of the fields that `fields_towards` gives."""
    detail = _DETAIL[BANDS[band].resolution]
    coast, green, cold, damp, texture, polar = fields
    sea, plants, soil, snow, cloud = (np.float32(value) for value in _SPECTRA[band])
    land = _share(coast, -0.15, detail.coast)
    vegetated = _share(green, -0.2, detail.green)
    ground = soil + (plants - soil) * vegetated
    relief = np.float32(0.28) * texture
    ground = ground * (1 + relief / np.sqrt(1 + relief * relief))  # bounded, so never below zero
    ground = ground + (snow - ground) * _share(cold + polar, 1.3, detail.snow)
    water = sea * (1 + np.float32(0.10) * green + np.float32(0.04) * texture)
    surface = water + (ground - water) * land
    seen = surface + (cloud - surface) * _share(damp, 1.5, detail.cloud)
    return seen + np.float32(_VEIL[band]) * _share(damp, 0, 1.0) if band in _VEIL else seen


def reflectance(lon: ArrayLike, lat: ArrayLike, band: str) -> NDArray[np.float64]:
    """TOA reflectance of the scene, no unit, about 0.002 … 0.6.

    lon, lat: degrees, any values and any shape (broadcast); band: "B01" … "B12", "B8A". Result has their
    shape.
    """
    lon, lat = np.broadcast_arrays(np.asarray(lon, float), np.asarray(lat, float))
    return reflectance_towards(unit_vectors(lon, lat), band).reshape(lon.shape)


def reflectance_towards(points: NDArray[np.float64], band: str) -> NDArray[np.float64]:
    """As `reflectance`, of unit vectors (n, 3) along the ellipsoid's normal; result (n,)."""
    result = np.empty(len(points))
    for start in range(0, len(points), CHUNK):
        part = slice(start, start + CHUNK)
        result[part] = mix(fields_towards(points[part], BANDS[band].resolution), band)
    return result


def fields_towards(points: NDArray[np.float64], resolution: int) -> Fields:
    """Values (6, n) of the smooth fields that bands of a resolution are mixed of, at unit vectors (n, 3)."""
    result = np.empty((6, len(points)), np.float32)
    for start in range(0, len(points), CHUNK):
        part = slice(start, start + CHUNK)
        result[:5, part] = evaluate(_waves(resolution), points[part])
    # Snow comes with latitude: none at the equator, half of the land at 65°.
    result[5] = 2.2 * (points[:, 2] ** 2 - 0.5)
    return result
