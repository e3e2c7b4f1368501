"""The simulation against reality: the operations of 2018-07-21, the real layer, what is known of the days."""

import json
from pathlib import Path
from typing import Any

import yaml

from study.report.fact import Cell, Sheet, sheet
from study.simulate.replay import errors, summary

DATA = Path(__file__).parents[2] / "data"
REALITY = DATA / "reality.json"
KNOWN = DATA / "known.yaml"
REPLAY = {
    "quantity": "l0c, l1ab, l1c; wall: from the first of them to the last",
    "centre": "processing centre",
    "scenes": "L0c scenes of the datastrip",
    "measured_s": "seconds, in the reports",
    "predicted_s": "seconds, from the other rows",
    "off": "predicted ÷ measured − 1",
}
ERRORS = {
    "quantity": "as above",
    "rows": "rows predicted",
    "mean": "mean of |predicted ÷ measured − 1|",
    "largest": "largest of them",
}
LAYER = {
    "vds": "datastrip / vDS",
    "simulated_s": "end of the vDS in the simulation, s",
    "real_s": "end on the real layer, s of the wall ÷ scale of time",
}


def replay_sheet() -> Sheet:
    """Every row of the reports, predicted by a model that has not seen it (l0c: whose line has)."""
    rows: list[dict[str, Cell]] = [{c: e[c] for c in REPLAY} for e in errors()]
    how = "study.simulate.replay: calibrated on the rows of pdgs_2018_07_21.yaml but the one predicted"
    return sheet("replay.csv", ["quantity", "centre", "scenes"], REPLAY, rows, how)


def errors_sheet() -> Sheet:
    """The errors of the rows that were left out, by quantity."""
    rows: list[dict[str, Cell]] = [
        {"quantity": q, "rows": int(s["rows"]), "mean": s["mean"], "largest": s["largest"]}
        for q, s in summary().items()
    ]
    return sheet("replay-errors.csv", ["quantity"], ERRORS, rows, "replay.csv, by quantity")


def layer_sheet(reality: dict[str, Any]) -> Sheet:
    """The same job list on the real layer and in the simulator, vDS by vDS."""
    expected, measured = reality["expected"], reality["measured"]
    rows: list[dict[str, Cell]] = [
        {"vds": name.replace("/", " "), "simulated_s": float(expected[name]), "real_s": float(measured[name])}
        for name in sorted(expected)
    ]
    how = f"python -m benchmarks.reality, {reality['taken']} (study/data/reality.json)"
    return sheet("layer.csv", ["vds"], LAYER, rows, how)


def reality() -> dict[str, Any]:
    """The run on the real layer that ships."""
    return json.loads(REALITY.read_text(encoding="utf-8"))


def known() -> dict[str, Any]:
    """What is known of the constellation's days."""
    return yaml.safe_load(KNOWN.read_text(encoding="utf-8"))
