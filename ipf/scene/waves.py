"""Smooth random fields on the sphere: sums of plane waves in space, taken on the Earth's surface.

A plane wave in three dimensions has no seam at the antimeridian and no singular point at the poles, and its
wavelength on the surface is never shorter than in space. So a field's shortest detail is known by
construction, which is what bounds the error of any interpolation in an image of it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS = 6371.0  # km; only sets what one wavelength is called

#: Generator of the three-dimensional low-discrepancy (R3) sequence: real root of x⁴ = x + 1.
_R3 = 1.22074408460575947536
_STEPS = np.array([1 / _R3, 1 / _R3**2, 1 / _R3**3])


@dataclass(frozen=True)
class Waves:
    """Waves of several fields: turns per unit radius (n, 3), phase in turns (n), amplitude per field (f,
    n).
    """

    vectors: NDArray[np.float64]
    phases: NDArray[np.float64]
    amplitudes: NDArray[np.float32]


def field_waves(seed: int, spectrum: list[tuple[float, float, int]]) -> tuple[NDArray, NDArray, NDArray]:
    """Vectors, phases and amplitudes of one field.

    spectrum: (wavelength [km], rms amplitude of the octave, number of waves). Directions and phases follow a
    low-discrepancy sequence, so the field is the same on every machine.
    """
    vectors, phases, amplitudes = [], [], []
    index = 1000 * seed
    for wavelength, rms, count in spectrum:
        for _ in range(count):
            index += 1
            u, v, w = np.modf(0.5 + index * _STEPS)[0]
            z, angle = 2 * u - 1, 2 * np.pi * v
            flat = np.sqrt(1 - z * z)
            # Wavelengths of one octave are spread by ±30 %, else they would beat in a visible lattice.
            turns = EARTH_RADIUS / (wavelength * (0.7 + 0.6 * w))
            vectors.append([turns * flat * np.cos(angle), turns * flat * np.sin(angle), turns * z])
            phases.append(np.modf(7 * u + 3 * w)[0])
            amplitudes.append(rms * np.sqrt(2 / count))
    return np.array(vectors), np.array(phases), np.array(amplitudes)


def stack(*fields: tuple[NDArray, NDArray, NDArray]) -> Waves:
    """All waves of all fields as one set."""
    amplitudes = np.zeros((len(fields), sum(len(f[1]) for f in fields)), np.float32)
    start = 0
    for row, field in enumerate(fields):
        amplitudes[row, start : start + len(field[1])] = field[2]
        start += len(field[1])
    return Waves(np.concatenate([f[0] for f in fields]), np.concatenate([f[1] for f in fields]), amplitudes)


def unit_vectors(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
    """Points (n, 3) on the unit sphere; lon and lat in degrees, any shape, flattened."""
    lam, phi = np.radians(np.ravel(lon)), np.radians(np.ravel(lat))
    flat = np.cos(phi)
    return np.stack([flat * np.cos(lam), flat * np.sin(lam), np.sin(phi)], axis=1)


def evaluate(waves: Waves, points: NDArray[np.float64]) -> NDArray[np.float32]:
    """Value of every field (f, n) at points (n, 3).

    Phases are reduced to one turn in double precision; from there on single precision is enough (1e-7) and
    numpy's sine is thirty times faster.
    """
    turns = waves.vectors @ points.T
    turns += waves.phases[:, None]
    turns -= np.rint(turns)
    angle = turns.astype(np.float32)
    angle *= np.float32(2 * np.pi)
    return waves.amplitudes @ np.sin(angle, out=angle)
