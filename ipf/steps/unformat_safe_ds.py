"""UNFORMAT_SAFE_DS: the L0c datastrip's SAFE folder → metadata, navigation and facts that the later IPFs
read.
"""

from decimal import Decimal
from typing import Any

from batch.errors import InputError
from batch.safe.datastrip import Datastrip, read_datastrip
from batch.safe.gps import utc_text
from batch.safe.names import BANDS, is_l0c
from ipf import l1a
from ipf.geometry.navigation import Navigation
from ipf.task import Task


def run(task: Task) -> None:
    """PDI_DS (folder of the PDI, or one that holds it) → PDI_DS, PDI_SAD."""
    ds = _datastrip(task)
    out = task.output("PDI_DS")
    l1a.link(ds.mtd, out / "MTD.xml")
    Navigation.from_datastrip(ds.mtd).save(out / "navigation.npz")
    l1a.save_json(out / "datastrip.json", facts(ds, task))
    ancillary = sorted(f for f in (ds.ds_dir / "ANC_DATA").glob("*") if f.is_file())
    for file in ancillary:
        l1a.link(file, task.output("PDI_SAD") / file.name)
    task.log("I", f"{ds.name}: {ds.scenes} scenes, {len(ancillary)} ancillary files")


def _datastrip(task: Task) -> Datastrip:
    for place in task.inputs("PDI_DS"):
        inside = sorted(place.iterdir()) + sorted((place / "DS").glob("*")) if place.is_dir() else []
        found = [p for p in (place, *inside) if p.is_dir() and is_l0c(p.resolve().name, "DS")]
        if found:
            return read_datastrip(found[0])
    where = ", ".join(str(p) for p in task.inputs("PDI_DS")) or "no path"
    raise InputError(f"input PDI_DS ({where}) holds no L0c datastrip S2x_OPER_MSI_L0__DS_…; give one")


def facts(ds: Datastrip, task: Task) -> dict[str, Any]:
    """datastrip.json: what the metadata say, for those who do not read XML. Times in UTC unless called
    GPS.
    """
    return {
        "datastrip": ds.name,
        "satellite": ds.satellite,
        "datatake": ds.datatake_id,
        "datatake_type": ds.datatake_type,
        "orbit_number": ds.absolute_orbit,
        "relative_orbit": ds.relative_orbit,
        "scenes": ds.scenes,
        "positions": list(ds.positions),
        "sensing_start": utc_text(ds.sensing_start),
        "sensing_stop": utc_text(ds.sensing_stop),
        "line_period_s": f"{ds.line_period / Decimal(1000):f}",
        "band_gps_time": {
            band: {detector: ds.gps_times[number, detector] for detector in ds.granules}
            for number, band in enumerate(BANDS)
        },
        "gps_minus_utc_s": ds.gps_minus_utc,
        "scale": task.scale,
        "granules": {detector: [g.name for g in granules] for detector, granules in ds.granules.items()},
        "baseline": task.parameter("PROCESSING_BASELINE", ds.baseline),
        "creation_date": task.parameter("CREATION_DATE", ""),
    }
