"""MASK_S2: opaque clouds, cirrus, snow and ice of a tile at 60 m.

PDI_DS_TILE_LIST: `<tile>/classi.npy` (3, n, n); `<tile>/product.json`, what the product's metadata will say
of the tile; `<tile>/tile.json` handed on. VECTOR: `<tile>/clouds.json` (percentages).
"""

import json
from typing import TYPE_CHECKING

import numpy as np

from ipf.l1c import images, inputs, masks
from ipf.l1c.record import ProductRecord, TileRecord
from ipf.l1c.statistics import degraded, outline_or_tile
from ipf.l1c.summary import Summary, cloud_and_snow

if TYPE_CHECKING:
    from ipf.task import Task


def run(task: "Task") -> None:
    """One tile."""
    tile = inputs.tile_name(task)
    folder = inputs.output_folder(task, tile)
    inputs.link(inputs.tile_file(task, tile, "tile.json"), folder / "tile.json")
    geocoding = TileRecord.read(folder / "tile.json").geocoding
    bands = {band: inputs.load(task, tile, f"{band}.npy") for band in masks.CLASSI_BANDS}
    classi = images.classify(bands, geocoding)
    inputs.save_array(folder / "classi.npy", classi)
    cloudy, snowy = cloud_and_snow(classi, masks.valid(np.asarray(bands["B10"])))
    summary = Summary.read(inputs.tile_file(task, tile, "summary.json"))
    outline = outline_or_tile(summary, geocoding)
    ProductRecord(outline, cloudy, snowy, degraded(summary.lost)).write(folder / "product.json")
    clouds = inputs.output_folder(task, tile, "VECTOR") / "clouds.json"
    clouds.write_text(json.dumps({"cloudy": cloudy, "snowy": snowy}) + "\n")
    task.log("I", f"tile {tile}: {cloudy:.2f} % cloudy, {snowy:.2f} % snow or ice")
