"""What the end-to-end tests share: the real `vds` command, and a small datastrip photographed once."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from batch.plan.cut import cut
from batch.safe.check import check_datastrip
from tests.support.in_process import InProcess

#: The command as it is installed beside this interpreter.
VDS = str(Path(sys.executable).with_name("vds"))
#: Two vDS that have tiles in common; a run of both takes about a minute on two cores.
SCENES, SCALE = 9, 16


def vds(*words: object, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run `vds` with these words to its end; what it prints is captured. `more` is for subprocess.run."""
    return subprocess.run(
        [VDS, *map(str, words)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        **{"timeout": 600, **more},
    )


def vds_json(*words: object, **more: Any) -> dict[str, Any]:
    """Run `vds … --json`, which must end with 0; gives its document."""
    done = vds(*words, "--json", **more)
    assert done.returncode == 0, f"{words}: exit {done.returncode}\n{done.stderr}"
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="session")
def small_strip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with DS/ and GR/: nine scenes near the equator, scale 16. Not to be changed."""
    folder = tmp_path_factory.mktemp("small_strip")
    vds_json("synth", "--orbit", 34, "--lat", -4, "--scenes", SCENES, "--scale", SCALE, "--out", folder)
    return folder


@pytest.fixture(scope="session")
def small_l1c(small_strip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the L1C of `small_strip`, processed as a whole. Not to be changed."""
    strip = check_datastrip(small_strip)
    return InProcess(tmp_path_factory.mktemp("small_l1c")).datastrip(strip, cut(strip.blocks, strip.scenes))
