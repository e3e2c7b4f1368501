"""TP_COLLECT: tie points between B03 of the datastrip and the reference, by correlation.

The operational chain resamples both into a virtual sensor first (INIT_VS_GEO, RESAMPLE_TO_VS); here each
chip of the reference is looked for where the unrefined geometry expects it.

TIE_POINTS   TIE_POINTS_D07/tie_points.json
"""

from ipf.l1c import inputs, strip
from ipf.refine import reference, tiepoints
from ipf.task import Task


def run(task: Task) -> None:
    """PDI_DS, PDI_ATF_LIST, GRI_ORBIT → TIE_POINTS."""
    datastrip = strip.of_task(task, inputs.datastrip_tree(task))
    references = reference.read(task.inputs("GRI_ORBIT"))
    for detector in task.detectors:
        counts = datastrip.counts(reference.BAND, int(detector))
        clock = datastrip.clock(reference.BAND, int(detector))
        points = [
            point
            for chips in references
            if counts is not None
            for point in tiepoints.collect(
                datastrip.navigation, clock, counts, detector, datastrip.scale, chips
            )
        ]
        tiepoints.save(task.output("TIE_POINTS") / f"TIE_POINTS_D{detector}", points)
        task.log("I", f"detector {detector}: {len(points)} tie points on {len(references)} references")
