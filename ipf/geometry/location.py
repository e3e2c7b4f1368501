"""Direct and inverse location of one band and detector on the ellipsoid.

Everything is element by element, from the ancillary data as a whole and the point alone: a value depends
neither on the other points of its array nor on which rows a (virtual) datastrip has.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipf.geometry import earth, rotation
from ipf.geometry.focal_plane import BANDS, polynomial, tan_psi, tan_psi_coefficients
from ipf.geometry.navigation import Navigation
from ipf.geometry.rotation import Components, Floats

#: Steps that bring the foot of the ground point on the orbit (to 1 µs; 11 ms would do), then the time of
#: viewing and the column, to the last bits: each leaves 0.1 to 1 % of the error before it.
_ORBIT_STEPS = 3
_VIEW_STEPS = 6
#: Columns beyond this many half-widths from the centre are clamped: the fit is good for nothing there.
_WIDEST = 4.0
#: A point whose last step is longer than this (s; 1 mm is 1.5e-7 s) was not seen in the ancillary data's
#: time.
_CONVERGED = 1e-8
#: A point's distance from the Earth's centre along the satellite's radius, over that radius: 0.88 for what is
#: seen; with less it is more than 1500 km from the ground track or on the other side of the Earth.
_LEAST_LEVER = 0.85
#: What a tangent is multiplied with for metres on the ground, rounded down: the orbit is 786 km high.
_LOWEST = 750e3


class Abeam(NamedTuple):
    """Ground points as the satellite passes them, which is where all bands and detectors start to look for
    them; arrays of one shape.

    point: ECEF metres. t: time at which it lies square to the orbit, a few seconds off. across: the tangent
    of the angle across track under which it lies then, NaN for what is far away; that under which it is
    seen is the same within 5e-5 (34 m on the ground, measured over all bands, detectors and latitudes).
    speed, turning: m/s along the MSI's X, and that over the orbit's radius, 1/s.
    """

    point: Components
    t: Floats
    across: Floats
    speed: Floats
    turning: Floats

    def at(self, where: NDArray[np.bool_]) -> "Abeam":
        """Some of the points (1-D)."""
        x, y, z = (c[where] for c in self.point)
        return Abeam((x, y, z), *(a[where] for a in self[1:]))

    def near(self, band: str, detector: str, margin: float) -> NDArray[np.bool_]:
        """Which points lie within the columns of a detector, or within `margin` (m, at least 50) of them."""
        edges, _ = tan_psi(band, detector, [0.0, float(BANDS[band].columns)])
        more = margin / _LOWEST
        return (self.across >= edges.min() - more) & (self.across <= edges.max() + more)


class Locator:
    """Where columns of one band and detector look, and where ground points are seen.

    Times are seconds since the navigation's epoch; columns are edge-based at the band's resolution, blind
    pixels left out (60 m columns for the 60 m bands, of which a raw 20 m column is a third); heights are
    ellipsoidal metres.
    """

    def __init__(self, nav: Navigation, band: str, detector: str) -> None:
        self.nav, self.band, self.detector = nav, band, detector

    def direct(self, t: ArrayLike, col_edge: ArrayLike, height: ArrayLike = 0.0) -> tuple[Floats, Floats]:
        """Longitude and latitude (degrees) seen at times by columns, all three broadcast against each other.

        Give times as (rows, 1) and columns as (1, columns) for an image: the orbit is then interpolated once
        per row. NaN where the line of sight misses the Earth.
        """
        x, y, z = self.ground(t, col_edge, height)
        lon, lat, _ = earth.to_geodetic(x, y, z)
        return lon, lat

    def ground(self, t: ArrayLike, col_edge: ArrayLike, height: ArrayLike = 0.0) -> Components:
        """As `direct`, in ECEF metres."""
        t, height = np.asarray(t, dtype=np.float64), np.asarray(height, dtype=np.float64)
        turn, z_scale = attitude_at(self.nav, t)
        tx, ty = tan_psi(self.band, self.detector, col_edge)
        sight = rotation.rotate(turn, (ty, -tx, z_scale * np.ones_like(tx)))
        orbit = orbit_at(self.nav, t)[0]
        x, y, z = intersect(orbit, sight, height)
        if np.any(height):
            # Points at one height form no ellipsoid: 2 mm at 8000 m are made good. Where height is 0 nothing
            # changes.
            excess = np.where(height == 0, 0.0, earth.to_geodetic(x, y, z)[2] - height)
            x, y, z = intersect(orbit, sight, height - excess)
        return x, y, z

    def inverse(self, lon: ArrayLike, lat: ArrayLike, height: ArrayLike = 0.0) -> tuple[Floats, Floats]:
        """Time and column that see ground points (degrees); the column may lie outside [0, columns].

        NaN where the point is not seen within the time of the ancillary data. Accurate to much less than 1
        mm.
        """
        return self.inverse_of(abeam(self.nav, lon, lat, height))

    def inverse_of(self, ground: Abeam) -> tuple[Floats, Floats]:
        """As `inverse`, of points whose start is known: `abeam` need not be found for each band again."""
        t = ground.t
        step = x = np.zeros_like(t)
        for _ in range(_VIEW_STEPS):
            t = np.clip(t + step, self.nav.start, self.nav.stop)
            step, x = self._step(t, x, ground)
        # The last step is not applied: it is noise unless the point is out of reach.
        seen = np.abs(step) < _CONVERGED
        column = (x + 1) * (BANDS[self.band].columns / 2)
        return np.where(seen, t, np.nan), np.where(seen, column, np.nan)

    def _step(self, t: Floats, x: Floats, ground: Abeam) -> tuple[Floats, Floats]:
        """One step of Newton's method: seconds to go until the point is seen, and the better `x` (column, −1
        … 1 over the detector) at `t`."""
        turn, z_scale = attitude_at(self.nav, t)
        lx, ly, lz = rotation.rotate(turn, _minus(ground.point, position_at(self.nav, t)), back=True)
        depth = lz / z_scale
        across, along = tan_psi_coefficients(self.band, self.detector)
        slope = polynomial([k * power for k, power in zip(across, (4, 3, 2, 1), strict=False)], x)
        x = np.clip(x - (polynomial(across, x) + ly / depth) / slope, -_WIDEST, _WIDEST)
        return (lx / depth - polynomial(along, x)) / (ground.speed / depth - ground.turning), x

    def viewing_angles(self, t: ArrayLike, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """Zenith angle and azimuth (degrees, clockwise from north) of the satellite at time t from ground
        points."""
        return viewing_angles(self.nav, t, lon, lat)


def viewing_angles(
    nav: Navigation, t: ArrayLike, lon: ArrayLike, lat: ArrayLike, height: ArrayLike = 0.0
) -> tuple[Floats, Floats]:
    """Zenith angle and azimuth (degrees, clockwise from north) of the satellite at time t from ground
    points."""
    s, _ = orbit_at(nav, np.asarray(t, dtype=np.float64))
    p = earth.to_ecef(lon, lat, height)
    return earth.zenith_azimuth(lon, lat, (s[0] - p[0], s[1] - p[1], s[2] - p[2]))


def position_at(nav: Navigation, t: Floats) -> Components:
    """ECEF position (m) by cubic Hermite between GPS points; the outer cubics go on outside."""
    i, s = _before(nav.gps_t, t)
    c = [[np.take(nav.hermite[:, power, axis], i) for power in range(4)] for axis in range(3)]
    x, y, z = (((c3 * s + c2) * s + c1) * s + c0 for c0, c1, c2, c3 in c)
    return x, y, z


def orbit_at(nav: Navigation, t: Floats) -> tuple[Components, Components]:
    """As `position_at`, with the velocity (m/s)."""
    i, s = _before(nav.gps_t, t)
    c = [[np.take(nav.hermite[:, power, axis], i) for power in range(4)] for axis in range(3)]
    x, y, z = (((c3 * s + c2) * s + c1) * s + c0 for c0, c1, c2, c3 in c)
    vx, vy, vz = ((3 * c3 * s + 2 * c2) * s + c1 for _, c1, c2, c3 in c)
    return (x, y, z), (vx, vy, vz)


def attitude_at(nav: Navigation, t: Floats) -> tuple[Floats, Floats]:
    """Unit quaternions (…, 4) from the MSI frame to ECEF, interpolated linearly; and the scale along Z."""
    i, s = _before(nav.attitude_t, t)
    w = s / (np.take(nav.attitude_t, i + 1) - np.take(nav.attitude_t, i))
    u = 1 - w
    # Component by component: numpy is three times faster at that than at rows of four.
    x, y, z, r = (np.take(q, i) * u + np.take(q, i + 1) * w for q in nav.msi_to_ecef.T)
    length = np.sqrt(x * x + y * y + z * z + r * r)
    turn = np.stack([x / length, y / length, z / length, r / length], axis=-1)
    return turn, np.take(nav.z_scale, i) * u + np.take(nav.z_scale, i + 1) * w


def _before(times: Floats, t: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Index of the last of `times` (but one) that is not after t, and the seconds since then."""
    i = np.clip(np.searchsorted(times, t, side="right") - 1, 0, len(times) - 2)
    return i, t - np.take(times, i)


