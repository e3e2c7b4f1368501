"""Which units are measured. Pure: the same chain, sizes and tiles give the same points in the same order.

A law has at most five terms (fixed, scene, tile, Mpixel, Mpixel with data), so its units must differ in each
of them independently: vDS of several lengths, one detector and several, bands of 10, 20 and 60 m, tiles with
much and with little data, and, for the part of the fixed term that is pixels in disguise, several scales.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from batch.chain import Chain, Invocation, Ipf, Unit, extents_of
from batch.chain.units import DETECTORS, DIMENSIONS
from study.laws import Size, size_of

#: Bands by bandId: B01 (60 m), B05 (20 m), B02 (10 m), and the two 10 m bands B02 and B03 in one process.
BAND_GROUPS = ("B00", "B04", "B01", "B01-B02")
#: How many of the 12 detectors one process gets.
DETECTOR_COUNTS = (1, 4, 12)
#: The detector that is taken alone: at the middle of the swath.
MIDDLE = 6


@dataclass(frozen=True)
class Strip:
    """What a vDS (or the datastrip of an assembly) offers to choose units from.

    `tiles`: MGRS name → part of it that has data (0 … 1).
    """

    scope: str
    scenes: int
    scale: int
    tiles: Mapping[str, float]


@dataclass(frozen=True)
class Point:
    """One thing to be measured, `slots` copies of it at once, once more for each repetition (from 1)."""

    scope: str
    scale: int
    scenes: int
    invocation: Invocation
    slots: int
    repetition: int
    size: Size
    coverage: float | None


def points(
    chain: Chain,
    strip: Strip,
    slots: Sequence[int] = (1,),
    repetitions: int = 3,
    only: Sequence[str] = (),
    crowd: bool = True,
) -> list[Point]:
    """The points of one strip, in the order of the chain.

    Every unit is measured alone (if 1 is among `slots`); with `crowd`, the largest unit of each IPF is also
    measured with the other numbers of copies. `only`: names of IPFs, all if empty.
    """
    found = []
    for ipf in chain.scope(strip.scope):
        if only and ipf.name not in only:
            continue
        chosen = [_point(chain, ipf, unit, strip) for unit in units(chain, ipf, strip)]
        if not chosen:
            continue
        largest = max(chosen, key=lambda p: p.size.row())
        for count in slots:
            for one in chosen if count == 1 else [largest] if crowd else []:
                found += [_again(one, count, r) for r in range(1, repetitions + 1)]
    return found


def units(chain: Chain, ipf: Ipf, strip: Strip) -> Iterator[Unit]:
    """The units of an IPF that are measured on this strip."""
    options = {
        "atf": extents_of(chain, strip.scenes)["atf"][:1],
        "granule": extents_of(chain, strip.scenes)["granule"][:1],
        "detector": _detectors("band" in ipf.split),
        "band": BAND_GROUPS,
        "tile": tuple(_tiles(strip.tiles, 2 if "band" in ipf.split else 3)),
    }
    dimensions = [d for d in DIMENSIONS if d in ipf.split]
    for pieces in product(*(options[d] for d in dimensions)):
        yield Unit(tuple(zip(dimensions, pieces, strict=True)))


def _detectors(with_bands: bool) -> tuple[str, ...]:
    counts = DETECTOR_COUNTS[:2] if with_bands else DETECTOR_COUNTS
    first = {1: MIDDLE, 4: MIDDLE - 2, 12: 0}
    return tuple("-".join(DETECTORS[first[c] : first[c] + c]) for c in counts)


def _tiles(tiles: Mapping[str, float], count: int) -> list[str]:
    """The fullest, the emptiest, and one between them if three are wanted."""
    order = sorted(tiles, key=lambda t: (-tiles[t], t))
    chosen = [order[0], order[len(order) // 2], order[-1]] if order else []
    if count == 2:
        chosen = chosen[::2]
    return list(dict.fromkeys(chosen))


def _point(chain: Chain, ipf: Ipf, unit: Unit, strip: Strip) -> Point:
    tile = unit.piece("tile")
    coverage = strip.tiles[tile] if tile else None
    size = size_of(
        ipf,
        unit,
        strip.scenes,
        strip.scale,
        tiles=len(strip.tiles) if knows_tiles(chain, ipf) else 0,
        coverage=1.0 if coverage is None else coverage,
    )
    return Point(strip.scope, strip.scale, strip.scenes, Invocation(ipf.name, unit), 1, 1, size, coverage)


def _again(point: Point, slots: int, repetition: int) -> Point:
    return Point(
        point.scope,
        point.scale,
        point.scenes,
        point.invocation,
        slots,
        repetition,
        point.size,
        point.coverage,
    )


def knows_tiles(chain: Chain, ipf: Ipf) -> bool:
    """Whether the IPF deals with all tiles of its scope: it lists them, or comes after who does, unsplit."""
    if "tile" in ipf.split:
        return False
    announcer = chain.announcer(ipf.scope, "tile")
    return announcer is not None and (ipf == announcer or announcer.name in before(chain, ipf))


def before(chain: Chain, ipf: Ipf) -> set[str]:
    """Names of all IPFs that must be done before this one."""
    found: set[str] = set()
    open_ = [ipf.name]
    while open_:
        for producer in chain.producers(chain.ipf(open_.pop(), ipf.scope)):
            if producer not in found:
                found.add(producer)
                open_.append(producer)
    return found
