"""Makespan of a datastrip on this machine against the least that it could be.

    python -m benchmarks.makespan DS [--stages 2] [--repeat 3] [--json]

`bound_s` is the larger of the critical path through the measured attempts and their sum divided by the slots.
What is above 1 is start-up, idle slots at the end, imbalance between vDS, and the layer itself.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

PARTITIONS = "detector=2,band=2"


def run(datastrip: Path, stages: int) -> dict:
    """The JSON of one `vds run`."""
    with tempfile.TemporaryDirectory() as out:
        command = [str(Path(sys.executable).parent / "vds"), "run", str(datastrip), "--out", out, "--json"]
        command += ["--stages", str(stages), "--slots", "1", "--partitions", PARTITIONS]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("datastrip", type=Path)
    parser.add_argument("--stages", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows = []
    for _ in range(asked.repeat):
        done = run(asked.datastrip, asked.stages)
        row = {k: done[k] for k in ("wall_s", "work_s", "bound_s", "critical_path_s", "attempts")}
        rows.append({**row, "ratio": round(done["wall_s"] / done["bound_s"], 3)})
        if not asked.json:
            print(rows[-1], flush=True)
    if asked.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
