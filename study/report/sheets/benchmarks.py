"""What the laws come to for a vDS, and how far they are from the runs that they were fitted to. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from batch.chain import extents_of, load_chain
from batch.choreography import invocations
from batch.plan.forecast import tiles_of
from study.bench.derive import good
from study.bench.design import knows_tiles
from study.bench.record import Row
from study.bench.show import TYPICAL_SCENES
from study.bench.strips import typical_coverage
from study.laws import Laws, Size, size_of
from study.report.fact import Cell, Sheet, sheet

TIME = {
    "ipf": "name",
    "runs": "runs in a vDS",
    "cpu_h": "CPU hours of all of them, by the law",
    "low_h": "lower bound, 95 % of the fit",
    "high_h": "upper bound, 95 % of the fit",
    "share": "part of the CPU hours of the vDS",
}
FIT = {
    "scope": "vds or datastrip (the assembly)",
    "ipf": "name",
    "sizes": "sizes that were measured",
    "runs": "runs",
    "least": "least of: median of a size ÷ law",
    "middle": "median of them",
    "most": "largest of them",
}


def time_sheet(laws: Laws, source: str) -> Sheet:
    """CPU hours of each IPF in a vDS of TYPICAL_SCENES scenes at full resolution, most first."""
    chain, scenes = load_chain(), TYPICAL_SCENES
    tiles = tiles_of(scenes)
    extents = {**extents_of(chain, scenes), "tile": tuple(f"{n:03d}" for n in range(tiles))}
    coverage = typical_coverage(scenes, tiles)
    sums: dict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0.0, 0.0])
    for invocation in invocations(chain, "vds", extents):
        law = laws.laws.get(("vds", invocation.ipf))
        if law is None:
            continue
        ipf = chain.ipf(invocation.ipf)
        known = tiles if knows_tiles(chain, ipf) else 0
        size = size_of(ipf, invocation.unit, scenes, 1, known, coverage)
        for i, value in enumerate((1, law.seconds(size), *law.interval(size))):
            sums[invocation.ipf][i] += value
    total = sum(s[1] for s in sums.values())
    rows: list[dict[str, Cell]] = [
        {"ipf": name, "runs": int(s[0]), "cpu_h": s[1] / 3600, "low_h": s[2] / 3600, "high_h": s[3] / 3600,
         "share": s[1] / total}
        for name, s in sorted(sums.items(), key=lambda i: -i[1][1])
    ]  # fmt: skip
    how = f"laws of {source}, summed over the runs of a vDS of {scenes} scenes at full resolution (scale 1)"
    return sheet("ipf-time.csv", ["ipf"], TIME, rows, how)


def fit_sheet(rows: Sequence[Row], laws: Laws, source: str) -> Sheet:
    """Measured ÷ law by IPF, medians of each size."""
    groups: dict[tuple[str, str], dict[Size, list[float]]] = defaultdict(lambda: defaultdict(list))
    for r in rows:
        if good(r) and r.slots == 1 and (r.scope, r.ipf) in laws.laws:
            groups[r.scope, r.ipf][Size(r.scenes, r.tiles, r.mpixels, r.covered)].append(r.cpu_s)
    found: list[dict[str, Cell]] = []
    for (scope, name), sizes in groups.items():
        law = laws.laws[scope, name]
        off = [median(seconds) / law.seconds(size) for size, seconds in sizes.items()]
        found.append(
            {"scope": scope, "ipf": name, "sizes": len(off), "runs": sum(map(len, sizes.values())),
             "least": min(off), "middle": median(off), "most": max(off)}
        )  # fmt: skip
    how = f"CPU seconds of {source} (runs alone), median of each size, over the law fitted to them"
    return sheet("fit.csv", ["scope", "ipf"], FIT, found, how)
