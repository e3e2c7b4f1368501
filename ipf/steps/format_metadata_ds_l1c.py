"""FORMAT_METADATA_DS_L1C: the L1C datastrip PDI of a (virtual) datastrip.

PDI_DS: `S2x_OPER_MSI_L1C_DS_…/` with metadata, QI_DATA and manifest.
"""

from typing import TYPE_CHECKING

from ipf.geometry.frame import Frame
from ipf.l1c import datation, inputs, pack
from ipf.l1c.strip import Times

if TYPE_CHECKING:
    from ipf.task import Task


def run(task: "Task") -> None:
    """The whole datastrip."""
    tree = inputs.datastrip_tree(task)
    tiles = sorted(inputs.tile_list(task).values())
    first_lines = datation.first_lines(Times.of(tree), Frame(inputs.scenes(tree)))
    pdi = pack.write_datastrip(task.output("PDI_DS"), tree, inputs.processing(task, tree), tiles, first_lines)
    task.log("I", f"{pdi.name}: {len(tiles)} tiles")
