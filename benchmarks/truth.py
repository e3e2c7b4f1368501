"""L1C pixels against the scene that was photographed, band by band.

    python -m benchmarks.truth L0C L1C [--json]

L0C is a datastrip of `vds synth` (a folder with DS/ and GR/), L1C what `vds run` made of it. Per band, 95 %
values over the tiles:

* reflectance: error of the pixels, in steps of the 12-bit counts (and the step itself);
* shift: of windows of the image against the scene, in pixels, estimated by least squares on the gradients
  (the mean is that of the vectors, so it tells of a common shift); beside it how far the same estimator is
  off when it is fed the scene moved by a known amount;
* place: row and column of pixels' centres, located directly, against the centres, in pixels; and the same on
  the grids of scale 1, where no image is needed.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipf.radiometry import BANDS
from ipf.synth.photo import Camera
from study.quality.compare import products
from study.quality.place import place_errors
from study.quality.truth import Floats, Ground, Shifts, Truth, camera, image

#: Pixels (east, south) by which the scene is moved to see what the estimator makes of it.
KNOWN = (0.3, -0.2)
#: Tiles of which the estimator's own precision and the grids of scale 1 are measured.
CHECKED = 4


def measure(l0c: Path, l1c: Path) -> list[dict[str, Any]]:
    """One row of the table per band."""
    view, found = camera(l0c), products(l1c)
    fullest = sorted(found, key=lambda tile: -np.count_nonzero(image(found[tile], "B10")))[:CHECKED]
    bands = {band: Found() for band in BANDS}
    for tile, safe in found.items():
        for resolution in (10, 20, 60):
            ground = Ground.of(view, tile, resolution)
            moved = Ground.of(view, tile, resolution, *(-d for d in KNOWN)) if tile in fullest else None
            for band, facts in BANDS.items():
                if facts.resolution == resolution:
                    bands[band].add(Truth.of(ground, band), image(safe, band), moved)
    return [found_in.row(band, view, sorted(found), fullest) for band, found_in in bands.items()]


@dataclass
class Found:
    """What is found out about a band, tile by tile."""

    errors: list[Floats] = field(default_factory=list)
    steps: list[Floats] = field(default_factory=list)
    shifts: list[Shifts] = field(default_factory=list)
    known: list[Floats] = field(default_factory=list)

    def add(self, truth: Truth, dn: NDArray[np.uint16], moved: Ground | None) -> None:
        """A tile; `moved`: its ground, moved by KNOWN, if the estimator is to be tried on it."""
        errors = truth.errors(dn)
        seen = np.isfinite(errors)
        self.errors.append(errors[seen])
        self.steps.append(truth.step[seen])
        self.shifts.append(truth.shifts(dn))
        if moved is not None:
            there = np.where(seen, Truth.of(moved, truth.band).photographed(), np.uint16(0))
            self.known.append(truth.shifts(there).off(*KNOWN))

    def row(self, band: str, view: Camera, tiles: list[str], fullest: list[str]) -> dict[str, Any]:
        """The row of the table."""
        errors = np.concatenate(self.errors)
        east, south = (np.concatenate(side) for side in zip(*self.shifts, strict=True))
        full = np.concatenate([place_errors(view, tile, band, 1) for tile in fullest])
        return {
            "band": band,
            "pixels": int(errors.size),
            "step": float(np.mean(np.concatenate(self.steps))),
            "reflectance_bias": float(errors.mean()),
            "reflectance_95": _95(np.abs(errors)),
            "reflectance_max": float(np.abs(errors).max()),
            "windows": len(east),
            "shift_mean": float(np.hypot(east.mean(), south.mean())),
            "shift_95": _95(np.hypot(east, south)),
            "estimator_95": _95(np.concatenate(self.known)),
            "place_95": _95(np.concatenate([place_errors(view, tile, band) for tile in tiles])),
            "place_full_95": _95(full),
            "place_full_max": float(full.max()),
        }


def _95(values: Floats) -> float:
    return float(np.quantile(values, 0.95)) if len(values) else float("nan")


_COLUMNS: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("band", "band", str),
    ("pixels", "pixels", str),
    ("step", "step 1e-4", lambda v: f"{v * 1e4:.2f}"),
    ("reflectance_95", "reflectance, steps", lambda v: f"{v:.2f}"),
    ("reflectance_max", "its maximum", lambda v: f"{v:.0f}"),
    ("windows", "windows", str),
    ("shift_mean", "mean shift, px", lambda v: f"{v:.3f}"),
    ("shift_95", "shift, px", lambda v: f"{v:.3f}"),
    ("estimator_95", "estimator, px", lambda v: f"{v:.3f}"),
    ("place_95", "place, px", lambda v: f"{v:.4f}"),
    ("place_full_95", "at scale 1, px", lambda v: f"{v:.3f}"),
    ("place_full_max", "its maximum", lambda v: f"{v:.3f}"),
)


def table(rows: list[dict[str, Any]]) -> str:
    """The rows in Markdown."""
    lines = [[title for _, title, _ in _COLUMNS], ["---:"] * len(_COLUMNS)]
    lines += [[show(row[key]) for key, _, show in _COLUMNS] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.truth", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("l0c", type=Path)
    parser.add_argument("l1c", type=Path)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows = measure(asked.l0c, asked.l1c)
    print(json.dumps(rows) if asked.json else table(rows))


if __name__ == "__main__":
    main()
