"""TILE_FINALIZE: shares of pixels without data, saturated and lost, and outline of the data of a tile.

PDI_DS_TILE_LIST: `<tile>/summary.json`, `<tile>/tile.json` handed on.
"""

from typing import TYPE_CHECKING

from ipf.l1c import inputs
from ipf.l1c.record import TileRecord
from ipf.l1c.statistics import Statistics
from ipf.l1c.toa import Ortho
from ipf.radiometry import BANDS

if TYPE_CHECKING:
    from ipf.task import Task


def run(task: "Task") -> None:
    """One tile, all bands."""
    tile = inputs.tile_name(task)
    record = inputs.tile_file(task, tile, "tile.json")
    statistics = Statistics(TileRecord.read(record).geocoding)
    for band in BANDS:
        statistics.add(band, load_ortho(task, tile, band))
    folder = inputs.output_folder(task, tile)
    summary = statistics.summary()
    summary.write(folder / "summary.json")
    inputs.link(record, folder / "tile.json")
    task.log("I", f"tile {tile}: {summary.nodata['B01']:.1f} % of the pixels of B01 have no data")


def load_ortho(task: "Task", tile: str, band: str) -> Ortho:
    """What GEN_ORTHO_TOA made of a band."""
    return Ortho(
        inputs.load(task, tile, f"{band}.npy"),
        inputs.load(task, tile, f"detfoo_{band}.npy"),
        inputs.load(task, tile, f"qualit_{band}.npy"),
    )
