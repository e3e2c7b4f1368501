"""The bench of IPFs in their image: what the engine's cgroup says ends in the file and in the laws."""

import csv
import subprocess
from pathlib import Path

import yaml

from tests.e2e.test_docker import IMAGE, VDS, pytestmark

__all__ = ["pytestmark"]  # needs the engine and the image

MEASURED = ("QL_CLOUD_MASK", "UPDATE_LOC")


def test_ipfs_in_containers_are_measured(tmp_path: Path) -> None:
    def vds(*words: str) -> None:
        done = subprocess.run([VDS, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    vds("synth", "--orbit", "34", "--lat", "-4", "--scenes", "4", "--scale", "16", "--out", "l0c")
    which = [word for ipf in MEASURED for word in ("--ipf", ipf)]
    how = ["--runner", "docker", "--image", IMAGE, "--sizes", "4", "--slots", "1,2", "--repetitions", "1"]
    vds("bench", "l0c", *which, *how, "--out", "b.csv")
    with (tmp_path / "b.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["ipf"], row["slots"], row["runner"]) for row in rows} == {
        (ipf, slots, f"docker:{IMAGE}") for ipf in MEASURED for slots in ("1", "2")
    }
    for row in rows:
        assert (row["exit"], row["ended"]) == ("0", "exited")
        # Python and numpy alone take a tenth of a second and some MB.
        assert float(row["cpu_s"]) > 0.05 and float(row["peak_mb"]) > 5
    laws = yaml.safe_load((tmp_path / "b.csv.laws.yaml").read_text())
    assert all(ipf in str(laws) for ipf in MEASURED)
