"""Units: what one invocation works on, how dimensions are cut into pieces, how a job order says so.

Pieces are written as in the dynamic parameters (orchestratorICD.json, scheme 6.1): detectors "01-02", bands
by bandId "B00-B01" (B00…B12 = B01…B08, B8A, B09…B12), scenes "001-012" (first and last, 1-based). A tile is
its MGRS name; the parameters count tiles "001"… in the order of TILE_LIST_FILE.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from batch.chain.model import Chain, Ipf, Partition

DIMENSIONS = ("atf", "detector", "band", "granule", "tile")
#: cut by the chain's partitions; the others become known when an IPF announces them
STATIC = ("atf", "detector", "band", "granule")
DETECTORS = tuple(f"{d:02d}" for d in range(1, 13))
BANDS = tuple(f"B{b:02d}" for b in range(13))

#: The pieces of each dimension whose extent is known.
Extents = Mapping[str, tuple[str, ...]]


class Unit(NamedTuple):
    """One piece for each dimension of a split, in the order of DIMENSIONS."""

    pieces: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return ",".join([f"{d}={p}" for d, p in self.pieces])

    @property
    def label(self) -> str:
        """Name for folders: as in the key, but without commas, which `docker run --mount` cannot bear."""
        return str(self).replace(",", "+") or "all"

    def piece(self, dimension: str) -> str | None:
        """The piece of that dimension, None if the unit is not split by it."""
        return dict(self.pieces).get(dimension)

    def agrees(self, other: "Unit") -> bool:
        """Whether both have the same piece of every dimension that they share."""
        mine = dict(self.pieces)
        return all(mine.get(d, p) == p for d, p in other.pieces)


class Invocation(NamedTuple):
    """One IPF on one unit."""

    ipf: str
    unit: Unit = Unit()

    @property
    def key(self) -> str:
        """`GEN_ORTHO_TOA/band=B01,tile=36MZD`; `UPDATE_LOC/` where there is no split."""
        return f"{self.ipf}/{self.unit}"

    @staticmethod
    def parse(key: str) -> "Invocation":
        """The invocation of that key; ValueError if it is not one."""
        ipf, slash, rest = key.partition("/")
        pieces = tuple(_pair(key, p) for p in rest.split(",")) if rest else ()
        if not ipf or not slash or [d for d in DIMENSIONS if d in dict(pieces)] != [d for d, _ in pieces]:
            raise ValueError(f"{key!r} is not the key of an invocation")
        return Invocation(ipf, Unit(pieces))


def _pair(key: str, text: str) -> tuple[str, str]:
    dimension, equals, piece = text.partition("=")
    if not equals or not piece:
        raise ValueError(f"{key!r} is not the key of an invocation")
    return dimension, piece


def pieces(dimension: str, scenes: int, partition: Partition) -> tuple[str, ...]:
    """The pieces of a static dimension for a (v)DS of `scenes` scenes; as balanced as can be, never empty."""
    if dimension == "detector":
        return tuple("-".join(c) for c in _cut(DETECTORS, partition.pieces or len(DETECTORS)))
    if dimension == "band":
        return tuple("-".join(c) for c in _cut(BANDS, partition.pieces or len(BANDS)))
    if dimension not in STATIC:
        raise ValueError(f"the extent of {dimension} is announced, not cut")
    count = partition.pieces or (-(-scenes // partition.scenes) if partition.scenes else 1)
    numbers = [f"{s:03d}" for s in range(1, scenes + 1)]
    return tuple(f"{c[0]}-{c[-1]}" for c in _cut(numbers, count))


def _cut(items: Sequence[str], count: int) -> list[Sequence[str]]:
    """Cut as the public orchestrator does: a part takes ⌊left ÷ parts left⌋, so late ones are larger."""
    count = min(count, len(items))
    parts, begin = [], 0
    for part in range(count):
        end = begin + (len(items) - begin) // (count - part)
        parts.append(items[begin:end])
        begin = end
    return parts


def extents_of(chain: Chain, scenes: int) -> dict[str, tuple[str, ...]]:
    """Extents of the static dimensions; those that are announced (`tile`) are missing."""
    return {d: pieces(d, scenes, chain.partitions.get(d, Partition())) for d in STATIC}


def units(split: Iterable[str], extents: Extents) -> tuple[Unit, ...]:
    """All units of a split; KeyError if the extent of one of its dimensions is unknown."""
    dimensions = [d for d in DIMENSIONS if d in split]
    return tuple(
        Unit(tuple(zip(dimensions, combination, strict=True)))
        for combination in product(*(extents[d] for d in dimensions))
    )


def parameters_of(ipf: Ipf, unit: Unit, extents: Extents) -> dict[str, str]:
    """All dynamic parameters of an invocation: those of the IPF, with the unit written in.

    A split that is in force has its PARALLEL_X "true" and the reduced list; a range of scenes that the IPF
    knows but is not split by spans them all.
    """
    parameters = dict(ipf.parameters)
    by_atf = "atf" in ipf.split or "PARALLEL_ATF_DETECTOR_IDENT" in parameters
    _list(parameters, unit, "band", "PARALLEL_BAND", "PARALLEL_BAND_IDENT")
    _range(parameters, unit, extents, "atf", "PARALLEL_ATF", "PARALLEL_ATF_{}_GRANULE")
    if "atf" in ipf.split:
        parameters["PARALLEL_ATF_BEGIN_MARGIN"] = parameters["PARALLEL_ATF_END_MARGIN"] = "0000"
    if by_atf:
        _list(parameters, unit, "detector", "", "PARALLEL_ATF_DETECTOR_IDENT")
    if not by_atf or "PARALLEL_DETECTOR_IDENT" in parameters:
        _list(parameters, unit, "detector", "PARALLEL_DETECTOR", "PARALLEL_DETECTOR_IDENT")
    _range(parameters, unit, extents, "granule", "PARALLEL_GRANULE", "PARALLEL_GRANULE_{}")
    tile = unit.piece("tile")
    if tile is not None:
        parameters["PARALLEL_TILE"] = "true"
        parameters["PARALLEL_TILE_IDENT"] = f"{extents['tile'].index(tile) + 1:03d}"
    return parameters


def _list(parameters: dict[str, str], unit: Unit, dimension: str, flag: str, ident: str) -> None:
    piece = unit.piece(dimension)
    if piece is not None:
        # UNFORMAT_SAFE_GR knows PARALLEL_DETECTOR_IDENT without a switch for it
        if flag and (flag in parameters or ident not in parameters):
            parameters[flag] = "true"
        parameters[ident] = piece


def _range(
    parameters: dict[str, str], unit: Unit, extents: Extents, dimension: str, flag: str, name: str
) -> None:
    begin, end = name.format("BEGIN"), name.format("END")
    piece = unit.piece(dimension)
    if piece is not None:
        parameters[flag] = "true"
        parameters[begin], parameters[end] = piece.split("-")
    elif begin in parameters and dimension in extents:
        parameters[begin] = extents[dimension][0].split("-")[0]
        parameters[end] = extents[dimension][-1].split("-")[1]
