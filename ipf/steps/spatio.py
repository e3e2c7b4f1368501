"""SPATIO: the attitude refined on tie points, over what this step is given: a virtual datastrip, or the
whole.

If REFINING holds what was fitted over the whole datastrip, that is taken and nothing is fitted.

PDI_DS     as it came, with the refined navigation.npz, footprint.geojson of it, and refining.json
REFINING   REFINING_<datastrip>/refining.json
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from ipf import l1a
from ipf.geometry.ancillary import middle_of_sensing
from ipf.geometry.datastrip import FOOTPRINT, Datastrip
from ipf.geometry.navigation import Refining
from ipf.l1c import inputs
from ipf.refine import record, tiepoints
from ipf.refine.adjust import LEAST_POINTS, adjust
from ipf.refine.record import Refined
from ipf.task import Task


def run(task: Task) -> None:
    """PDI_DS, TIE_POINTS, REFINING if it is given → PDI_DS, REFINING."""
    roots = task.inputs("PDI_DS")
    ds = Datastrip.read(roots)
    given, datatake = record.given(task.inputs("REFINING")), str(ds.facts["datatake"])
    found = record.given_for(given, ds.navigation.epoch, datatake)
    if given and found is None:
        # Neighbours will not agree at the cut, which REFINING was meant to prevent.
        held = ", ".join(sorted({f"{one.datastrip or 'unnamed'} ({one.datatake})" for one in given}))
        task.log(
            "W",
            f"{ds.name}: REFINING holds corrections of {held}, one of this datastrip ({datatake}, first GPS "
            f"point {ds.navigation.epoch}) was expected: fitted by itself; run tie-points on it",
        )
    if found is None:
        t0 = middle_of_sensing(inputs.datastrip_tree(task), ds.navigation.epoch)
        found = fit(ds, tiepoints.read(task.inputs("TIE_POINTS")), t0)
        if not found.good:
            task.log(
                "W", f"{ds.name}: {found.points} tie points, at least {LEAST_POINTS} are needed: not refined"
            )
    else:
        found = replace(found, given=True)
    if "REFINING" in task.job.outputs:
        found.write(task.output("REFINING") / f"REFINING_{ds.name}" / record.FILE)
    if "PDI_DS" in task.job.outputs:
        _hand_on(roots, task.output("PDI_DS"), ds, found)
    how = "given" if found.given else f"{found.points} points, rms {found.before_m:.1f} m before"
    task.log("I", f"{ds.name}: {found.flag} ({how})")


def fit(ds: Datastrip, points: list[tiepoints.TiePoint], t0: float) -> Refined:
    """Fit over a (virtual) datastrip; t0: see `middle_of_sensing`."""
    blank = Refined(
        "NOT_REFINED",
        Refining(),
        ds.navigation.epoch,
        str(ds.facts["datatake"]),
        ds.name,
        tuple(sorted({p.reference for p in points})),
        len(points),
    )
    adjusted = adjust(ds.navigation, points, t0)
    if adjusted is None:
        return blank
    mean, deviation = adjusted.after.mean(axis=0), adjusted.after.std(axis=0)
    return replace(
        blank,
        flag="REFINED",
        refining=adjusted.refining,
        points=len(adjusted.after),
        dropped=adjusted.dropped,
        mean_m=(float(mean[0]), float(mean[1])),
        deviation_m=(float(deviation[0]), float(deviation[1])),
        before_m=float(np.sqrt((adjusted.before**2).sum(axis=1).mean())),
    )


def _hand_on(roots: tuple[Path, ...], out: Path, ds: Datastrip, found: Refined) -> None:
    source = l1a.require(roots, "datastrip.json", "PDI_DS").parent
    for file in sorted(source.iterdir()):
        if file.is_file() and not (found.good and file.name in ("navigation.npz", FOOTPRINT)):
            l1a.link(file, out / file.name)
    if found.good:
        refined = replace(ds.navigation, refining=found.refining)
        refined.save(out / "navigation.npz")
        Datastrip(refined, ds.facts).write_footprint(out / FOOTPRINT)
    found.write(out / record.FILE)
