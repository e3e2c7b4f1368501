"""FORMAT_IMG_PVI_TCI: true-colour image and preview of a tile.

PDI_DS_TCI_LIST: `<tile>/…_TCI.jp2`; PDI_DS_PVI_LIST: `<tile>/…_PVI.jp2`.
"""

from typing import TYPE_CHECKING

from ipf.l1c import images, inputs, preview
from ipf.l1c.record import TileRecord

if TYPE_CHECKING:
    from ipf.task import Task


def run(task: "Task") -> None:
    """One tile."""
    tile = inputs.tile_name(task)
    geocoding = TileRecord.read(inputs.tile_file(task, tile, "tile.json")).geocoding
    names = inputs.names(task, tile)
    tci = inputs.output_folder(task, tile, "PDI_DS_TCI_LIST") / names.image("TCI")
    pvi = inputs.output_folder(task, tile, "PDI_DS_PVI_LIST") / names.image("PVI")
    bands = {band: inputs.load(task, tile, f"{band}.npy") for band in preview.TCI_BANDS}
    images.write_tci_pvi(tci, pvi, geocoding, bands)
