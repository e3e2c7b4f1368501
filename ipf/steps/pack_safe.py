"""PACK_SAFE: the complete compact SAFE user product of a tile.

PDI_SAFE: `S2x_MSIL1C_….SAFE/`.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from ipf.l1c import inputs, pack
from ipf.l1c.record import ProductRecord

if TYPE_CHECKING:
    from ipf.task import Task


def run(task: "Task") -> None:
    """One tile."""
    tile = inputs.tile_name(task)
    granule = {"MTD_TL.xml": inputs.tile_file(task, tile, "MTD_TL.xml")}
    for file_type, part in (
        (inputs.TILES, "IMG_DATA"),
        (inputs.TILES, "QI_DATA"),
        ("PDI_DS_TCI_LIST", "IMG_DATA"),
        ("PDI_DS_PVI_LIST", "QI_DATA"),
    ):
        for place in inputs.places(task, file_type):
            folder = place / tile / part if file_type == inputs.TILES else place / tile
            granule |= {f"{part}/{file.name}": file for file in sorted(folder.glob("*.jp2"))}
    record = ProductRecord.read(inputs.tile_file(task, tile, "product.json"))
    safe = pack.write_safe(task.output("PDI_SAFE"), datastrip_pdi(task), tile, granule, record)
    task.log("I", f"{safe.name}: {sum(1 for f in safe.rglob('*') if f.is_file())} files")


def datastrip_pdi(task: "Task") -> Path:
    """Folder of the L1C datastrip PDI among the inputs."""
    return inputs.first_folder(task, "PDI_DS", "S2?_OPER_MSI_L1C_DS_*")
