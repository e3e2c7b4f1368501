"""The simulation against the real layer: the same vDS through Redis, Celery and ledger, and through SimPy.

    python -m benchmarks.reality [--strips 6] [--stages 2] [--slots 8] [--scale 0.004] [--json]

`study/data/reality.json`, which `vds study` shows, is `--strips 3 --scale 0.02 --json`.

The IPFs of the real layer sleep for as long as their laws say, times `scale`; all else is as in production:
workers, messages, leases, firing rule, two vDS per stage. Compared: the time until the last vDS is done, and
when each is (its correlation). Transfers and failures are left out of both. The layer's own work per attempt
is in the real time, so the smaller the scale, the larger the difference.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from batch.chain import load_chain, with_partitions
from batch.chain.load import SHIPPED
from batch.plan.cut import cut
from batch.plan.forecast import tiles_of
from batch.runner.shim import dies_with_parent
from benchmarks.peers.server import redis_server
from study.bench.machine import facts
from study.simulate.model import L0C_FIXED_S, L0C_PER_SCENE_S, Arrival, Platform
from study.simulate.pdgs_laws import pdgs_laws
from study.simulate.service import Service
from study.simulate.system import simulate

#: Scenes of the datastrips, one after the other and again.
LENGTHS = (50, 23, 66, 30, 95, 20)
#: Few pieces, so that attempts are long beside what the layer adds to each.
PARTITIONS = {"detector": 3, "band": 3, "atf": 1, "granule": 1}


def new_service(slots: int) -> Service:
    """Times of the laws of 2018 on so many slots, the chain cut into PARTITIONS."""
    return Service(with_partitions(load_chain(), PARTITIONS), pdgs_laws(), slots)


def tiles_named(scenes: int) -> tuple[str, ...]:
    """As the simulation names them."""
    return tuple(f"{n:03d}" for n in range(tiles_of(scenes)))


def simulated(lengths: Sequence[int], stages: int, slots: int) -> dict[str, float]:
    """When each vDS is done, in seconds of the laws; all datastrips are there at 0, in their order."""
    calm = Platform(stages=stages, slots=slots, failure=0.0, lost_per_hour=0.0)
    free = replace(calm, ingest=1e9, storage=1e9, nic=1e9)
    strips = [
        Arrival(f"ds{n:02d}", s, -1e5, -(L0C_FIXED_S + L0C_PER_SCENE_S * s)) for n, s in enumerate(lengths)
    ]
    outcome = simulate(strips, free, new_service(slots))
    return {f"{name}/{vds + 1}": at for at, name, vds in outcome.order}


def real(lengths: Sequence[int], stages: int, slots: int, scale: float) -> dict[str, float]:
    """The same on the real layer, in seconds of the wall divided by `scale`."""
    from batch.ledger import Ledger, State
    from batch.stage.wake import Waker, make_app

    with (
        redis_server() as url,
        tempfile.TemporaryDirectory() as folder,
        _workers(url, stages, slots, scale, Path(folder)),
    ):
        ledger = Ledger(url)
        while len(ledger.redis.keys(f"{ledger.prefix}stage:*")) < stages:
            time.sleep(0.1)
        time.sleep(5)
        start = time.time()
        jobs = {}
        for n, scenes in enumerate(lengths):
            name = f"ds{n:02d}"
            cuts = {f"v{i:02d}": c.scenes for i, c in enumerate(cut([scenes]), 1)}
            record = {
                "datastrip": name, "source": "", "out": f"{folder}/out", "scale": 1, "scenes": scenes,
                "vds": list(cuts), "creation_date": "2026-01-01T00:00:00Z", "chain": SHIPPED.name,
                "chain_hash": "replay", "partitions": PARTITIONS, "parameters": {}, "priority": "normal",
                "assemble": False,
            }  # fmt: skip
            ledger.submit(
                name,
                record,
                {v: {"scope": "vds", "scenes": s, "disk_mb": 0} for v, s in cuts.items()},
                SHIPPED.read_text(encoding="utf-8"),
            )
            jobs |= {f"{name}/{i}": f"{ledger.prefix}job:{name}/{v}" for i, v in enumerate(cuts, 1)}
        Waker(make_app(url), ledger.redis)({"vds": stages * slots})
        ended: dict[str, float] = {}
        while len(ended) < len(jobs):
            for job, key in jobs.items():
                state = ledger.redis.hget(key, "state") if job not in ended else None
                if state in (State.FAILED, State.CANCELLED):
                    raise RuntimeError(f"{job} is {state}: {ledger.redis.hgetall(key)}")
                if state == State.DONE:
                    ended[job] = (time.time() - start) / scale
            time.sleep(0.05)
        return ended


@contextmanager
def _workers(url: str, stages: int, slots: int, scale: float, folder: Path) -> Iterator[None]:
    processes = []
    try:
        for n in range(stages):
            environment = {
                **os.environ, "VDS_BROKER": url, "VDS_STAGE": f"s{n + 1}", "VDS_SLOTS": str(slots),
                "VDS_SCRATCH": str(folder / f"s{n + 1}"), "VDS_RUNNER": "null",
                "VDS_REPLAY_SCALE": str(scale),
            }  # fmt: skip
            command = [sys.executable, "-m", "celery", "-A", "benchmarks.peers.replay_worker", "worker"]
            command += ["--concurrency", str(slots), "--prefetch-multiplier", "1", "--loglevel", "WARNING"]
            command += [
                "-Q",
                f"vds,stage.s{n + 1}",
                "-n",
                f"s{n + 1}@%h",
                "--without-gossip",
                "--without-mingle",
            ]
            quiet = {"env": environment, "stdout": subprocess.DEVNULL}
            processes.append(subprocess.Popen(dies_with_parent(command), **quiet))
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--strips", type=int, default=6)
    parser.add_argument("--stages", type=int, default=2)
    parser.add_argument("--slots", type=int, default=8)
    parser.add_argument("--scale", type=float, default=0.004)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    lengths = [LENGTHS[n % len(LENGTHS)] for n in range(asked.strips)]
    expected = simulated(lengths, asked.stages, asked.slots)
    print(f"expected: {max(expected.values()) * asked.scale:.0f} s of the wall", file=sys.stderr, flush=True)
    measured = real(lengths, asked.stages, asked.slots, asked.scale)
    names = sorted(expected)
    a, b = np.array([expected[n] for n in names]), np.array([measured[n] for n in names])
    ranks = np.corrcoef(np.argsort(np.argsort(a)), np.argsort(np.argsort(b)))[0, 1]
    row = {
        "taken": datetime.now(UTC).isoformat(timespec="seconds"), "machine": facts()["cpu"],
        "lengths": lengths, "load1": round(os.getloadavg()[0], 1),
        "vds": len(names), "stages": asked.stages, "slots": asked.slots, "scale": asked.scale,
        "simulated_s": round(float(a.max())), "real_s": round(float(b.max())),
        "difference_percent": round(100 * float(b.max() / a.max() - 1), 2),
        "rank_correlation": round(float(ranks), 4), "correlation": round(float(np.corrcoef(a, b)[0, 1]), 4),
    }  # fmt: skip
    if asked.json:
        print(json.dumps({**row, "expected": expected, "measured": measured}, indent=1))
    else:
        for key, value in row.items():
            print(f"{key:20} {value}")


if __name__ == "__main__":
    main()
