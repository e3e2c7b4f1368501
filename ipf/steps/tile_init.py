"""TILE_INIT: where a tile lies and under which angles it was seen.

PDI_DS_TILE_LIST: `<tile>/tile.json`, `<tile>/nodes.npz` (longitude and latitude of the resampling grid's
nodes), `<tile>/angles.npz`.
"""

from typing import TYPE_CHECKING

import numpy as np

from ipf.l1c import grids, inputs, strip
from ipf.l1c.acquisition import Acquisition
from ipf.l1c.mgrs import geocoding_of
from ipf.l1c.record import TileRecord
from ipf.l1c.tile_angles import sensing_time, tile_angles

if TYPE_CHECKING:
    from ipf.task import Task


def run(task: "Task") -> None:
    """One tile."""
    tile = inputs.tile_name(task)
    tree = inputs.datastrip_tree(task)
    datastrip = strip.of_task(task, tree)
    geocoding = geocoding_of(tile, task.scale)
    folder = inputs.output_folder(task, tile)
    when = sensing_time(datastrip, geocoding, Acquisition.of(tree).gps_utc)
    TileRecord(geocoding, when).write(folder / "tile.json")
    lon, lat = grids.node_lonlat(geocoding)
    np.savez(folder / "nodes.npz", allow_pickle=False, lon=lon, lat=lat)
    angles = tile_angles(datastrip, geocoding)
    angles.save(folder / "angles.npz")
    task.log("I", f"tile {tile}: EPSG:{geocoding.epsg}, {len(angles.viewing)} bands and detectors look at it")
