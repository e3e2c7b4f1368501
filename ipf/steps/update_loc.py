"""UPDATE_LOC: where the datastrip looks: frame, footprints of granules and of the whole.

PDI_DS               what UNFORMAT_SAFE_DS made, frame.json, footprint.geojson
PDI_DS_GR_LIST       the packets as they came; granules.json: footprint of each L0 granule in the
reference band FRAME_FILE           frame_file.xml
VECTOR_DS_FOOTPRINT  footprint.geojson: the ground that all bands see
"""

from pathlib import Path
from typing import Any

from ipf import l1a
from ipf.geometry.datastrip import FOOTPRINT, Datastrip
from ipf.geometry.focal_plane import BANDS, DETECTORS
from ipf.geometry.footprint import to_geojson
from ipf.task import Task

#: The band that stands for all where one footprint is enough; registration to the GRI uses it too
#: (GRI_BAND_ID).
REFERENCE_BAND = "B03"
_KEPT = ("MTD.xml", "navigation.npz", "datastrip.json")


def run(task: Task) -> None:
    """PDI_DS, PDI_DS_GR_LIST → PDI_DS, PDI_DS_GR_LIST, FRAME_FILE, VECTOR_DS_FOOTPRINT."""
    roots = task.inputs("PDI_DS")
    ds = Datastrip.read(roots)
    frame, out = ds.frame, task.output("PDI_DS")
    for name in _KEPT:
        l1a.link(l1a.require(roots, name, "PDI_DS"), out / name)
    frame.write_json(out / "frame.json")

    # Three scenes are lost at L1B; L1C takes one more, of which some bands have a part only: the extra
    # granules.
    extra = [ds.granule(detector, frame.scenes - 2) for detector in DETECTORS]
    target = task.output("FRAME_FILE")
    frame.write_xml(target if target.suffix == ".xml" else target / "frame_file.xml", [e for e in extra if e])

    ds.write_footprint(task.output("VECTOR_DS_FOOTPRINT") / FOOTPRINT)
    l1a.link(task.output("VECTOR_DS_FOOTPRINT") / FOOTPRINT, out / FOOTPRINT)

    granules = task.output("PDI_DS_GR_LIST")
    _pass_on(task.inputs("PDI_DS_GR_LIST"), granules)
    l1a.save_json(granules / "granules.json", granule_footprints(ds))
    task.log("I", f"{ds.name}: {frame.scenes} scenes, {frame.length_10m} lines of 10 m seen by all bands")


def granule_footprints(ds: Datastrip) -> dict[str, Any]:
    """A FeatureCollection: each L0 granule's footprint, before anything is cut."""
    lines = BANDS[REFERENCE_BAND].scene_lines
    features = [
        to_geojson(
            ds.footprint(REFERENCE_BAND, detector, (scene - 1) * lines, scene * lines),
            granule=ds.granule(detector, scene),
            detector=detector,
            scene=scene,
        )
        for detector in DETECTORS
        for scene in range(1, ds.frame.scenes + 1)
    ]
    return {"type": "FeatureCollection", "features": features}


def _pass_on(roots: tuple[Path, ...], out: Path) -> None:
    """Hard links to the packets: DECOMP takes them from here, as in the task table."""
    for root in roots:
        for file in sorted(root.glob("D??/*/*.isp")):
            l1a.link(file, out / file.relative_to(root))
