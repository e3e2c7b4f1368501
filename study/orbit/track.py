"""Where the satellites are: the ideal repeating orbit, 143 revolutions in 10 days.

A circle with the constants of `ipf.geometry.orbit`, sun-synchronous, so that relative to the node the Earth
turns once a day. Real tracks differ by the eccentricity: ± 15 km in height, seconds along the track.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from ipf.geometry.orbit import INCLINATION, NODAL_PERIOD, SEMI_MAJOR_AXIS
from ipf.synth.orbit import ORBITS_PER_CYCLE, passage

Floats = NDArray[np.float64]

CYCLE_S = ORBITS_PER_CYCLE * NODAL_PERIOD
DAY_S = 86_400.0
EARTH_RADIUS_M = 6_371_000.0
#: Half of the swath of 290 km.
HALF_SWATH_M = 145_000.0
#: Distance of a satellite from the geocentre in Earth radii.
HEIGHT = SEMI_MAJOR_AXIS / EARTH_RADIUS_M
J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
#: A day on which each satellite flew the relative orbit: `ipf.synth.orbit` took them from real products.
_FLOWN = {"S2A": (133, "2021-09-08"), "S2B": (34, "2022-10-11")}
SATELLITES = tuple(_FLOWN)


@dataclass(frozen=True)
class Satellite:
    """`node`: longitude (degrees) of a descending node, crossed at `time`."""

    name: str
    node: float
    time: datetime

    @staticmethod
    def named(name: str) -> "Satellite":
        """S2A or S2B."""
        orbit, day = _FLOWN[name]
        found = passage(name, orbit, 0.0, day)
        return Satellite(name, found.longitude, found.time)

    def since_node(self, when: datetime) -> float:
        """Seconds from a crossing of this node, at most one cycle ago, to `when`."""
        return (when - self.time).total_seconds() % CYCLE_S

    def position(self, t: Floats) -> Floats:
        """Earth-fixed unit vectors (n, 3), at seconds since the crossing of the node."""
        inclination, u = np.radians(INCLINATION), np.pi + 2 * np.pi * t / NODAL_PERIOD
        east = np.arctan2(np.cos(inclination) * np.sin(u), np.cos(u))
        lon = np.radians(self.node) - np.pi + east - 2 * np.pi * t / DAY_S
        z = np.sin(inclination) * np.sin(u)
        across = np.sqrt(1 - z * z)
        return np.stack([across * np.cos(lon), across * np.sin(lon), z], axis=-1)


def swath(satellite: Satellite, t: Floats, points: int = 7) -> tuple[Floats, Floats]:
    """Latitude and longitude (degrees; (points, n)) of places across the swath."""
    below = satellite.position(t)
    across = np.cross(below, satellite.position(t + 1.0))
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    angles = np.linspace(-1, 1, points)[:, None, None] * HALF_SWATH_M / EARTH_RADIUS_M
    return degrees(below * np.cos(angles) + across * np.sin(angles))


def degrees(vectors: Floats) -> tuple[Floats, Floats]:
    """Latitude and longitude of unit vectors (…, 3)."""
    lat = np.degrees(np.arcsin(vectors[..., 2]))
    return lat, np.degrees(np.arctan2(vectors[..., 1], vectors[..., 0]))


def subsolar(days: Floats) -> Floats:
    """Earth-fixed unit vectors (n, 3) to the sun, `days` (UT) after J2000.

    Astronomical Almanac, low precision formulas for the sun: 0.01° between 1950 and 2050.
    """
    anomaly = np.radians(357.528 + 0.9856003 * days)
    ecliptic = np.radians(280.460 + 0.9856474 * days + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    tilt = np.radians(23.439 - 4e-7 * days)
    sidereal = np.radians(280.46061837 + 360.98564736629 * days)
    x, y, z = np.cos(ecliptic), np.cos(tilt) * np.sin(ecliptic), np.sin(tilt) * np.sin(ecliptic)
    turned = np.cos(sidereal), np.sin(sidereal)
    return np.stack([turned[0] * x + turned[1] * y, turned[0] * y - turned[1] * x, z], axis=-1)
