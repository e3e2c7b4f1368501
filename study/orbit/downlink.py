"""Which datastrip comes down where and when: contacts from geometry, the on-board memory read in order.

A contact reads the oldest data first, as fast as the link allows and never ahead of the instrument. What one
contact reads of a datatake is a datastrip; where a contact ends within a datatake, the next one begins three
scenes earlier, as in the ground segment's reports of 2018-07-21; so short tails come about as they do there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from study.orbit.datatakes import SCENE_S, Datatake
from study.orbit.track import CYCLE_S, DAY_S, EARTH_RADIUS_M, HEIGHT, Floats, Satellite

#: Scenes that consecutive datastrips of a datatake share (PDGS reports of 2018-07-21, 7 of 7 cuts).
SHARED = 3
#: Mbit of L0c per second of sensing: 220.5 MB per scene (PDGS archive reports).
SENSING_MBIT_S = 220.5 * 8 / SCENE_S
#: Elevation above which a station receives, degrees: an assumption (5 to 10° are usual).
ELEVATION = 5.0
#: Mbit/s. X-band: 2 × 260, an estimate from what is generally told of the mission; laser link: 600 (told of
#: Sentinel-1 and Alphasat, 2014).
X_BAND, LASER = 520.0, 600.0
#: Longest session with the relay satellite: an assumption, chosen so that about 150 datastrips a day come of
#: it. EPAE then receives half of them; in the counters of 2018-07-21 at 05:30 it was 14 beside SGS's 17.
RELAY_S = 600.0
#: Height above the ground below which the line of sight to the relay is not free, metres.
AIR_M = 100_000.0
_STEP_S = 10.0


@dataclass(frozen=True)
class Station:
    """A ground station (latitude, longitude in degrees), or the relay satellite over the equator."""

    name: str
    lat: float
    lon: float
    mbit_s: float = X_BAND
    relay: bool = False


#: Core stations of the Copernicus ground segment (ESA, Sentinel-1 data flow); EPAE receives from the relay
#: EDRS-A at 9° E. Earlier in the list is preferred.
STATIONS = (
    Station("SGS", 78.23, 15.39),
    Station("MTI", 40.65, 16.70),
    Station("MPS", 27.76, -15.63),
    Station("EPAE", 0.0, 9.0, LASER, relay=True),
)


@dataclass(frozen=True)
class Contact:
    """From `start` to `stop`, seconds since the beginning of the plan."""

    station: Station
    start: float
    stop: float


@dataclass(frozen=True)
class Datastrip:
    """`scenes` from `start` (seconds since the beginning of the plan), on the ground at `received`."""

    satellite: str
    station: str
    start: float
    scenes: int
    received: float

    @property
    def stop(self) -> float:
        """End of its last scene."""
        return self.start + self.scenes * SCENE_S


def visible(station: Station, position: Floats) -> np.ndarray:
    """Whether a satellite at unit vectors (n, 3) can send to the station."""
    lat, lon = np.radians([station.lat, station.lon])
    towards = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    if station.relay:
        # The line to the relay, 42 164 km from the geocentre, must pass above the air.
        line = towards * (42_164_000.0 / EARTH_RADIUS_M) - position * HEIGHT
        line /= np.linalg.norm(line, axis=1, keepdims=True)
        along = np.sum(position * HEIGHT * line, axis=1)
        nearest = np.sqrt(HEIGHT**2 - along**2)
        return (along > 0) | (nearest > 1 + AIR_M / EARTH_RADIUS_M)
    line = position * HEIGHT - towards
    return line @ towards / np.linalg.norm(line, axis=1) > np.sin(np.radians(ELEVATION))


def contacts(satellite: Satellite, begin: datetime, days: float) -> list[Contact]:
    """All contacts of a satellite in `days` from `begin`, one at a time, in order of time."""
    t = np.arange(0.0, min(days * DAY_S, CYCLE_S), _STEP_S)
    position = satellite.position((satellite.since_node(begin) + t) % CYCLE_S)
    taken = np.zeros(len(t), dtype=bool)
    found = []
    for station in STATIONS:
        free = visible(station, position) & ~taken
        edges = np.flatnonzero(np.diff(np.concatenate([[0], free.astype(np.int8), [0]])))
        for first, end in zip(edges[::2], edges[1::2], strict=True):
            if station.relay:
                end = min(end, first + int(RELAY_S / _STEP_S))
            taken[first:end] = True
            found.append(Contact(station, first * _STEP_S, end * _STEP_S))
    found.sort(key=lambda c: c.start)
    cycles = range(int(np.ceil(days * DAY_S / CYCLE_S)))
    shifted = (Contact(c.station, c.start + n * CYCLE_S, c.stop + n * CYCLE_S) for n in cycles for c in found)
    return [c for c in shifted if c.start < days * DAY_S]


def downlink(takes: Iterable[Datatake], windows: Sequence[Contact]) -> Iterator[Datastrip]:
    """The datastrips of one satellite; both in order of time. What no window reads is lost."""
    window = iter(windows)
    contact = next(window, None)
    free = contact.start if contact else 0.0
    for take in takes:
        first = 0
        while first < take.scenes and contact is not None:
            sensed = take.start + first * SCENE_S
            begin = max(free, sensed, contact.start)
            scenes, end = _read(take, first, begin, contact)
            if scenes > SHARED or scenes == take.scenes - first:
                yield Datastrip(take.satellite, contact.station.name, sensed, scenes, end)
                free = end
                first += scenes
                if first >= take.scenes:
                    break
                first -= SHARED
            contact = next(window, None)


def _read(take: Datatake, first: int, begin: float, contact: Contact) -> tuple[int, float]:
    """Scenes of the datatake that the contact reads from `begin` on, and when it has read them."""
    rate = contact.station.mbit_s / SENSING_MBIT_S  # seconds of sensing per second
    left = take.scenes - first
    sensed = take.start + first * SCENE_S
    most = int((contact.stop - begin) * rate / SCENE_S)
    recorded = int((contact.stop - sensed) / SCENE_S)
    scenes = min(left, most, recorded)
    return scenes, max(begin + scenes * SCENE_S / rate, sensed + scenes * SCENE_S)
