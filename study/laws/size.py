"""What a unit holds: the quantities in which the work of an IPF is counted. Pure.

Sizes add up: those of the units of an IPF make that of the vDS, however it was cut, except that each
process pays its fixed part again.
"""

from dataclasses import astuple, dataclass
from math import ceil

from batch.chain import Ipf, Unit

DETECTORS = 12
#: Resolution (m) of bandId 0 … 12 = B01 … B08, B8A, B09 … B12.
RESOLUTIONS = (60, 10, 10, 10, 20, 20, 20, 10, 20, 60, 60, 20, 20)
#: Lines and raw columns (blind pixels included) of a granule by resolution: docs/architecture.md.
GRANULE = {10: (2304, 2592), 20: (1152, 1296), 60: (384, 1296)}
#: Metres on a side of an MGRS tile.
TILE_M = 109_800


@dataclass(frozen=True)
class Size:
    """What one unit holds.

    `scenes`   scenes × its share of the 12 detectors × its share of the 13 bands, where it is split by these
    `tiles`    tiles that it deals with; 0 where it is split by tile, or comes before they are known
    `mpixels`  Mpixel at its scale: of the L0c granules, or of the tile's images
    `covered`  Mpixel of the tile's images that have data; 0 where it is not split by tile
    """

    scenes: float = 0.0
    tiles: float = 0.0
    mpixels: float = 0.0
    covered: float = 0.0

    def row(self) -> tuple[float, float, float, float, float]:
        """In the order of `model.TERMS`; 1 stands for the process itself."""
        return (1.0, *astuple(self))


def size_of(ipf: Ipf, unit: Unit, scenes: int, scale: int = 1, tiles: int = 0, coverage: float = 1.0) -> Size:
    """The size of one unit of a (v)DS of `scenes` scenes at `--scale scale`.

    `tiles`: how many the (v)DS has, for IPFs that are not split by tile and come after GET_TILE_LIST.
    `coverage`: the part (0 … 1) of this unit's tile that has data.
    """
    bands = _bands(unit.piece("band"))
    share = len(bands) / len(RESOLUTIONS)
    detector = unit.piece("detector")
    if detector:
        share *= len(detector.split("-")) / DETECTORS
    run = unit.piece("atf") or unit.piece("granule")
    if run:
        first, last = run.split("-")
        scenes = int(last) - int(first) + 1
    if "tile" in ipf.split:
        mpixels = sum(tile_pixels(RESOLUTIONS[b], scale) for b in bands) / 1e6
        return Size(scenes * share, 0.0, mpixels, mpixels * coverage)
    detectors = DETECTORS if not detector else len(detector.split("-"))
    pixels = sum(granule_pixels(RESOLUTIONS[b]) for b in bands) * detectors * scenes
    return Size(scenes * share, float(tiles), pixels / scale**2 / 1e6)


def granule_pixels(resolution: int) -> int:
    """Pixels of one band of a granule at full scale."""
    lines, columns = GRANULE[resolution]
    return lines * columns


def tile_pixels(resolution: int, scale: int) -> int:
    """Pixels of one band of a tile at scale N: ⌈10980/N⌉² at 10 m."""
    return ceil(TILE_M / resolution / scale) ** 2


def _bands(piece: str | None) -> list[int]:
    return [int(b[1:]) for b in piece.split("-")] if piece else list(range(len(RESOLUTIONS)))
