"""Footprint of a part of a quick-look, from the footprint of the whole.

The ring of EXT_POS_LIST has four sides: two along the track, two along the first and the last line. Between
them the image is a surface that is known at its border only; a Coons patch (Coons 1967: both linear blends of
opposite sides, less the bilinear blend of the corners) has this border. A part of the image is a part of it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
#: rad; a ring turns by some 90° at its corners and by less than 1° elsewhere.
_CORNER = np.pi / 4


def crop_ring(
    ring: Sequence[tuple[float, float]], track: Vectors, begin: float, end: float
) -> list[tuple[float, float]] | None:
    """The part of `ring` between the fractions `begin` and `end` (0…1) of its length along the track.

    `ring` is closed, (latitude, longitude) in degrees; so is the result. `track` (3,) points the way the
    satellite went, in an earth-fixed frame. None if the ring has not four corners.
    """
    if (begin, end) == (0.0, 1.0):
        return list(ring)
    points = _vectors(ring[:-1])
    corners = _corners(points)
    if len(corners) != 4:
        return None
    sides = _sides(points, corners)
    courses = np.array([(side[-1] - side[0]) @ track / np.linalg.norm(side[-1] - side[0]) for side in sides])
    ahead = int(np.argmax(courses))  # the side that runs with the satellite
    one, last, two, first = (sides[(ahead + i) % 4] for i in range(4))
    patch = _Patch(one, two[::-1], first[::-1], last)
    outline = [
        *patch.along(0.0, _knots(one, begin, end)),
        *patch.across(end, _knots(last, 0.0, 1.0)[1:-1]),
        *patch.along(1.0, _knots(two[::-1], begin, end))[::-1],
        *patch.across(begin, _knots(first[::-1], 0.0, 1.0)[1:-1])[::-1],
    ]
    outline.append(outline[0])
    return _degrees(np.array(outline))


class _Patch:
    """The surface between `one` and `two` (along) and `first` and `last` (across, from one to two)."""

    def __init__(self, one: Vectors, two: Vectors, first: Vectors, last: Vectors) -> None:
        self.one, self.two, self.first, self.last = one, two, first, last

    def at(self, u: float, t: float) -> Vectors:
        """The point at `u` across (0 on `one`) and `t` along (0 on `first`)."""
        along = (1 - u) * _on(self.one, t) + u * _on(self.two, t)
        across = (1 - t) * _on(self.first, u) + t * _on(self.last, u)
        begin = (1 - u) * self.one[0] + u * self.two[0]
        end = (1 - u) * self.one[-1] + u * self.two[-1]
        return along + across - (1 - t) * begin - t * end

    def along(self, u: float, ts: Sequence[float]) -> list[Vectors]:
        return [self.at(u, t) for t in ts]

    def across(self, t: float, us: Sequence[float]) -> list[Vectors]:
        return [self.at(u, t) for u in us]


def _vectors(ring: Sequence[tuple[float, float]]) -> Vectors:
    lat, lon = np.radians(np.array(ring, dtype=np.float64)).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _degrees(points: Vectors) -> list[tuple[float, float]]:
    x, y, z = points.T
    lat, lon = np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
    return [(float(a), float(b)) for a, b in zip(lat, lon, strict=True)]


def _corners(points: Vectors) -> list[int]:
    before, after = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
    turn = np.arctan2(np.linalg.norm(np.cross(before, after), axis=1), np.sum(before * after, axis=1))
    return [int(i) for i in np.flatnonzero(turn > _CORNER)]


def _sides(points: Vectors, corners: Sequence[int]) -> list[Vectors]:
    """The four sides, each from corner to corner, in the order of the ring."""
    turned = np.roll(points, -corners[0], axis=0)
    stops = [c - corners[0] for c in corners] + [len(points)]
    closed = np.vstack([turned, turned[:1]])
    return [closed[stops[i] : stops[i + 1] + 1] for i in range(4)]


def _fractions(curve: Vectors) -> Vectors:
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])
    return length / length[-1]


def _knots(curve: Vectors, begin: float, end: float) -> list[float]:
    """The fractions of the curve's own points between `begin` and `end`, and these two."""
    return [begin, *(float(t) for t in _fractions(curve) if begin + 1e-9 < t < end - 1e-9), end]


def _on(curve: Vectors, t: float) -> Vectors:
    """The point at fraction `t` of the length of a curve."""
    fractions = _fractions(curve)
    return np.array([np.interp(t, fractions, curve[:, axis]) for axis in range(3)])
