"""When and where a relative orbit of Sentinel-2 comes by: descending node, local time, absolute orbit."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from batch.errors import InputError
from ipf.geometry.orbit import INCLINATION, NODAL_PERIOD

ORBITS_PER_CYCLE = 143
#: Longitude of the descending node of relative orbit 34: the GPS points of the S2B datastrip of
#: 2022-10-11, carried from 2° south to the equator. Each next orbit is 3600° / 143 farther west.
_NODE_OF_34 = 57.65
_STEP = 3600 / ORBITS_PER_CYCLE
#: Mean local solar time at the descending node [h] (Sentinel-2 mission documents).
_LOCAL_TIME = 10.5
#: An absolute orbit of each satellite, its relative orbit and when it was flown: from real products.
_KNOWN = {
    "S2A": (32448, 133, datetime(2021, 9, 8, 4, 27, 1, tzinfo=UTC)),
    "S2B": (29232, 34, datetime(2022, 10, 11, 6, 40, 29, tzinfo=UTC)),
}


@dataclass(frozen=True)
class Passage:
    """A descending pass over a latitude: longitude [deg], UTC, absolute orbit."""

    longitude: float
    time: datetime
    absolute_orbit: int


def passage(
    satellite: str, relative_orbit: int, latitude: float, day: str, longitude: float | None = None
) -> Passage:
    """When the satellite crosses a (geocentric) latitude on its way south on that day, in UTC ("2022-06-21").

    A longitude that is given moves the orbit (and the time, so that the Sun stands as it does for
    Sentinel-2).
    """
    if abs(latitude) >= 180 - INCLINATION:
        raise InputError(
            f"latitude {latitude} is beyond the orbit's ±{180 - INCLINATION:.1f}; choose one within it"
        )
    try:
        midnight = datetime.fromisoformat(day).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    except ValueError:
        raise InputError(f"{day!r} is not a day like 2022-06-21; correct --date") from None
    inclination = np.radians(INCLINATION)
    before = np.arcsin(np.sin(np.radians(latitude)) / np.sin(inclination))
    seconds = before / (2 * np.pi) * NODAL_PERIOD
    inertial = np.degrees(np.arctan2(-np.cos(inclination) * np.sin(before), np.cos(before)))
    east_of_node = float(inertial + 360 / 86400 * seconds)
    if longitude is None:
        longitude = _NODE_OF_34 - (relative_orbit - 34) * _STEP + east_of_node
    node = longitude - east_of_node
    hour = (_LOCAL_TIME - node / 15) % 24
    time = midnight + timedelta(hours=hour) - timedelta(seconds=float(seconds))
    return Passage((longitude + 180) % 360 - 180, time, _absolute(satellite, relative_orbit, time))


def _absolute(satellite: str, relative_orbit: int, time: datetime) -> int:
    """The absolute orbit of that relative orbit whose time is nearest."""
    number, relative, when = _KNOWN[satellite]
    flown = number + round((time - when).total_seconds() / NODAL_PERIOD)
    offset = (number + relative_orbit - relative - flown) % ORBITS_PER_CYCLE
    nearest = flown + (offset if offset <= ORBITS_PER_CYCLE // 2 else offset - ORBITS_PER_CYCLE)
    return max(nearest, 1)
