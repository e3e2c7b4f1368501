"""Where the sun stands over a ground point."""

import numpy as np
from numpy.typing import ArrayLike

from ipf.geometry import earth
from ipf.geometry.navigation import Navigation
from ipf.geometry.rotation import Floats


def sun_angles(nav: Navigation, lon: ArrayLike, lat: ArrayLike, t: ArrayLike) -> tuple[Floats, Floats]:
    """Zenith angle and azimuth (degrees, clockwise from north) of the sun, no refraction.

    `lon`, `lat` in degrees, `t` in seconds since the navigation's epoch, broadcast. Linear between the GPS
    points.
    """
    t = np.asarray(t, dtype=np.float64)
    sun = nav.sun
    i = np.clip(np.searchsorted(nav.gps_t, t, side="right") - 1, 0, len(nav.gps_t) - 2)
    w = (t - nav.gps_t[i]) / (nav.gps_t[i + 1] - nav.gps_t[i])
    x, y, z = (sun[:, axis][i] * (1 - w) + sun[:, axis][i + 1] * w for axis in range(3))
    return earth.zenith_azimuth(lon, lat, (x, y, z))
