"""Laws of the IPFs from the operations of 2018-07-21, for as long as ESA's images have not been measured.

    python -m study.simulate.pdgs_laws      writes pdgs_2018_laws.yaml anew

One process of a step takes the step's wall time divided by the rounds that its processes needed: all
processes of the L1A and L1B steps ran at once, tile flows 32 at a time. Through the datastrips of the reports
goes a straight line of no negative term, over the scenes of a unit; steps of the tiles, which do not depend
on the length of the datastrip, take the mean. Where processes become more with the length (ATF, tiles), only
the two shorter datastrips are used: in the longest one processes waited for each other. Fixed parts include
the 10 to 25 s that the engine of 2018 needed to start a process.
The machines are unknown.
"""

from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from batch.chain import Chain, extents_of, load_chain, with_partitions
from batch.chain.units import units
from study.laws import Law, Laws, read_laws, size_of, write_laws
from study.laws.model import FEW

HERE = Path(__file__).parent
REPORTS = HERE / "pdgs_2018_07_21.yaml"
FILE = HERE / "pdgs_2018_laws.yaml"
#: The kit's own steps in the assembly are not in the reports: a merged tile is taken to be as long as
#: TILE_FINALIZE.
_LIKE = {"MERGE_TILE": "TILE_FINALIZE"}


def reports() -> dict[str, Any]:
    """The public rows of the reports."""
    return yaml.safe_load(REPORTS.read_text(encoding="utf-8"))


def process_seconds(table: dict[str, Any], column: int) -> dict[str, float]:
    """Seconds of one process per IPF, in the datastrip of that column."""
    tiles, flows = table["tiles"][column], table["tile_flows"]
    return {
        name: step["wall"][column] / (ceil(tiles / flows) if step.get("per_tile") else 1)
        for name, step in table["steps"].items()
    }


def derive() -> Laws:
    """The laws, from the reports."""
    table = reports()
    columns = [process_seconds(table, c) for c in range(len(table["scenes"]))]
    chain, found = load_chain(), dict[tuple[str, str], Law]()
    for name, step in table["steps"].items():
        times = [c[name] for c in columns]
        if step.get("per_tile"):
            law = Law(fixed_s=round(float(np.mean(times[:2])), 2), n=2, sizes=1, why="mean of two datastrips")
        else:
            # as many processes whatever the length, or an ATF more for every 20 scenes
            used = 3 if len(set(step["processes"])) == 1 else 2
            law = _line([_scenes(chain, table, name, c) for c in range(used)], times[:used])
        found["vds", name] = law
    for ipf in chain.scope("datastrip"):
        origin = _LIKE.get(ipf.name, ipf.name)
        if ("vds", origin) in found:
            found["datastrip", ipf.name] = found["vds", origin]
    source = {
        "measurements": REPORTS.name,
        "date": "2018-07-21",
        "command": "python -m study.simulate.pdgs_laws",
    }
    return Laws(found, machine={"cpu": "unknown: Sentinel-2 PDGS of 2018"}, source=source)


def _scenes(chain: Chain, table: dict[str, Any], name: str, column: int) -> float:
    """Scenes of one unit, times its share of detectors and bands, as `study.laws` counts them."""
    scenes = table["scenes"][column]
    atf = table["steps"]["DECOMP"]["processes"][column] // 12
    chain = with_partitions(chain, {"atf": atf})
    ipf = chain.ipf(name, "vds")
    return size_of(ipf, units(ipf.split, extents_of(chain, scenes))[0], scenes).scenes


def _line(scenes: list[float], times: list[float]) -> Law:
    """fixed + per scene through the points, neither negative."""
    x, y = np.array(scenes), np.array(times)
    slope, fixed = np.polyfit(x, y, 1)
    if slope < 0:
        slope, fixed = 0.0, y.mean()
    elif fixed < 0:
        slope, fixed = (x @ y) / (x @ x), 0.0
    off = y / (fixed + slope * x) - 1
    return Law(
        fixed_s=round(float(fixed), 2), per_scene_s=round(float(slope), 3), n=len(x), sizes=len(x),
        quality=FEW, why=f"a line through {len(x)} datastrips, off by {np.abs(off).max():.0%} at most",
    )  # fmt: skip


def pdgs_laws() -> Laws:
    """The laws as they ship."""
    return read_laws(FILE)


if __name__ == "__main__":
    write_laws(derive(), FILE)
