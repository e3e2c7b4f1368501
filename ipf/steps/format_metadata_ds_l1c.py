"""FORMAT_METADATA_DS_L1C: the L1C datastrip PDI of a (virtual) datastrip.

PDI_DS: `S2x_OPER_MSI_L1C_DS_…/` with metadata, QI_DATA and manifest.
"""

from typing import TYPE_CHECKING

from lxml import etree

from batch.safe.xml import text
from ipf.geometry.frame import Frame
from ipf.l1c import datation, inputs, mtd_refining, pack
from ipf.l1c.strip import Times
from ipf.refine import record
from ipf.refine.record import Refined

if TYPE_CHECKING:
    from ipf.task import Task

FIRST_POINT = "Satellite_Ancillary_Data_Info/Ephemeris/GPS_Points_List/GPS_Point/GPS_TIME"


def run(task: "Task") -> None:
    """The whole datastrip."""
    tree = inputs.datastrip_tree(task)
    tiles = sorted(inputs.tile_list(task).values())
    first_lines = datation.first_lines(Times.of(tree), Frame(inputs.scenes(tree)))
    processing = inputs.processing(task, tree)
    pdi = pack.write_datastrip(
        task.output("PDI_DS"), tree, processing, tiles, first_lines, _refined(task, tree)
    )
    task.log("I", f"{pdi.name}: {len(tiles)} tiles")


def _refined(task: "Task", tree: etree._ElementTree) -> Refined | None:
    """What SPATIO found; for a datastrip out of virtual ones, what they agree in."""
    if not task.inputs("PDI_SAFE"):
        return record.read_if(task.inputs("PDI_DS"))
    parts = [
        m
        for root in task.inputs("PDI_SAFE")
        for m in sorted(root.glob("*/S2?_OPER_MSI_L1C_DS_*/S2*_MTD_L1C_DS_*.xml"))
    ]
    found = mtd_refining.common(parts, text(tree, FIRST_POINT))
    if found is None and any(mtd_refining.is_refined(part) for part in parts):
        task.log(
            "W", f"{len(parts)} virtual datastrips are refined differently; the whole is told as not refined"
        )
    return found
