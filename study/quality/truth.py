"""L1C against the scene that was photographed: reflectance and place of its pixels, where truth is known.

The scene is a formula of longitude, latitude and band (`ipf.scene`), so an L1C made of a datastrip of
`vds synth` can be compared with it pixel by pixel. Place is judged twice, by the images alone (`Shifts`) and
by the geometry alone (`study.quality.place`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from batch.safe.check import scale_of
from batch.safe.datastrip import find_datastrip, read_datastrip
from ipf.geometry.location import abeam
from ipf.l1c.geocoding import Geocoding
from ipf.l1c.mgrs import geocoding_of
from ipf.radiometry import BANDS, L1C_SATURATED, band, l1c_counts, l1c_reflectance, quantisation_step
from ipf.scene.landscape import Fields, fields_towards, mix
from ipf.scene.waves import unit_vectors
from ipf.synth.granules import camera_of
from ipf.synth.photo import Camera, sun_directions
from study.quality.product import read

Floats = NDArray[np.float64]

#: Pixels across the windows of which a shift is estimated: the scene has detail down to 0.8 km at 10 m, 4.5
#: km at 20 m and 20 km at 60 m, so at scale 16 these are 5 km, 20 km and a whole tile.
WINDOW = {10: 32, 20: 64, 60: 115}
#: A window is used if so much of it is seen, and if its gradients fix the shift to so many pixels.
FILLED, FIXED = 0.25, 0.03
#: Standard deviation of a pixel's error, in counts: what rounding to 12 bits and again at L1B leaves after
#: interpolation.
NOISE = 0.36


def camera(l0c: Path) -> Camera:
    """How the datastrip in folder `l0c` (with DS/ and GR/) was photographed."""
    strip = read_datastrip(find_datastrip(l0c)[0])
    return camera_of(strip, scale_of(strip))


@dataclass(frozen=True)
class Ground:
    """What the pixels' centres of a resolution see in a tile, moved by so many pixels: the fields that the
    scene's bands are mixed of (6, n), and the cosine of the Sun's zenith (n,) when the satellite passes."""

    view: Camera
    geocoding: Geocoding
    resolution: int
    fields: Fields
    lit: Floats

    @classmethod
    def of(cls, view: Camera, tile: str, resolution: int, east: float = 0.0, south: float = 0.0) -> "Ground":
        geocoding = geocoding_of(tile, view.scale)
        offsets, pixel = np.arange(geocoding.size(resolution)) + 0.5, geocoding.pixel(resolution)
        x, y = np.meshgrid((offsets + east) * pixel, (offsets + south) * pixel)
        lon, lat = (np.asarray(a) for a in geocoding.lonlat(geocoding.ulx + x, geocoding.uly - y))
        points = unit_vectors(lon, lat)
        middle = len(lon) // 2
        t = abeam(view.navigation, lon[middle, middle], lat[middle, middle]).t
        lit = points @ sun_directions(view.navigation, np.atleast_1d(t))[0]
        return cls(view, geocoding, resolution, fields_towards(points, resolution), lit)


@dataclass(frozen=True)
class Truth:
    """What a band of a tile should show: reflectance (rows, columns), and what one 12-bit count is worth."""

    band: str
    reflectance: Floats
    step: Floats

    @classmethod
    def of(cls, ground: Ground, name: str) -> "Truth":
        size = ground.geocoding.size(ground.resolution)
        constants = band(ground.view.satellite, name)
        step = quantisation_step(constants, ground.view.factor, 1.0) / ground.lit
        scene = mix(ground.fields, name).astype(float)
        return cls(name, scene.reshape(size, size), step.reshape(size, size))

    def errors(self, dn: NDArray[np.uint16]) -> Floats:
        """Errors (rows, columns) of an image in counts of 12 bits; NaN where it has no data."""
        seen = (dn > 0) & (dn < L1C_SATURATED)
        return np.where(seen, (l1c_reflectance(dn) - self.reflectance) / self.step, np.nan)

    def photographed(self) -> NDArray[np.uint16]:
        """DN of this very scene, rounded to 12 bits as the instrument does."""
        return l1c_counts(np.rint(self.reflectance / self.step) * self.step)

    def shifts(self, dn: NDArray[np.uint16]) -> "Shifts":
        """Shifts of an image, window by window."""
        found = list(_windows(self, self.errors(dn)))
        return Shifts(np.array([east for east, _ in found]), np.array([south for _, south in found]))


class Shifts(NamedTuple):
    """Pixels (windows,) to the east and south by which an image lies from the truth."""

    east: Floats
    south: Floats

    def off(self, east: float = 0.0, south: float = 0.0) -> Floats:
        """Distances (windows,) from what they should be."""
        return np.hypot(self.east - east, self.south - south)


def image(safe: Path, name: str) -> NDArray[np.uint16]:
    """DN of a band of an L1C product; InputError if it has none."""
    return np.asarray(read(safe, name).planes[0], np.uint16)


def _windows(truth: Truth, errors: Floats) -> Iterator[tuple[float, float]]:
    """Least squares of the errors on the gradients: an image that lies d too far east and south is brighter
    by −gradient · d."""
    down, right = (g / truth.step for g in np.gradient(truth.reflectance))
    width = WINDOW[BANDS[truth.band].resolution]
    for top in range(0, len(errors), width):
        for left in range(0, len(errors), width):
            part = (slice(top, top + width), slice(left, left + width))
            seen = np.isfinite(errors[part])
            if seen.sum() < FILLED * width * width:
                continue
            slopes = -np.stack([right[part][seen], down[part][seen]], axis=1)
            normal = slopes.T @ slopes
            if np.linalg.matrix_rank(normal) < 2:
                continue
            variances = NOISE**2 * np.diag(np.linalg.inv(normal))
            if variances.sum() <= FIXED**2:
                east, south = np.linalg.solve(normal, slopes.T @ errors[part][seen])
                yield float(east), float(south)
