"""GEO1B_FINALIZE: the final L1B geometry of each detector and band; nothing is refined, so it is the initial
one.

    VECTOR           detfoo_D07_B02.geojson: what the detector sees in the band within the frame
    PDI_DS_GR_LIST   geometry_D07_B02.json: rows of the frame, times of its ends, first row since the epoch
"""

from ipf import l1a
from ipf.geometry.datastrip import Datastrip
from ipf.geometry.footprint import to_geojson
from ipf.task import Task


def run(task: Task) -> None:
    """PDI_DS, PDI_DS_GR_LIST, FRAME_FILE → VECTOR, PDI_DS_GR_LIST."""
    ds = Datastrip.read(task.inputs("PDI_DS"))
    for detector in task.detectors:
        for band in task.bands:
            begin, end = ds.frame.rows(band, detector)
            clock = ds.clock(band, detector)
            l1a.save_json(
                task.output("VECTOR") / f"detfoo_D{detector}_{band}.geojson",
                to_geojson(ds.footprint(band, detector, begin, end), detector=detector, band=band),
            )
            l1a.save_json(
                task.output("PDI_DS_GR_LIST") / f"geometry_D{detector}_{band}.json",
                {
                    "rows": [begin, end],
                    "seconds_since_epoch": [float(clock.time(row, within=0.0)) for row in (begin, end)],
                    "epoch": ds.navigation.epoch,
                    "refined": False,
                },
            )
    task.log("I", f"detectors {'-'.join(task.detectors)}, bands {'-'.join(task.bands)}: not refined")
