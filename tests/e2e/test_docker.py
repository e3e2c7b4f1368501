"""The reference IPFs in their image: the same products as those of plain processes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

IMAGE = "vds-ipf:latest"
VDS = str(Path(sys.executable).parent / "vds")


def _image_is_here() -> bool:
    if shutil.which("docker") is None:
        return False
    asked = subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False)
    return asked.returncode == 0


pytestmark = [
    pytest.mark.docker,
    pytest.mark.slow,
    pytest.mark.skipif(
        not _image_is_here(), reason=f"no Docker engine with image {IMAGE}: `make docker-test` makes both"
    ),
]


def run(strip: Path, out: Path, runner: str) -> dict:
    """`vds run --json` in as few invocations as there can be."""
    command = [VDS, "run", str(strip), "--out", str(out), "--runner", runner, "--whole", "--json"]
    command += ["--stages", "2", "--partitions", "detector=1,band=1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_containers_make_the_same_products_as_processes(tmp_path: Path) -> None:
    strip = tmp_path / "l0c"
    synth = [VDS, "synth", "--orbit", "34", "--lat", "-4", "--scenes", "4", "--out", str(strip)]
    subprocess.run(synth, check=True, capture_output=True)
    contained = run(strip, tmp_path / "contained", "docker")
    plain = run(strip, tmp_path / "plain", "process")
    assert contained["state"] == plain["state"] == "DONE"
    assert contained["tiles"] == plain["tiles"] != []
    compared = subprocess.run(
        [VDS, "compare", f"{contained['out']}/L1C", f"{plain['out']}/L1C"], capture_output=True, check=False
    )
    assert compared.returncode == 0, compared.stdout


def test_nothing_is_left_running() -> None:
    left = subprocess.run(
        ["docker", "ps", "--quiet", "--filter", f"ancestor={IMAGE}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert left.stdout == ""
