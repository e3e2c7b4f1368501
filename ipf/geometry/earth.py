"""The Earth's rotation and its ellipsoid.

Trigonometry of single points goes through ERFA, whose C loop treats every point by itself; numpy's vectorised
sines may give another last bit to the same point at another place of an array.
"""

from fractions import Fraction

import erfa
import numpy as np
from numpy.typing import ArrayLike

from ipf.geometry.clock import gps_mjd
from ipf.geometry.rotation import Components, Floats

#: WGS84 semi-axes in metres.
SEMI_MAJOR = 6378137.0
SEMI_MINOR = SEMI_MAJOR * (1 - 1 / 298.257223563)

MJD_ZERO = 2400000.5
#: GPS time is 19 s behind TAI, TAI is 32.184 s behind TT.
GPS_TO_TT = 19.0 + 32.184
DEGREE = np.pi / 180.0
_WGS84 = 1
#: Astronomical unit per day in units of the speed of light.
_AU_PER_DAY = 149597870700.0 / 86400.0 / 299792458.0


def terrestrial_days(epoch: Fraction, t: Floats) -> tuple[float, Floats]:
    """TT as a two-part Julian date: (scalar, (n,)), of seconds `t` since `epoch` (GPS seconds since
    1980-01-06)."""
    day, part = gps_mjd(epoch)
    return MJD_ZERO + day, part + (GPS_TO_TT + t) / 86400.0


def celestial_to_terrestrial(
    epoch: Fraction, t: Floats, ut1_utc: float, gps_utc: float, pole: tuple[float, float]
) -> Floats:
    """Matrices (n, 3, 3) from GCRS to ITRS (IAU 2006/2000A) at seconds `t` since the epoch; pole in
    radians."""
    day, part = gps_mjd(epoch)
    tt, tt_part = terrestrial_days(epoch, t)
    ut1_part = part + (ut1_utc - gps_utc + t) / 86400.0
    return erfa.c2t06a(tt, tt_part, MJD_ZERO + day, ut1_part, pole[0], pole[1])


def sun_direction(epoch: Fraction, t: Floats) -> Floats:
    """Unit vectors (n, 3) in GCRS from the Earth's centre to the apparent sun at seconds `t` (n,) since the
    epoch.

    ERFA's ephemeris of the Earth (`epv00`) with annual aberration; the parallax (2.4 mdeg at most) is left
    out.
    """
    heliocentric, barycentric = erfa.epv00(*terrestrial_days(epoch, t))
    geometric = -heliocentric["p"] / np.linalg.norm(heliocentric["p"], axis=-1, keepdims=True)
    apparent = geometric + barycentric["v"] * _AU_PER_DAY
    return apparent / np.linalg.norm(apparent, axis=-1, keepdims=True)


def to_ecef(lon: ArrayLike, lat: ArrayLike, height: ArrayLike = 0.0) -> Components:
    """ECEF metres of geodetic longitude, latitude (degrees) and height above the ellipsoid (m), broadcast."""
    lon, lat, height = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in (lon, lat, height)))
    xyz = erfa.gd2gc(_WGS84, lon * DEGREE, lat * DEGREE, height)
    return xyz[..., 0], xyz[..., 1], xyz[..., 2]


def to_geodetic(x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats, Floats]:
    """Longitude in [−180, 180], latitude (degrees) and height (m) of ECEF metres."""
    lon, lat, height = erfa.gc2gd(_WGS84, np.stack([x, y, z], axis=-1))
    lon = np.where(lon > np.pi, lon - 2 * np.pi, lon)
    return lon / DEGREE, lat / DEGREE, height


def zenith_azimuth(lon: ArrayLike, lat: ArrayLike, d: Components) -> tuple[Floats, Floats]:
    """Zenith angle, then azimuth clockwise from north in [0, 360), in degrees, of ECEF directions at ground
    points."""
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    up = erfa.s2c(lon * DEGREE, lat * DEGREE)
    ux, uy, uz = up[..., 0], up[..., 1], up[..., 2]
    horizontal = np.sqrt(ux * ux + uy * uy)
    ex, ey = -uy / horizontal, ux / horizontal
    dx, dy, dz = d
    east = ex * dx + ey * dy
    # north = up × east
    north = -uz * ey * dx + uz * ex * dy + (ux * ey - uy * ex) * dz
    azimuth, elevation = erfa.c2s(np.stack([north, east, ux * dx + uy * dy + uz * dz], axis=-1))
    return 90.0 - elevation / DEGREE, np.mod(azimuth / DEGREE, 360.0)
