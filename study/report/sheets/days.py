"""The days on each flavor of each cloud: timeliness, use, queues, EUR."""

import numpy as np

from study.report.fact import Cell, Sheet, sheet
from study.report.runs import STAGE_VCPUS, Runs, ends, eur_datastrip, price_cells
from study.simulate.clouds import cases
from study.simulate.measure import CLASSES_H, load, share_within, timeliness
from study.simulate.model import Outcome

#: Scenes below which a datastrip is called short: where known.yaml counts them.
SHORT_SCENES = 24
CLOUDS = {
    "stack": "stack file",
    "flavor": "flavor of the stages",
    "end": "known: by the flavor's index; else the slowest or fastest slot that is known of any flavor",
    "vcpus": "vCPU of a stage",
    "stages": "stages",
    "speed": "speed of a slot, relative to the machine of the laws",
    "within_3h": "share of datastrips within the first class",
    "within_24h": "share of datastrips within the second class",
    "p50_h": "hours since sensing, median",
    "p95_h": "hours since sensing, 95 %",
    "max_h": "hours since sensing, longest",
    "stage_use": "share of paid stage time with a vDS",
    "slot_use": "share of paid slot time with an IPF",
    "wait_mean": "vDS waiting for a stage, mean over time",
    "wait_p95": "vDS waiting, not more during 95 % of the time",
    "wait_most": "vDS waiting, most",
    "commitment": "hour, month or year: the cheapest whose price is known",
    "eur": "EUR per datastrip, what is known of it",
    "eur_low": "lower bound",
    "eur_high": "upper bound; empty: open",
    "eur_at_least": "1: a part has no known price",
}
ARRIVED = {
    "quantity": "what",
    "value": "number",
}
DISTRIBUTION = {
    "vcpus": "vCPU of a stage",
    "speed": "speed of a slot",
    "percent": "per cent of the datastrips",
    "hours": "hours since sensing within which their L1C is there",
    "flavors": "flavors of that speed",
}


def clouds_sheet(runs: Runs) -> Sheet:
    """A row per flavor of 8 vCPU or more, two where its index is unknown; equal vCPU in all."""
    rows: list[dict[str, Cell]] = []
    total = runs.wish.stages * STAGE_VCPUS
    for case in cases(runs.stacks, (), runs.wish.reference, every=True):
        for end, speed in ends(case):
            platform, outcome = runs.outcome(case.vcpus, speed, total)
            used, hours = load(outcome, platform), timeliness(outcome)["hours_since_sensing"]
            stack = runs.stacks[case.stack]
            commitment, price = eur_datastrip(outcome, platform, stack, case.flavor)
            rows.append(
                {"stack": case.stack, "flavor": case.flavor, "end": end, "vcpus": case.vcpus,
                 "stages": platform.stages, "speed": speed,
                 "within_3h": share_within(outcome, CLASSES_H[0]),
                 "within_24h": share_within(outcome, CLASSES_H[1]),
                 "p50_h": hours["p50"], "p95_h": hours["p95"], "max_h": hours["max"],
                 "stage_use": used["stage_utilisation"], "slot_use": used["slot_utilisation"],
                 "wait_mean": used["waiting_vds"]["mean"], "wait_p95": used["waiting_vds"]["p95"],
                 "wait_most": used["waiting_vds"]["most"], "commitment": commitment, **price_cells(price)}
            )  # fmt: skip
    how = f"{runs.wish.command}; {runs.wish.days:g} days, {total} vCPU in stages, seed {runs.wish.seed}"
    return sheet("clouds.csv", ["stack", "flavor", "end"], CLOUDS, rows, how)


def distribution_sheet(runs: Runs) -> Sheet:
    """Hours within which so many per cent of the datastrips are there, for each speed that occurs."""
    names: dict[tuple[int, float], list[str]] = {}
    for case in cases(runs.stacks, (), runs.wish.reference, every=True):
        for end, speed in ends(case):
            label = case.flavor if end == "known" else f"{case.flavor}?"
            names.setdefault((case.vcpus, speed), []).append(label)
    rows: list[dict[str, Cell]] = []
    for (vcpus, speed), flavors in names.items():
        _, outcome = runs.outcome(vcpus, speed, runs.wish.stages * STAGE_VCPUS)
        for percent, value in _quantiles(outcome):
            rows.append(
                {"vcpus": vcpus, "speed": speed, "percent": percent, "hours": value,
                 "flavors": " ".join(flavors)}
            )  # fmt: skip
    how = f"{runs.wish.command}; hours from the first line sensed to the L1C of the datastrip"
    return sheet("timeliness.csv", ["vcpus", "speed", "percent"], DISTRIBUTION, rows, how)


def arrived_sheet(runs: Runs) -> Sheet:
    """What came, in numbers."""
    came = runs.arrivals
    scenes = np.array([a.scenes for a in came])
    waits = np.array([a.received - a.sensed for a in came]) / 3600
    rows: list[dict[str, Cell]] = [
        {"quantity": "days", "value": runs.wish.days},
        {"quantity": "datastrips", "value": len(came)},
        {"quantity": "scenes", "value": int(scenes.sum())},
        {"quantity": "datastrips per day", "value": len(came) / runs.wish.days},
        {"quantity": "scenes per day", "value": float(scenes.sum() / runs.wish.days)},
        {"quantity": "scenes of a datastrip", "value": float(scenes.mean())},
        {"quantity": "longest datastrip", "value": int(scenes.max())},
        {"quantity": "short datastrips", "value": float((scenes < SHORT_SCENES).mean())},
        {"quantity": "hours to reception", "value": float(np.median(waits))},
        {"quantity": "stages", "value": runs.wish.stages},
        {"quantity": "vCPU", "value": runs.wish.stages * STAGE_VCPUS},
        {"quantity": "clouds", "value": len(runs.stacks)},
        {"quantity": "hours asked", "value": runs.wish.hours},
        {"quantity": "share asked", "value": runs.wish.confidence},
        {"quantity": "reference", "value": runs.wish.reference},
    ]
    how = (
        f"{runs.wish.command}; datastrips by study.orbit from {runs.wish.begin.date()}, seed {runs.wish.seed}"
    )
    return sheet("arrivals.csv", ["quantity"], ARRIVED, rows, how)


def _quantiles(outcome: Outcome) -> list[tuple[int, float]]:
    """Of all datastrips that should become L1C: those that failed are never there."""
    possible = [m for m in outcome.made if m.why != "too short"]
    hours = sorted((m.done - m.sensed) / 3600 for m in possible if m.done is not None)
    found = []
    for percent in range(2, 101, 2):
        number = -(-percent * len(possible) // 100)
        if 0 < number <= len(hours):
            found.append((percent, hours[number - 1]))
    return found
