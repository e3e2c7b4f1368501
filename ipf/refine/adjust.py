"""Spatio-triangulation, as far as the attitude: turns of the MSI, linear in time, that bring the tie
points to their places.

The model is that of a refined L1B datastrip of the mission (S2A of 2020-08-16 in its metadata: rotations of
degree 1 about X, Y and Z; its homothety of degree 0 is left at none). Points are weighed equally, and those
far from the rest dropped, which TP_FILTER does in the operational chain.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ipf.geometry import earth
from ipf.geometry.location import Locator
from ipf.geometry.navigation import Navigation, Refining
from ipf.refine.reference import BAND
from ipf.refine.tiepoints import TiePoint

Floats = NDArray[np.float64]

DEGREE = 1
#: Fewer tie points than this refine nothing (six unknowns; each point gives two equations).
LEAST_POINTS = 12
#: Points whose residual is larger than so many times the typical one are dropped, in at most so many rounds.
_OUTLIER, _ROUNDS = 3.5, 8
#: Metres within which no point is an outlier, however well the others fit.
_EXACT = 0.01
_STEPS = 3
_SMALL_TURN = 1e-5  # rad: 8 m on the ground, of which the derivatives are taken


@dataclass(frozen=True)
class Adjusted:
    """The correction; residuals (points, 2: east, north) in m before and after it of the points that were
    kept; how many were dropped."""

    refining: Refining
    before: Floats
    after: Floats
    dropped: int


def adjust(
    navigation: Navigation, points: Sequence[TiePoint], t0: float, degree: int = DEGREE
) -> Adjusted | None:
    """Fit rotations, polynomials of t − t0, to tie points; None if there are too few. `navigation` is not
    refined yet."""
    kept = np.ones(len(points), bool)
    for _ in range(_ROUNDS):
        if kept.sum() < LEAST_POINTS:
            return None
        refining = _fit(navigation, [p for p, k in zip(points, kept, strict=True) if k], t0, degree)
        distance = np.hypot(*residuals(navigation, points, refining).T)
        # 1.4826 · median absolute deviation is a normal distribution's σ; the residuals' length has σ and
        # more.
        limit = max(_OUTLIER * float(np.median(distance[kept])) * 1.4826 / np.sqrt(2), _EXACT)
        good = distance <= limit
        if np.array_equal(good & kept, kept):
            break
        kept &= good
    used = [p for p, k in zip(points, kept, strict=True) if k]
    return Adjusted(
        refining,
        residuals(navigation, used, Refining()),
        residuals(navigation, used, refining),
        int((~kept).sum()),
    )


def residuals(navigation: Navigation, points: Sequence[TiePoint], refining: Refining) -> Floats:
    """Metres east and north (points, 2) from where the tie points are to where the refined geometry sees
    them."""
    seen = _seen(replace(navigation, refining=refining), points)
    lon, lat = np.array([p.lon for p in points]), np.array([p.lat for p in points])
    return _level(seen - np.stack(earth.to_ecef(lon, lat), axis=-1), lon, lat)


def _fit(navigation: Navigation, points: Sequence[TiePoint], t0: float, degree: int) -> Refining:
    lon, lat = np.array([p.lon for p in points]), np.array([p.lat for p in points])
    since = np.array([p.t for p in points]) - t0
    span = max(float(np.abs(since).max()), 1.0)
    powers = (since / span)[:, None] ** np.arange(degree + 1)
    turned = np.zeros((3, degree + 1))
    for _ in range(_STEPS):
        now = _as_refining(turned, t0, span)
        off = residuals(navigation, points, now)
        here = _seen(replace(navigation, refining=now), points)
        columns = []
        for axis in range(3):
            more = turned.copy()
            more[axis, 0] += _SMALL_TURN
            moved = _seen(replace(navigation, refining=_as_refining(more, t0, span)), points) - here
            columns.append(_level(moved, lon, lat)[:, :, None] / _SMALL_TURN * powers[:, None, :])
        design = np.concatenate(columns, axis=2).reshape(2 * len(points), -1)
        # The turns are of 1e-6 rad, the ground of metres: in µrad the equations are of one size.
        solved = np.linalg.lstsq(design * 1e-6, -off.ravel(), rcond=None)[0] * 1e-6
        turned += solved.reshape(3, degree + 1)
    return _as_refining(turned, t0, span)


def _as_refining(turned: Floats, t0: float, span: float) -> Refining:
    rows = (tuple(float(c / span**power) for power, c in enumerate(row)) for row in turned)
    x, y, z = rows
    return Refining(t0, (x, y, z))


def _seen(navigation: Navigation, points: Sequence[TiePoint]) -> Floats:
    """ECEF metres (points, 3) that are seen at the points' times and columns."""
    result = np.empty((len(points), 3))
    detectors = np.array([p.detector for p in points])
    t, column = np.array([p.t for p in points]), np.array([p.column for p in points])
    for detector in np.unique(detectors):
        of = detectors == detector
        ground = Locator(navigation, BAND, str(detector)).ground(t[of], column[of])
        result[of] = np.stack(ground, axis=-1)
    return result


def _level(vectors: Floats, lon: Floats, lat: Floats) -> Floats:
    """East and north components (points, 2) of ECEF vectors (points, 3) at places in degrees."""
    lam, phi = np.radians(lon), np.radians(lat)
    x, y, z = vectors.T
    outward = np.cos(lam) * x + np.sin(lam) * y
    return np.stack([-np.sin(lam) * x + np.cos(lam) * y, np.cos(phi) * z - np.sin(phi) * outward], axis=-1)
