"""What refining each virtual datastrip by itself does to the geometry, from tie points alone.

No image is made, so many cuts cost little. The tie points of a vDS are those of the datastrip that lie within
its L1 frame with their chip, as TP_COLLECT of the vDS finds them. Where the refined geometries look is
compared on a raster of times and columns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from batch.plan.cut import Cut
from batch.safe.datastrip import Datastrip
from ipf.geometry.clock import RowClock
from ipf.geometry.focal_plane import BANDS, DETECTORS
from ipf.geometry.frame import Frame
from ipf.geometry.location import Locator
from ipf.geometry.navigation import Navigation, Refining
from ipf.refine.adjust import adjust
from ipf.refine.match import REACH
from ipf.refine.reference import BAND, SIZE
from ipf.refine.tiepoints import TiePoint
from study.quality.zones import ALL, CUTS, INSIDE

Floats = NDArray[np.float64]

#: Times of each detector that are looked at, and columns from one place to the next.
SAMPLES, COLUMNS = 400, 400


@dataclass(frozen=True)
class Fit:
    """A vDS: seconds (since the epoch) at which its L1 frame begins and ends, by detector; its correction,
    none where it had too few tie points, of which there were so many."""

    frame: dict[str, tuple[float, float]]
    refining: Refining
    points: int


def fit(ds: Datastrip, navigation: Navigation, points: Sequence[TiePoint], cut: Cut, scale: int) -> Fit:
    """Refine a vDS on the tie points that are its own."""
    frame = {}
    for detector in DETECTORS:
        first, last = Frame(cut.scenes).rows(BAND, detector)
        clock = _clock(ds, navigation, detector)
        offset = ds.positions[cut.first - 1] - 1
        frame[detector] = (float(clock.time(first + offset, 0.0)), float(clock.time(last + offset, 0.0)))
    period = _clock(ds, navigation, "01").period
    reach = (SIZE / 2 + REACH) * scale * period * 1.1  # 10 % more: a chip lies askew in the image
    own = [p for p in points if frame[p.detector][0] + reach < p.t < frame[p.detector][1] - reach]
    middle = float(np.mean(list(frame.values())))
    adjusted = adjust(navigation, own, middle)
    return Fit(frame, adjusted.refining if adjusted else Refining(), len(own))


def _clock(ds: Datastrip, navigation: Navigation, detector: str) -> RowClock:
    number = list(BANDS).index(BAND)
    period = f"{ds.line_period / 1000:f}"
    return RowClock.of(ds.gps_times[number, detector], period, 10, epoch=navigation.epoch)


def lengths(
    navigation: Navigation, fits: Sequence[Fit], truth: Navigation, over_all: Refining
) -> Iterator[tuple[str, str, Floats]]:
    """(measure, where, metres on the ground) of the pixels that the vDS give, the first of two that have one:
    off the truth, off what `over_all` gives; and, where two have it, one off the other."""
    whole = replace(navigation, refining=over_all)
    views = [replace(navigation, refining=one.refining) for one in fits]
    off: dict[tuple[str, str], list[Floats]] = {}
    for detector in DETECTORS:
        begin, end = fits[0].frame[detector][0], fits[-1].frame[detector][1]
        t = np.linspace(begin, end, SAMPLES, endpoint=False)
        column = np.arange(COLUMNS / 2, BANDS[BAND].columns, COLUMNS)
        has = np.array([(t >= one.frame[detector][0]) & (t < one.frame[detector][1]) for one in fits])
        seen = [_ground(view, detector, t, column) for view in views]
        giver = np.argmax(has, axis=0)
        given = np.stack(seen)[giver, np.arange(len(t))]
        twice = has.sum(axis=0) > 1
        places = {ALL: has.any(axis=0), CUTS: twice, INSIDE: has.any(axis=0) & ~twice}
        for measure, other in (("geolocation", truth), ("shift from A", whole)):
            length = np.linalg.norm(given - _ground(other, detector, t, column), axis=-1)
            for where, chosen in places.items():
                off.setdefault((measure, where), []).append(length[chosen].ravel())
        for (one, two), (here, there) in zip(pairwise(seen), pairwise(has), strict=True):
            step = np.linalg.norm(one - two, axis=-1)[here & there]
            off.setdefault(("step between vDS", CUTS), []).append(step.ravel())
    for (measure, where), found in off.items():
        yield measure, where, np.concatenate(found)


def _ground(view: Navigation, detector: str, t: Floats, column: Floats) -> Floats:
    """ECEF metres (times, columns, 3)."""
    ground = Locator(view, BAND, detector).ground(t[:, None], column[None, :])
    return np.stack(np.broadcast_arrays(*ground), axis=-1)
