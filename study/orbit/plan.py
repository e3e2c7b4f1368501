"""The datastrips of a constellation over some days."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from study.orbit.datatakes import datatakes
from study.orbit.downlink import Datastrip, contacts, downlink
from study.orbit.track import DAY_S, SATELLITES, Satellite

#: 2018-07-21, the day of the ground segment's reports, and around it.
BEGIN = datetime(2018, 7, 20, tzinfo=UTC)
#: Share of contacts that fail, so that their data wait for the next: an assumption.
MISSED = 0.01
#: Days before the first and after the last, so that the memory is neither empty nor unread at the edges.
_MARGIN = 0.5


def observed(
    days: float,
    begin: datetime = BEGIN,
    satellites: Sequence[str] = SATELLITES,
    missed: float = MISSED,
    seed: int = 0,
) -> list[Datastrip]:
    """Datastrips whose sensing begins within `days` of `begin` (UTC), in the order in which they come down.

    Times are seconds since `begin`. The same arguments give the same datastrips; `seed` decides which
    contacts are missed.
    """
    chance = np.random.default_rng(seed)
    early, whole = begin - timedelta(days=_MARGIN), days + 2 * _MARGIN
    found = []
    for name in satellites:
        satellite = Satellite.named(name)
        windows = contacts(satellite, early, whole)
        kept = chance.random(len(windows)) >= missed
        windows = [w for w, keep in zip(windows, kept, strict=True) if keep]
        found += list(downlink(datatakes(satellite, early, whole), windows))
    offset = _MARGIN * DAY_S
    moved = [
        Datastrip(d.satellite, d.station, d.start - offset, d.scenes, d.received - offset) for d in found
    ]
    return sorted(
        (d for d in moved if 0 <= d.start < days * DAY_S), key=lambda d: (d.received, d.satellite, d.start)
    )