def intersect(s: Components, d: Components, height: Floats) -> Components:
    """First point of the rays s + k·d on the ellipsoid whose semi-axes are longer by `height`."""
    a, b = 1 / (earth.SEMI_MAJOR + height), 1 / (earth.SEMI_MINOR + height)
    px, py, pz = s[0] * a, s[1] * a, s[2] * b
    rx, ry, rz = d[0] * a, d[1] * a, d[2] * b
    rr = rx * rx + ry * ry + rz * rz
    pr = px * rx + py * ry + pz * rz
    pp = px * px + py * py + pz * pz - 1
    with np.errstate(invalid="ignore"):
        k = (-pr - np.sqrt(pr * pr - rr * pp)) / rr
    return s[0] + k * d[0], s[1] + k * d[1], s[2] + k * d[2]


def abeam(nav: Navigation, lon: ArrayLike, lat: ArrayLike, height: ArrayLike = 0.0) -> Abeam:
    """Where the inverse location of points (degrees, m) starts."""
    p = earth.to_ecef(lon, lat, height)
    t = np.full_like(p[0], (nav.start + nav.stop) / 2)
    for _ in range(_ORBIT_STEPS):
        s, v = orbit_at(nav, t)
        # The orbit turns with the satellite, so the ground comes abeam more slowly than the orbit's points.
        lever = np.maximum(_dot(p, s) / _dot(s, s), _LEAST_LEVER)
        t = np.clip(t + _dot(_minus(p, s), v) / (_dot(v, v) * lever), nav.start, nav.stop)
    s, v = orbit_at(nav, t)
    turn, _ = attitude_at(nav, t)
    _, ly, lz = rotation.rotate(turn, _minus(p, s), back=True)
    across = np.where(_dot(p, s) / _dot(s, s) > _LEAST_LEVER, -ly / lz, np.nan)
    speed = rotation.rotate(turn, v, back=True)[0]
    return Abeam(p, t, across, speed, speed / np.sqrt(_dot(s, s)))


def _minus(a: Components, b: Components) -> Components:
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def _dot(a: Components, b: Components) -> Floats:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
