"""One band and detector looks at the scene: raw 12-bit counts, row by row.

Every row is located exactly at a few columns and interpolated across by a polynomial: a detector sees
1.8° of the field, along which the ground is so smooth that seven nodes err by far less than a hundredth
of a pixel. Between rows nothing is interpolated, so the steps of the attitude are in the picture as they
are in the metadata.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ipf.geometry.clock import RowClock
from ipf.geometry.location import Locator
from ipf.geometry.navigation import Navigation
from ipf.radiometry import band as band_of
from ipf.radiometry import expose, pixel_response, radiance
from ipf.scene.landscape import fields_towards, mix
from ipf.scene.waves import unit_vectors

Floats = NDArray[np.float64]

_NODES = 7
#: Below this scale the scene is taken at every so many pixels of scale 1, and in bands of rows.
_SPACING = 8
_ROWS = 256
#: Pixels that are mixed at once, about.
_PIXELS = 8192


@dataclass(frozen=True)
class Camera:
    """What all pictures of a datastrip share. `factor` is U, see ipf.radiometry.earth_sun_factor."""

    satellite: str
    navigation: Navigation
    line_period: str  # seconds of a 10 m line, decimal
    gps_times: dict[str, dict[str, str]]  # band, detector: GPS time at which row 0 begins
    factor: float
    scale: int

    def clock(self, band: str, detector: str) -> RowClock:
        """Rows ↔ seconds since the navigation's epoch, at this scale."""
        resolution = band_of(self.satellite, band).resolution
        gps_time = self.gps_times[band][detector]
        return RowClock.of(gps_time, self.line_period, resolution, self.scale, self.navigation.epoch)


def photograph(camera: Camera, band: str, detector: str, first: int, rows: int) -> NDArray[np.uint16]:
    """Raw counts (rows, raw columns) of rows `first` … `first + rows - 1` of the datastrip.

    Blind pixels see nothing: they hold their dark level.
    """
    facts = band_of(camera.satellite, band)
    gain, dark = pixel_response(band, int(detector), camera.scale)
    raw = np.repeat(expose(np.zeros_like(dark), gain, dark)[None, :], rows, axis=0)
    start, count = facts.blind_columns(camera.scale), facts.useful_columns(camera.scale)
    useful = slice(start, start + count)
    stride = max(1, _SPACING // camera.scale)
    for top in range(0, rows, _ROWS):
        height = min(_ROWS, rows - top)
        values = _values(camera, band, detector, first + top, height, stride)
        step = max(1, _PIXELS // count)
        for row in range(0, height, step):
            part = values[:, row : row + step]
            seen = mix(part[:-1], band).astype(np.float64)
            signal = radiance(seen, facts, camera.factor, part[-1]) * facts.gain
            begin = top + row
            raw[begin : begin + part.shape[1], useful] = expose(signal, gain[useful], dark[useful])
    return raw


def _values(
    camera: Camera, band: str, detector: str, first: int, rows: int, stride: int
) -> NDArray[np.float32]:
    """Fields of the scene and the Sun's cosine (7, rows, useful columns).

    With a stride above 1 they are taken at every stride-th pixel and interpolated by cubics: no detail of
    the scene is shorter than seven such steps, which errs by a few hundredths of a count and is ten times
    faster.
    """
    facts = band_of(camera.satellite, band)
    columns = facts.useful_columns(camera.scale)
    at_rows, at_columns = (_nodes(size, stride) for size in (rows, columns))
    times = camera.clock(band, detector).time(first + at_rows)
    points = look(camera, band, detector, times, at_columns)
    values = np.empty((7, len(at_rows), len(at_columns)), np.float32)
    flat = points.reshape(-1, 3)
    values[:-1] = fields_towards(flat, facts.resolution).reshape(6, len(at_rows), len(at_columns))
    values[-1] = np.einsum("rcx,rx->rc", points, sun_directions(camera.navigation, times))
    if stride == 1:
        return values
    return between(between(values, stride, rows, axis=1), stride, columns, axis=2)


def _nodes(size: int, stride: int) -> NDArray[np.int64]:
    """Pixels at which values are taken: all, or every stride-th with those that the cubics reach for."""
    if stride == 1:
        return np.arange(size)
    return np.arange(-1, -(-size // stride) + 2) * stride


def between(values: NDArray[np.float32], stride: int, size: int, axis: int) -> NDArray[np.float32]:
    """`size` values along an axis, by cubics through four neighbours, of values at −stride, 0, stride, …"""
    nodes = np.moveaxis(values, axis, 0)
    result = np.empty((size, *nodes.shape[1:]), np.float32)
    for phase in range(stride):
        t = phase / stride
        before, after = (-t * (t - 1) * (t - 2) / 6, (t + 1) * t * (t - 1) / 6)
        weights = (before, (t + 1) * (t - 1) * (t - 2) / 2, -(t + 1) * t * (t - 2) / 2, after)
        count = len(range(phase, size, stride))
        result[phase::stride] = sum(np.float32(w) * nodes[k : k + count] for k, w in enumerate(weights))
    return np.moveaxis(result, 0, axis)


def look(
    camera: Camera, band: str, detector: str, times: Floats, columns: NDArray[np.int64] | None = None
) -> Floats:
    """Up vectors (rows, columns, 3) of the ground that pixels' centres see at times (rows,).

    columns: pixels, counted from the first useful one; all of them if not given.
    """
    facts = band_of(camera.satellite, band)
    useful = facts.useful_columns(camera.scale)
    nodes, weights = _across(useful, None if columns is None else tuple(columns.tolist()))
    edge = nodes * camera.scale / facts.binning
    lon, lat = Locator(camera.navigation, band, detector).direct(times[:, None], edge[None, :])
    if not np.all(np.isfinite(lon)):
        raise ValueError(f"{band} of detector {detector} looks past the Earth")
    located = unit_vectors(lon, lat).reshape(len(times), _NODES, 3)
    return np.einsum("rnx,nc->rcx", located, weights, optimize=True)


@cache
def _across(columns: int, wanted: tuple[int, ...] | None) -> tuple[Floats, Floats]:
    """Chebyshev nodes (n,) over the columns, edge-based, and the weights (n, wanted) at pixels' centres."""
    angle = (2 * np.arange(_NODES) + 1) * np.pi / (2 * _NODES)
    x = -np.cos(angle)
    barycentric = (-1.0) ** np.arange(_NODES) * np.sin(angle)
    pixels = np.arange(columns) if wanted is None else np.array(wanted)
    centres = (pixels + 0.5) * 2 / columns - 1
    distance = centres[None, :] - x[:, None]
    exact = np.abs(distance) < 1e-12
    terms = barycentric[:, None] / np.where(exact, 1.0, distance)
    weights = terms / terms.sum(axis=0)
    weights = np.where(exact.any(axis=0), exact.astype(float), weights)
    return (x + 1) * columns / 2, weights


def sun_directions(navigation: Navigation, times: Floats) -> Floats:
    """Unit vectors (n, 3) in ECEF towards the sun at times (n,); its parallax (9") is left out."""
    sun = np.stack(
        [np.interp(times, navigation.gps_t, navigation.sun[:, axis]) for axis in range(3)], axis=-1
    )
    return sun / np.linalg.norm(sun, axis=1, keepdims=True)
