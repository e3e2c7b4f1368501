"""The firing rule against the pool barriers of the task tables, replaying measured step durations.

    python -m benchmarks.barriers [--json]

All run the same invocations with the same durations on the same number of slots; nothing else differs.

* *Barriers*: the public orchestrator walks ESA's task tables: mode after mode, pool after pool, waiting for
  the whole pool. L1CTile runs per tile. Two ways to give slots to tiles, the kinder one first:
  - `flows`: 32 tiles at once, as the PDGS did, and any of their processes may use any slot; only the pools
    inside a tile wait for each other;
  - `launchers`: one tile per launcher of 8 processes, slots ÷ 8 launchers, as the operational L1C worker is
    sized (../shared/domain/chain.md §1.4).
* *Firing rule*: the engine that the workers use, longest remaining path first.

Durations: one process of a step takes the step's wall time divided by the rounds that its processes needed.
All processes of the L1A and L1B steps ran at once; tile flows ran 32 at a time. Steps that the reports do
not name (quick-look, GET_GRI, previews) take no time in either.
"""

import heapq
import json
import sys
from collections.abc import Callable, Iterable

from batch.chain import extents_of, load_chain, with_partitions
from batch.chain.model import Chain
from batch.chain.units import Invocation
from batch.choreography import invocations
from study.simulate.pdgs_laws import process_seconds, reports
from study.simulate.schedule import schedule

SLOTS = (8, 16, 32, 64, 224)
PROCESSES_PER_LAUNCHER = 8
#: Pools of the shipped chain's modes in the order of the task tables, ../shared/domain/chain.md §1.3.
POOLS_DS = (
    ("UNFORMAT_SAFE_DS", "UNFORMAT_SAFE_GR"),
    ("QL_DECOMP",),
    ("QL_CLOUD_MASK",),
    ("UPDATE_LOC",),
    ("DECOMP",),
    ("INIT_LOC_L1", "RADIO_AB"),
    ("RADIO_FINALIZE",),
    ("GET_GRI",),
    ("GEO1B_FINALIZE",),
    ("FORMAT_METADATA_DS_L1B",),
    ("GET_TILE_LIST",),
)
POOLS_TILE = (
    ("TILE_INIT",),
    ("GEN_ORTHO_TOA",),
    ("TILE_FINALIZE",),
    ("MASK_S2",),
    ("FORMAT_IMG_L1C", "FORMAT_IMG_PVI_TCI"),
    ("FORMAT_METADATA_TILE_L1C",),
    ("PACK_SAFE",),
    ("OLQC_TILE_L1C",),
)
POOLS_END = (("FORMAT_METADATA_DS_L1C",), ("OLQC_DS_L1C",))

Duration = Callable[[str], float]


def list_schedule(jobs: Iterable[float], slots: int) -> float:
    """Seconds to run independent jobs, longest first, on `slots`."""
    free = [0.0] * slots
    for job in sorted(jobs, reverse=True):
        heapq.heapreplace(free, free[0] + job)
    return max(free)


def with_barriers(every: tuple[Invocation, ...], seconds: Duration, slots: int, launchers: bool) -> float:
    """Makespan when each pool waits for the one before."""

    def pool(names: tuple[str, ...], tile: str | None) -> list[float]:
        return [seconds(v.ipf) for v in every if v.ipf in names and v.unit.piece("tile") == tile]

    tiles = list(dict.fromkeys(t for v in every if (t := v.unit.piece("tile"))))
    flow = [pool(p, tiles[0]) for p in POOLS_TILE]
    if launchers:
        one = sum(list_schedule(p, min(slots, PROCESSES_PER_LAUNCHER)) for p in flow)
        tile_part = list_schedule([one] * len(tiles), max(1, slots // PROCESSES_PER_LAUNCHER))
    else:
        tile_part = tile_flows(flow, len(tiles), slots)
    ds = sum(list_schedule(pool(p, None), slots) for p in POOLS_DS + POOLS_END)
    return ds + tile_part


def tile_flows(flow: list[list[float]], tiles: int, slots: int, at_once: int = 32) -> float:
    """Makespan of `tiles` equal flows of pools, `at_once` under way on shared `slots`; furthest first."""
    left = [len(flow[0])] * tiles  # processes of the flow's present pool that have not ended
    step = [0] * tiles
    ready = [(0, t) for t in range(min(at_once, tiles)) for _ in flow[0]]
    waiting = list(range(at_once, tiles))
    running: list[tuple[float, int]] = []
    now = 0.0
    while ready or running:
        while ready and len(running) < slots:
            _, tile = heapq.heappop(ready)
            heapq.heappush(running, (now + flow[step[tile]][0], tile))
        now, tile = heapq.heappop(running)
        left[tile] -= 1
        if left[tile]:
            continue
        step[tile] += 1
        if step[tile] == len(flow):
            if not waiting:
                continue
            tile = waiting.pop(0)
        left[tile] = len(flow[step[tile]])
        for _ in flow[step[tile]]:
            heapq.heappush(ready, (-step[tile], tile))
    return now


def with_firing(chain: Chain, scenes: int, tiles: int, seconds: Duration, slots: int) -> float:
    """Makespan when an invocation starts as soon as its file types exist and a slot is free."""
    names = tuple(f"{t:03d}" for t in range(tiles))
    return schedule(chain, "vds", extents_of(chain, scenes), names, lambda v: seconds(v.ipf), slots).makespan


def main() -> None:
    """Print the table, or one JSON document with `--json`."""
    table = reports()
    rows = []
    for column, (scenes, tiles) in enumerate(zip(table["scenes"], table["tiles"], strict=True)):
        atf = table["steps"]["DECOMP"]["processes"][column] // 12
        chain = with_partitions(load_chain(), {"atf": atf, "detector": 12, "band": 7})
        every = invocations(
            chain, "vds", {**extents_of(chain, scenes), "tile": tuple(f"{t:03d}" for t in range(tiles))}
        )
        seconds = process_seconds(table, column)
        for slots in SLOTS:

            def step(name: str, table: dict[str, float] = seconds) -> float:
                return table.get(name, 0.0)

            flows = with_barriers(every, step, slots, launchers=False)
            launchers = with_barriers(every, step, slots, launchers=True)
            firing = with_firing(chain, scenes, tiles, step, slots)
            rows.append(
                {
                    "scenes": scenes,
                    "tiles": tiles,
                    "invocations": len(every),
                    "slots": slots,
                    "flows_s": round(flows),
                    "launchers_s": round(launchers),
                    "firing_s": round(firing),
                    "shorter_than_flows_percent": round(100 * (1 - firing / flows), 1),
                    "shorter_than_launchers_percent": round(100 * (1 - firing / launchers), 1),
                }
            )
    if "--json" in sys.argv:
        print(json.dumps(rows))
        return
    print("scenes tiles invocations slots | flows s launchers s firing s | shorter than flows, launchers")
    for r in rows:
        print(
            f"{r['scenes']:6} {r['tiles']:5} {r['invocations']:11} {r['slots']:5} | {r['flows_s']:7} "
            f"{r['launchers_s']:11} {r['firing_s']:8} | {r['shorter_than_flows_percent']:5} % "
            f"{r['shorter_than_launchers_percent']:5} %"
        )


if __name__ == "__main__":
    main()
