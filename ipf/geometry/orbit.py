"""The navigation of an ideal Sentinel-2: circular repeating orbit, pointing at the geocentre, yaw-steered.

It has the same conventions as the real metadata (ECEF orbit at 1 Hz, inertial quaternions at 10 Hz), so that
it can be written into a datastrip and read back. Real passes differ by the orbit's eccentricity (height ± 15
km over a revolution).
"""

import erfa
import numpy as np

from batch.errors import InputError
from ipf.geometry import earth, rotation
from ipf.geometry.clock import parse_gps_time
from ipf.geometry.focal_plane import nominal_piloting_to_msi
from ipf.geometry.navigation import Navigation
from ipf.geometry.rotation import Floats

#: Mean semi-major axis (m), inclination (degrees), 143 revolutions in 10 days (Sentinel-2 mission documents).
SEMI_MAJOR_AXIS = 7_167_000.0
INCLINATION = 98.62
NODAL_PERIOD = 10 * 86400 / 143

#: The Earth's rate relative to the node of a sun-synchronous orbit is one turn a day; to the stars it is this
#: (rad/s).
_EARTH_RATE = 7.292115146706979e-5
_ATTITUDE_STEP = 0.1


def nominal_navigation(
    epoch: str,
    seconds: int,
    *,
    latitude: float,
    longitude: float,
    at: float = 0.0,
    descending: bool = True,
    ut1_utc: float = 0.0,
    gps_utc: float = 18.0,
) -> Navigation:
    """Ancillary data for whole `seconds` from `epoch` (GPS time), of the pass that is over a place at a
    moment.

    `at` seconds after the epoch the satellite's radius cuts the sphere at `longitude` and `latitude`
    (degrees; geocentric latitude within ±81). GPS points every second, attitudes every 0.1 s, both ends
    included.
    """
    if not abs(latitude) < 180 - INCLINATION or seconds < 1:
        raise InputError(
            f"latitude {latitude} for {seconds} s: the orbit reaches ±81 degrees and takes at least 1 s; "
            "choose others"
        )
    zero, pole = parse_gps_time(epoch), (0.0, 0.0)

    def ecef_turn(t: Floats) -> Floats:
        return earth.celestial_to_terrestrial(zero, t, ut1_utc, gps_utc, pole)

    # The inertial frame of the ellipse is ECEF, stopped at `at`: the equator and the place are plain there.
    stopped = ecef_turn(np.array([at]))[0]
    orbit = _Orbit(latitude, longitude, at, descending)
    gps_t = np.arange(seconds + 1, dtype=np.float64)
    attitude_t = np.arange(round(seconds / _ATTITUDE_STEP) + 1, dtype=np.float64) * _ATTITUDE_STEP

    to_ecef = ecef_turn(gps_t) @ stopped.T
    r, v = orbit.state(gps_t)
    position = _turned(to_ecef, r)
    spin = np.cross(np.array([0.0, 0.0, _EARTH_RATE]), position)
    r_a, v_a = orbit.state(attitude_t)
    axes = _body_axes(r_a, v_a)
    return Navigation(
        epoch=epoch,
        gps_t=gps_t,
        position=position,
        velocity=_turned(to_ecef, v) - spin,
        attitude_t=attitude_t,
        attitude=rotation.continuous(rotation.from_matrix(stopped.T @ axes)),
        ut1_utc=ut1_utc,
        gps_utc=gps_utc,
        pole=pole,
        piloting_to_msi=nominal_piloting_to_msi(),
    )


class _Orbit:
    """A circle in the stopped frame: position (n, 3) and velocity (n, 3) at times (n,)."""

    def __init__(self, latitude: float, longitude: float, at: float, descending: bool) -> None:
        i = np.radians(INCLINATION)
        from_node = np.arcsin(np.sin(np.radians(latitude)) / np.sin(i))
        self.argument = np.pi - from_node if descending else from_node
        self.rate, self.at = 2 * np.pi / NODAL_PERIOD, at
        east_of_node = np.arctan2(np.cos(i) * np.sin(self.argument), np.cos(self.argument))
        node = np.radians(longitude) - east_of_node
        self.plane = erfa.rz(-node, erfa.rx(-i, np.eye(3)))

    def state(self, t: Floats) -> tuple[Floats, Floats]:
        u = self.argument + self.rate * (t - self.at)
        zero = np.zeros_like(u)
        r = SEMI_MAJOR_AXIS * np.stack([np.cos(u), np.sin(u), zero], axis=-1)
        v = SEMI_MAJOR_AXIS * self.rate * np.stack([-np.sin(u), np.cos(u), zero], axis=-1)
        return r @ self.plane.T, v @ self.plane.T


def _body_axes(r: Floats, v: Floats) -> Floats:
    """Matrices (n, 3, 3) whose columns are the piloting frame's axes: Z to the geocentre, X along the ground
    track.

    Yaw steering turns X from the inertial velocity to the velocity relative to the turning Earth.
    """
    z = -r / np.linalg.norm(r, axis=1, keepdims=True)
    relative = v - np.cross(np.array([0.0, 0.0, _EARTH_RATE]), r)
    y = np.cross(z, relative)
    y /= np.linalg.norm(y, axis=1, keepdims=True)
    return np.stack([np.cross(y, z), y, z], axis=-1)


def _turned(m: Floats, v: Floats) -> Floats:
    return np.einsum("nij,nj->ni", m, v)
