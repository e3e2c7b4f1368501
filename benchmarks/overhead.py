"""What the layer itself costs per IPF invocation: n empty ones and a join, against the field's engines.

    python -m benchmarks.overhead [--n 10000] [--repeat 3] [--json]      (make bench)

All engines in one run on the same machine, interleaved, two worker processes each, best of the repeats.
The ratio is what counts: machines are noisy.
"""

import argparse
import importlib
import json
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor

ENGINES = {
    "vds": ("vds_layer", "measure"),
    "vds, with job orders and logs": ("vds_layer", "measure_with_files"),
    "Dask distributed": ("dask_distributed", "measure"),
    "Dramatiq": ("dramatiq_group", "measure"),
    "RQ (SimpleWorker)": ("rq_simple", "measure"),
    "Celery chord": ("celery_chord", "measure"),
}
WORKERS = 2


def alone(module: str, function: str, n: int) -> float:
    """One measurement in a process of its own: engines keep connections to the server of the one before."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(measure_here, module, function, n).result()


def measure_here(module: str, function: str, n: int) -> float:
    """Seconds of `benchmarks.peers.<module>.<function>(n, WORKERS)`."""
    return getattr(importlib.import_module(f"benchmarks.peers.{module}"), function)(n, WORKERS)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--n", type=int, default=10_000, help="empty invocations per engine")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    seconds: dict[str, list[float]] = {name: [] for name in ENGINES}
    for round_ in range(asked.repeat):
        for name, (module, function) in ENGINES.items():
            seconds[name].append(alone(module, function, asked.n))
            print(f"round {round_ + 1}: {name} {seconds[name][-1]:.2f} s", file=sys.stderr, flush=True)
    ours = min(seconds["vds"])
    rows = [
        {
            "engine": name,
            "best_s": round(min(times), 2),
            "all_s": [round(t, 2) for t in times],
            "ms_per_invocation": round(1000 * min(times) / asked.n, 3),
            "times_vds": round(min(times) / ours, 2),
        }
        for name, times in seconds.items()
    ]
    if asked.json:
        print(json.dumps({"n": asked.n, "workers": WORKERS, "engines": rows}))
        return
    print(f"{asked.n} empty invocations and a join, {WORKERS} worker processes, best of {asked.repeat}")
    for row in rows:
        print(
            f"{row['engine']:32} {row['best_s']:8.2f} s  {row['ms_per_invocation']:7.3f} ms each  "
            f"{row['times_vds']:6.2f} ×"
        )


if __name__ == "__main__":
    main()
