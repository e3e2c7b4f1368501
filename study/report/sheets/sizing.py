"""The cheapest platform of each stack that keeps the timeliness, as `vds size` finds it."""

from dataclasses import replace

from study.report.fact import Cell, Sheet, sheet
from study.report.runs import Runs
from study.simulate.clouds import Case, cases
from study.simulate.size import COMMITMENTS, choices

LIMIT = 200
KEPT = 3
COLUMNS = {
    "stack": "stack file",
    "flavor": "flavor of the stages",
    "rank": "1: the cheapest of what is known",
    "end": "known: by the flavor's index; slowest: the index is unknown, the slowest known was taken",
    "scenes": "scenes of a vDS at most",
    "stages": "stages, the least",
    "most": "stages, the most (elastic where more than the least)",
    "share": "share of the datastrips in time; rank 0: the best that was reached",
    "commitment": "the cheapest whose price is known",
    **{
        f"{c}{suffix}": f"EUR per month, {words}{tail}"
        for c, words in (("hour", "by the hour"), ("month", "by the month"), ("year", "for a year"))
        for suffix, tail in (
            ("", ""),
            ("_low", ": lower bound"),
            ("_high", ": upper bound, empty: open"),
            ("_at_least", ": 1 if a part has no known price"),
        )
    },
}


def sizing_sheet(runs: Runs) -> Sheet:
    """The three cheapest for the flavor of each stack, and for flavors of known index where asked."""
    rows: list[dict[str, Cell]] = []
    for case in wanted(runs):
        platform = replace(runs.platform, slots=case.vcpus)
        service = runs.service(case.vcpus, case.speeds[0])
        found, best = choices(
            runs.arrivals, platform, service, runs.stacks[case.stack], case.flavor, runs.wish.hours,
            runs.wish.confidence, runs.wish.lengths, LIMIT, run=runs.simulate,
        )  # fmt: skip
        end = "known" if case.known else "slowest"
        head = {"stack": case.stack, "flavor": case.flavor, "end": end}
        for rank, choice in enumerate(found[:KEPT], 1):
            prices: dict[str, Cell] = {}
            for commitment in COMMITMENTS:
                price = choice.prices[commitment]
                unknown = not price.complete and commitment not in choice.offered
                prices |= {
                    commitment: None if unknown else price.known,
                    f"{commitment}_low": price.low,
                    f"{commitment}_high": price.high,
                    f"{commitment}_at_least": int(not price.complete),
                }
            rows.append(
                {**head, "rank": rank, "scenes": choice.scenes, "stages": choice.stages, "most": choice.most,
                 "share": choice.share, "commitment": choice.commitment, **prices}
            )  # fmt: skip
        if not found:
            rows.append({**dict.fromkeys(COLUMNS), **head, "rank": 0, "share": best})
    how = (
        f"{runs.wish.command}; search of study.simulate.size, {runs.wish.days:g} days, seed {runs.wish.seed}"
    )
    return sheet("size.csv", ["stack", "flavor", "rank"], COLUMNS, rows, how)


def wanted(runs: Runs) -> list[Case]:
    """The stages' flavors; with `every_flavor_sized` those of a known index as well."""
    own = cases(runs.stacks, (), runs.wish.reference)
    if not runs.wish.every_flavor_sized:
        return own
    every = cases(runs.stacks, (), runs.wish.reference, every=True)
    names = {(c.stack, c.flavor) for c in own}
    return [c for c in every if c.known or (c.stack, c.flavor) in names]
