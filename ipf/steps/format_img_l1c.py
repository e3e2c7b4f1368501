"""FORMAT_IMG_L1C: JPEG 2000 of bands and masks of a tile.

PDI_DS_TILE_LIST: `<tile>/IMG_DATA/…_Bxx.jp2`, `<tile>/QI_DATA/MSK_DETFOO_Bxx.jp2`, `MSK_QUALIT_Bxx.jp2`
and, with the group that has B01, `MSK_CLASSI_B00.jp2`.
"""

from typing import TYPE_CHECKING

from ipf.l1c import images, inputs
from ipf.l1c.record import TileRecord
from ipf.steps.tile_finalize import load_ortho

if TYPE_CHECKING:
    from ipf.task import Task


def run(task: "Task") -> None:
    """The bands of a group."""
    tile = inputs.tile_name(task)
    geocoding = TileRecord.read(inputs.tile_file(task, tile, "tile.json")).geocoding
    names = inputs.names(task, tile)
    folder = inputs.output_folder(task, tile)
    for band in task.bands:
        images.write_band(folder, names, geocoding, band, load_ortho(task, tile, band))
    if "B01" in task.bands:
        images.write_classi(folder, geocoding, inputs.load(task, tile, "classi.npy"))
