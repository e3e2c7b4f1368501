"""How fast this machine is, in figures that can be had of any machine.

`stress-ng-div16` is the measure whose value is published for the flavors (study/data/index.yaml), taken in
the same way. It divides 16-bit integers: one number per machine, but no work that an IPF does. So four
kernels of what the IPFs do are measured beside it: `gather` (bilinear look-up, the heart of ortho-
rectification), `arithmetic` (counts to reflectance), `deflate` (zlib, packets), `jpeg2000` (OpenJPEG,
lossless). There are no published figures of these; they compare machines on which `vds bench` was run.
"""

import re
import shutil
import subprocess
import time
import zlib
from collections.abc import Callable
from math import exp, log
from pathlib import Path
from typing import Any

import yaml

PUBLISHED = Path(__file__).parents[1] / "data" / "index.yaml"
STRESS_NG = "stress-ng-div16"
#: stress-ng's `metrc` line: bogo ops, real, user, system time, bogo ops per real and per CPU second.
_METRICS = re.compile(
    r"\]\s+cpu\s+(\d+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)", re.MULTILINE
)
#: Side of the square image that the kernels work on.
SIDE = 1024


def stress_ng(workers: int, seconds: int = 10) -> dict[str, float] | None:
    """bogo ops/s in real and in CPU time; None where stress-ng is not installed."""
    tool = shutil.which("stress-ng")
    if tool is None:
        return None
    command = [tool, "--metrics", "--cpu", str(workers), "--cpu-method", "div16", "-t", str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return parse_stress_ng(done.stdout + done.stderr)


def stress_ng_version() -> str | None:
    """Version of the installed stress-ng; None where there is none."""
    tool = shutil.which("stress-ng")
    if tool is None:
        return None
    words = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False).stdout.split()
    return words[2] if len(words) > 2 else None


def parse_stress_ng(text: str) -> dict[str, float] | None:
    """The two rates in the `metrc` line of stressor cpu. In real time it is what others left of the machine;
    in CPU time it hardly depends on them."""
    match = _METRICS.search(text)
    return {"real": float(match[5]), "cpu": float(match[6])} if match else None


def kernels(seconds: float = 1.0) -> dict[str, float]:
    """Mpixel per CPU second of each kernel, one thread; the best of what `seconds` CPU s each allow."""
    return {name: _rate(make(), seconds) for name, make in KERNELS.items()}


def mean_ratio(one: dict[str, float], other: dict[str, float]) -> float | None:
    """Geometric mean of one ÷ other over the kernels that both have; None if there is none."""
    shared = [name for name in one if name in other and one[name] > 0 and other[name] > 0]
    return exp(sum(log(one[n] / other[n]) for n in shared) / len(shared)) if shared else None


def published(path: Path = PUBLISHED) -> dict[str, Any]:
    """Flavor → its published figures."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))["flavors"]


def _rate(work: Callable[[], Any], seconds: float) -> float:
    work()
    best, spent = float("inf"), 0.0
    while spent < seconds:
        began = time.process_time()
        work()
        took = time.process_time() - began
        best, spent = min(best, took), spent + took
    return SIDE * SIDE / best / 1e6


def _image() -> Any:
    """Smooth ground with a little noise, as counts of 12 bit; the same everywhere."""
    import numpy as np

    row, column = np.mgrid[0:SIDE, 0:SIDE]
    noise = np.random.default_rng(0).integers(0, 8, (SIDE, SIDE))
    return (800 + 500 * np.sin(row / 37) * np.cos(column / 23) + noise).astype(np.uint16)


def _gather() -> Callable[[], Any]:
    import numpy as np

    image = _image().astype(np.float32)
    row, column = np.mgrid[0 : SIDE - 2, 0 : SIDE - 2].astype(np.float32)
    r = np.clip(row * 0.98 + column * 0.02, 0, SIDE - 2)
    c = np.clip(column * 0.98 - row * 0.02, 0, SIDE - 2)
    r0, c0 = r.astype(np.intp), c.astype(np.intp)
    u, v = r - r0, c - c0
    return lambda: (
        image[r0, c0] * (1 - u) * (1 - v) + image[r0 + 1, c0] * u * (1 - v)
        + image[r0, c0 + 1] * (1 - u) * v + image[r0 + 1, c0 + 1] * u * v
    )  # fmt: skip


def _arithmetic() -> Callable[[], Any]:
    import numpy as np

    image = _image()
    return lambda: np.rint(np.sqrt((image - np.float32(100.0)) ** 2 * 1.7) / 1.3 + 1000).astype(np.uint16)


def _deflate() -> Callable[[], Any]:
    data = _image().tobytes()
    return lambda: zlib.compress(data, 1)


def _jpeg2000() -> Callable[[], Any]:
    import warnings

    import rasterio
    from rasterio.errors import NotGeoreferencedWarning
    from rasterio.io import MemoryFile

    warnings.simplefilter("ignore", NotGeoreferencedWarning)
    image = _image()
    profile = {"driver": "JP2OpenJPEG", "width": SIDE, "height": SIDE, "count": 1, "dtype": "uint16"}

    def encode() -> None:
        with (
            rasterio.Env(GDAL_NUM_THREADS="1"),
            MemoryFile(ext=".jp2") as file,
            file.open(**profile, QUALITY="100", REVERSIBLE="YES") as out,
        ):
            out.write(image, 1)

    return encode


KERNELS: dict[str, Callable[[], Callable[[], Any]]] = {
    "gather": _gather,
    "arithmetic": _arithmetic,
    "deflate": _deflate,
    "jpeg2000": _jpeg2000,
}


def index_of(seconds: float = 1.0) -> dict[str, float]:
    """All figures of this machine: method → bogo ops/s, or Mpixel/s. What is unknown is left out."""
    found: dict[str, float] = {}
    said = stress_ng(1, 10)
    if said:
        found[STRESS_NG] = said["real"]
        found[f"{STRESS_NG}-per-cpu-s"] = said["cpu"]
    return found | {f"kernel-{name}": value for name, value in kernels(seconds).items()}
