"""What a cut will cost before anything runs: invocations, tiles, core-hours, scratch. Pure.

Every constant is somebody's measurement or design figure, named here; `vds bench` will replace them by
measured laws. At `--scale N` pixels, and so work and bytes, are divided by N².
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from batch.chain import Chain, extents_of
from batch.choreography import invocations
from batch.plan.cut import Cut

#: Core-hours per scene, L0c to L1C without refinement. Source: ESA system technical budget
#: GMES-GSEG-EOPG-TN-09-0031 (2010), 91.2 h for an average datastrip of 137 scenes. A design figure.
CORE_HOURS_PER_SCENE = 91.2 / 137
#: Tiles of a datastrip of n scenes: a + b·n, fitted to 16 datastrips of 2018-07-21 (PDGS reports).
TILES = (1.0, 1.153)
#: MB of an L0c scene (12 granules of 18.372 MB, PDGS archive reports of 2018 and 2019).
L0C_MB_PER_SCENE = 220.5
#: MB of a decompressed scene at 16 bit; it lies in scratch twice, as L0 and as L1B counts.
RAW_MB_PER_SCENE = 825.0
#: MB of a tile in scratch: 13 bands at 16 bit (673 Mpixel), and its JPEG 2000 (mean of 31, PDGS reports).
TILE_MB = 2 * 673 + 394


@dataclass(frozen=True)
class Forecast:
    """Of one vDS, or of all together."""

    scenes: int
    tiles: int
    invocations: int
    core_hours: float
    scratch_gb: float


def tiles_of(scenes: int) -> int:
    """Tiles that so many scenes touch, on the average."""
    return round(TILES[0] + TILES[1] * scenes)


def forecast(chain: Chain, cut: Cut, scale: int) -> Forecast:
    """What one vDS will take."""
    tiles = tiles_of(cut.scenes)
    less = scale * scale
    megabytes = cut.scenes * (L0C_MB_PER_SCENE + 2 * RAW_MB_PER_SCENE) + tiles * TILE_MB
    return Forecast(
        cut.scenes,
        tiles,
        sum(by_ipf(chain, cut).values()),
        cut.scenes * CORE_HOURS_PER_SCENE / less,
        megabytes / less / 1000,
    )


def by_ipf(chain: Chain, cut: Cut) -> Counter[str]:
    """How often each IPF will run for this vDS, in the order of the chain; tiles are estimated."""
    tiles = tuple(f"{n:03d}" for n in range(tiles_of(cut.scenes)))
    extents = {**extents_of(chain, cut.scenes), "tile": tiles}
    return Counter(v.ipf for v in invocations(chain, "vds", extents))


def makespan_hours(forecasts: Sequence[Forecast], stages: int, slots: int) -> float:
    """Hours until the last vDS is done: each to the stage that is free first, its slots fully used."""
    free = [0.0] * stages
    for one in sorted(forecasts, key=lambda f: f.core_hours, reverse=True):
        free[free.index(min(free))] += one.core_hours / slots
    return max(free)
