"""The operations of 2018-07-21, predicted for any number of scenes: `vds simulate --pdgs-replay SCENES`.

* L1AB walks its steps one after the other. Each takes fixed + a × scenes of its largest group + b × scenes:
  groups run at once (first term), and wait for each other when there are many (second term). Calibrated on
  the three datastrips whose steps were reported (6, 95 and 229 scenes), and on their totals, which are longer
  than the sum of the steps.
* L1C begins when L1AB knows the tiles, after a constant wait, and takes fixed + a × tiles + b × tiles², plus
  what the centre EPAE is slower.
* L0c is the line of the day: 198 s + 3.5 s per scene, fitted to more datastrips than have rows here.
* The whole: L0c, then L1AB until it asks for L1C, then L1C.

The error of each prediction is stated from rows that it was not calibrated on: L1AB on the datastrips without
steps; L1C and the whole by leaving out each row in turn. Only the line of L0c has seen the rows before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from batch.errors import InputError
from batch.plan.forecast import TILES
from study.bench.fit import nnls
from study.simulate.model import L0C_FIXED_S, L0C_PER_SCENE_S
from study.simulate.pdgs_laws import reports

Floats = NDArray[np.float64]

#: L1 loses as many scenes; a datastrip of no more gets no L1.
LOST = 3
CENTRES = ("EPAE", "MPS", "SGS")
#: Scenes per group where the reports do not say: an ATF.
_ATF = 20
_GROUPED = ("DECOMP", "RADIO_AB")
_QUANTITIES = ("l0c", "l1ab", "l1c", "wall")


@dataclass(frozen=True)
class Replay:
    """Seconds of the workflows; None where there is none. `l1b_scenes` and `tiles` that come out."""

    scenes: int
    centre: str | None
    l0c: float
    l1ab: float | None = None
    l1c: float | None = None
    wall: float | None = None
    request_l1c: float | None = None
    l1b_scenes: int = 0
    tiles: float = 0.0


class Model:
    """Calibrated on the rows of the reports given to it."""

    def __init__(self, runs: Sequence[dict[str, Any]], table: dict[str, Any]) -> None:
        self.table = table
        self.steps = _steps(table)
        whole = [r for r in runs if "wall" in r]
        lengths: Floats = np.array(table["scenes"], dtype=float)
        totals: Floats = np.array(table["moments"]["l1ab"], dtype=float)
        sums = np.array([self._steps(int(n)) for n in lengths])
        self.overhead = float(np.mean(totals / sums))
        l1c = [([1.0, r["tiles"], r["tiles"] ** 2, float(r["centre"] == "EPAE")], r["l1c"]) for r in whole]
        # The day's shortest and longest L1C are known to the minute, but not from where: by the other rows
        # the longest is one of EPAE, the shortest is not.
        l1c += [([1.0, t, t * t, float(t > 100)], s) for t, s in zip(*_extremes(table), strict=True)]
        self.l1c = _fit([x for x, _ in l1c], [y for _, y in l1c])
        waits = [r["wall"] - r["l0c"] - r["l1c"] - self._steps(r["scenes"], before_tiles=True) for r in whole]
        self.wait = float(np.mean(waits))

    def predict(self, scenes: int, centre: str | None = None) -> Replay:
        """`centre` None: one between EPAE and the others."""
        if scenes < 1:
            raise InputError(
                f"--pdgs-replay {scenes}: a number of scenes of 1 or more was expected; raise it"
            )
        l0c = L0C_FIXED_S + L0C_PER_SCENE_S * scenes
        if scenes <= LOST:
            return Replay(scenes, centre, l0c)
        tiles = TILES[0] + TILES[1] * scenes
        slower = 0.5 if centre is None else float(centre == "EPAE")
        l1c = float(self.l1c @ [1.0, tiles, tiles * tiles, slower])
        request = self._steps(scenes, before_tiles=True) + self.wait
        return Replay(
            scenes, centre, l0c, self.overhead * self._steps(scenes), l1c, l0c + request + l1c, request,
            scenes - LOST, tiles,
        )  # fmt: skip

    def _steps(self, scenes: int, before_tiles: bool = False) -> float:
        return sum(
            float(s.law @ _features(scenes - s.lost, s.group))
            for s in self.steps
            if s.before or not before_tiles
        )


@dataclass(frozen=True)
class _Step:
    law: Floats
    group: int | None
    lost: int
    before: bool


def _steps(table: dict[str, Any]) -> list[_Step]:
    found = []
    after = ("FORMAT_METADATA_DS_L1C", "OLQC_DS_L1C")
    entries = {k: v for k, v in table["steps"].items() if not v.get("per_tile") and k not in after}
    for name, step in {**entries, **table["other"]}.items():
        group = step.get("group") or (_ATF if name in _GROUPED else None)
        lost = LOST if "group" in step else 0
        rows = [_features(n - lost, group) for n in table["scenes"]]
        before = name in entries or bool(step.get("before_tiles"))
        found.append(_Step(_fit(rows, step["wall"]), group, lost, before))
    return found


def _features(scenes: int, group: int | None) -> list[float]:
    largest = scenes / ceil(scenes / group) if group else 0.0
    return [1.0, largest, float(scenes)]


def _fit(rows: Sequence[Sequence[float]], values: Sequence[float]) -> Floats:
    """Non-negative coefficients of the least relative error."""
    x, y = np.array(rows, dtype=float), np.array(values, dtype=float)
    used = [i for i in range(x.shape[1]) if x[:, i].any()]
    found = np.zeros(x.shape[1])
    found[used] = nnls(x[:, used] / y[:, None], np.ones(len(y)))
    return found


def _extremes(table: dict[str, Any]) -> tuple[list[float], list[float]]:
    pairs = [(t, s) for t, s in zip(table["tiles"], table["moments"]["l1c_about"], strict=True) if s]
    return [float(t) for t, _ in pairs], [float(s) for _, s in pairs]


@cache
def model() -> Model:
    """Calibrated on all rows."""
    table = reports()
    return Model(table["runs"], table)


@cache
def errors() -> tuple[dict[str, Any], ...]:
    """For each run and quantity: measured, predicted without that row, and how far off (relative)."""
    table = reports()
    found = []
    for number, run in enumerate(table["runs"]):
        others = Model([r for n, r in enumerate(table["runs"]) if n != number], table)
        predicted = others.predict(run["scenes"], run["centre"])
        for quantity in _QUANTITIES:
            # The steps of this length calibrate L1AB: its row would tell nothing.
            if quantity not in run or (quantity == "l1ab" and run["scenes"] in table["scenes"]):
                continue
            value = getattr(predicted, quantity)
            found.append(
                {"centre": run["centre"], "scenes": run["scenes"], "quantity": quantity,
                 "measured_s": run[quantity], "predicted_s": round(value), "off": value / run[quantity] - 1}
            )  # fmt: skip
    return tuple(found)


def summary() -> dict[str, dict[str, float]]:
    """Per quantity: rows, mean absolute and largest relative error."""
    found = {}
    for quantity in _QUANTITIES:
        off = np.abs([e["off"] for e in errors() if e["quantity"] == quantity])
        found[quantity] = {"rows": len(off), "mean": float(off.mean()), "largest": float(off.max())}
    return found
