"""When the instrument images: over what the scenario asks for, while the sun is high enough."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from ipf.geometry.orbit import NODAL_PERIOD
from study.orbit.land import is_imaged
from study.orbit.track import CYCLE_S, DAY_S, J2000, Floats, Satellite, degrees, subsolar, swath

#: Seconds of sensing per scene: 2304 lines of 1.565873622 ms (L0c metadata).
SCENE_S = 2304 * 1.565873622e-3
#: Sun zenith angle beyond which nothing is imaged, degrees (ESA news of 2019-10-17: "up to 85°").
SUN_ZENITH = 85.0
#: Seconds of sea for which the instrument images on. An assumption: it and the scenario together give 22 min
#: per orbit in July, where 23 min follow from the 2.4 TB a day that ESA expected.
BRIDGED_S = 60.0
#: Metres; longest datatake (mission limit), over the speed on the ground of 6.7 km/s.
LONGEST_S = 15_000_000.0 / 6_700.0
#: Seconds of sensing per orbit at most (design peak of 31 min); what comes later in the orbit is not imaged.
PEAK_S = 31 * 60.0
#: Scenes of which nothing remains at L1B.
SHORTEST = 4
_CHUNK_S = DAY_S


@dataclass(frozen=True)
class Datatake:
    """`start`: seconds since the beginning of the plan; a whole number of scenes."""

    satellite: str
    start: float
    scenes: int

    @property
    def stop(self) -> float:
        """End of its last scene."""
        return self.start + self.scenes * SCENE_S


def datatakes(satellite: Satellite, begin: datetime, days: float) -> Iterator[Datatake]:
    """What a satellite images in `days` from `begin` (UTC), in order of time."""
    ascending = satellite.since_node(begin) + NODAL_PERIOD / 2  # orbits are counted in the dark
    orbit, left = -1, 0
    for first, end in _wanted(satellite, begin, days):
        number = int((ascending + first * SCENE_S) // NODAL_PERIOD)
        if number != orbit:
            orbit, left = number, int(PEAK_S / SCENE_S)
        scenes = min(end - first, left)
        left -= scenes
        if scenes >= SHORTEST:
            yield Datatake(satellite.name, first * SCENE_S, scenes)


def _wanted(satellite: Satellite, begin: datetime, days: float) -> Iterator[tuple[int, int]]:
    """First and end scene of what the scenario asks for, short pauses bridged, none longer than allowed."""
    carried: tuple[int, int] | None = None  # the last run: it may go on in the next chunk
    bridge, longest = round(BRIDGED_S / SCENE_S), int(LONGEST_S / SCENE_S)
    step = round(_CHUNK_S / SCENE_S)
    last = int(days * DAY_S / SCENE_S)
    for chunk in range(0, last, step):
        scenes = np.arange(chunk, min(chunk + step, last), dtype=np.float64)
        for first, end in _runs(_imaging(satellite, begin, scenes * SCENE_S), chunk):
            if carried is None:
                carried = first, end
            elif first - carried[1] <= bridge and end - carried[0] <= longest:
                carried = carried[0], end
            else:
                yield carried
                carried = first, end
    if carried:
        yield carried


def _imaging(satellite: Satellite, begin: datetime, t: Floats) -> np.ndarray:
    """Whether each scene, seconds after `begin`, is to be imaged."""
    orbit_t = (satellite.since_node(begin) + t) % CYCLE_S
    days = (begin - J2000).total_seconds() / DAY_S + t / DAY_S
    elevation = np.sum(satellite.position(orbit_t) * subsolar(days), axis=1)
    wanted = elevation > np.cos(np.radians(SUN_ZENITH))
    lit = np.flatnonzero(wanted)
    wanted[lit] = is_imaged(*swath(satellite, orbit_t[lit])).any(axis=0)
    return wanted


def _runs(wanted: np.ndarray, offset: int) -> list[tuple[int, int]]:
    """First and end (exclusive) of the runs of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], wanted.astype(np.int8), [0]]))) + offset
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def track_of(satellite: Satellite, begin: datetime, t: Floats) -> tuple[Floats, Floats]:
    """Latitude and longitude below the satellite, degrees, `t` seconds after `begin`."""
    return degrees(satellite.position((satellite.since_node(begin) + t) % CYCLE_S))
