"""FORMAT_METADATA_TILE_L1C: MTD_TL.xml of a tile.

PDI_DS_TILE_LIST: `<tile>/MTD_TL.xml`; `<tile>/tile.json` and `<tile>/product.json` handed on.
"""

from typing import TYPE_CHECKING

from ipf.l1c import inputs, mtd_tile
from ipf.l1c.angles import TileAngles
from ipf.l1c.record import ProductRecord, TileRecord
from ipf.l1c.xmlbuild import save

if TYPE_CHECKING:
    from ipf.task import Task


def run(task: "Task") -> None:
    """One tile."""
    tile = inputs.tile_name(task)
    folder = inputs.output_folder(task, tile)
    for name in ("tile.json", "product.json"):
        inputs.link(inputs.tile_file(task, tile, name), folder / name)
    record = TileRecord.read(folder / "tile.json")
    product = ProductRecord.read(folder / "product.json")
    angles = TileAngles.load(inputs.tile_file(task, tile, "angles.npz"))
    content = mtd_tile.TileContent(
        record.geocoding, angles, record.sensing_time, product.cloudy, product.snowy, product.degraded
    )
    save(mtd_tile.build(inputs.names(task, tile), content), folder / "MTD_TL.xml")
