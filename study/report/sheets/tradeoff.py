"""Performance versus price: EUR per datastrip against hours to L1C, and what is on the front."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from study.report.fact import Cell, Sheet, sheet
from study.report.runs import Runs, ends, eur_datastrip, price_cells
from study.simulate.clouds import cases
from study.simulate.model import Outcome
from study.simulate.replay import summary

COLUMNS = {
    "stack": "stack file",
    "flavor": "flavor of the stages",
    "stages": "stages",
    "end": "known: by the flavor's index; else the slowest or fastest slot that is known of any flavor",
    "speed": "speed of a slot, relative to the machine of the laws",
    "hours": "hours since sensing within which 95 % of the L1C are there",
    "hours_low": "the same if the system were faster by the mean error of the replay",
    "hours_high": "the same if it were slower by that",
    "commitment": "hour, month or year: the cheapest whose price is known",
    "eur": "EUR per datastrip, what is known of it",
    "eur_low": "lower bound",
    "eur_high": "upper bound; empty: open",
    "eur_at_least": "1: a part has no known price",
    "front": "1: no other known one is both faster and cheaper, hours rounded to tenths; 0: one is; "
    "empty: index or price unknown",
}
SHARE = 0.95
#: Digits of hours that count on the front, as they are printed: less than this no model here tells apart.
HOURS_DIGITS = 1


@dataclass(frozen=True)
class Spot:
    """A platform on the chart; `known`: its index and all its prices are."""

    hours: float
    eur: float
    known: bool


def tradeoff_sheet(runs: Runs) -> Sheet:
    """Every flavor of 8 vCPU or more at each total of vCPU."""
    error = summary()["wall"]["mean"]
    rows: list[dict[str, Cell]] = []
    for case in cases(runs.stacks, (), runs.wish.reference, every=True):
        for total in runs.wish.vcpus:
            for end, speed in ends(case):
                platform, outcome = runs.outcome(case.vcpus, speed, total)
                stack = runs.stacks[case.stack]
                commitment, price = eur_datastrip(outcome, platform, stack, case.flavor)
                rows.append(
                    {"stack": case.stack, "flavor": case.flavor, "stages": platform.stages, "end": end,
                     "speed": speed, "hours": hours_within(outcome),
                     "hours_low": hours_within(outcome, 1 - error),
                     "hours_high": hours_within(outcome, 1 + error),
                     "commitment": commitment, **price_cells(price), "front": None}
                )  # fmt: skip
    spots = [spot(row) for row in rows]
    for row, on_front in zip(rows, front(spots), strict=True):
        row["front"] = on_front
    wish = runs.wish
    how = f"{wish.command}; {wish.days:g} days, seed {wish.seed}; error of the replay: replay-errors.csv"
    return sheet("tradeoff.csv", ["stack", "flavor", "stages", "end"], COLUMNS, rows, how)


def spot(row: Mapping[str, Cell]) -> Spot:
    """A row as the front sees it."""
    known = row["end"] == "known" and not row["eur_at_least"] and row["hours"] is not None
    return Spot(round(float(row["hours"] or 0), HOURS_DIGITS), float(row["eur"] or 0), known)


def hours_within(outcome: Outcome, factor: float = 1.0, share: float = SHARE) -> float | None:
    """Hours since sensing within which so many datastrips are there, were the system `factor` times as slow.

    The factor stretches the time from the end of reception on; what failed is never there, so
    None if too many did.
    """
    possible = [m for m in outcome.made if m.why != "too short"]
    hours = [
        (m.ready - m.sensed + factor * (m.done - m.ready)) / 3600 if m.done is not None else np.inf
        for m in possible
    ]
    found = float(np.quantile(hours, share, method="inverted_cdf")) if hours else np.inf
    return found if np.isfinite(found) else None


def front(spots: Sequence[Spot]) -> list[int | None]:
    """1 where no known spot is at least as good in both and better in one; None for what is not known."""
    known = [s for s in spots if s.known]

    def beaten(spot: Spot) -> bool:
        return any(
            s.hours <= spot.hours and s.eur <= spot.eur and (s.hours < spot.hours or s.eur < spot.eur)
            for s in known
        )

    return [None if not s.known else int(not beaten(s)) for s in spots]
