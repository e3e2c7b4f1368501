"""GEN_ORTHO_TOA: bands of a tile, ortho-rectified (on the ellipsoid) and converted to TOA reflectance.

PDI_DS_TILE_LIST: `<tile>/Bxx.npy` (DN, uint16), `<tile>/detfoo_Bxx.npy` (detector, uint8),
`<tile>/qualit_Bxx.npy` (planes of MSK_QUALIT as bits, uint8).
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import erfa
import numpy as np
from numpy.typing import NDArray

from ipf.geometry.navigation import Navigation
from ipf.geometry.sun import sun_angles
from ipf.l1c import inputs, strip
from ipf.l1c.acquisition import Acquisition
from ipf.l1c.record import TileRecord
from ipf.l1c.sight import CosSun, Nodes, views
from ipf.l1c.toa import ortho
from ipf.radiometry import Band, band, earth_sun_factor, l1b_radiance, l1c_counts, reflectance

if TYPE_CHECKING:
    from ipf.task import Task

Floats = NDArray[np.float64]


def run(task: "Task") -> None:
    """The bands of a group."""
    tile = inputs.tile_name(task)
    tree = inputs.datastrip_tree(task)
    acquisition = Acquisition.of(tree)
    datastrip = strip.of_task(task, tree)
    geocoding = TileRecord.read(inputs.tile_file(task, tile, "tile.json")).geocoding
    with np.load(inputs.tile_file(task, tile, "nodes.npz")) as places:
        nodes = Nodes.of(datastrip.navigation, places["lon"], places["lat"])
    folder = inputs.output_folder(task, tile)
    for name in task.bands:
        constants = band(acquisition.satellite, name)
        seen = views(
            datastrip.navigation,
            geocoding,
            name,
            partial(datastrip.clock, name),
            partial(datastrip.counts, name),
            cosine_of_sun(datastrip.navigation),
            nodes,
        )
        # U of the datatake: a virtual datastrip begins later than its datastrip and would have another one
        result = ortho(
            geocoding,
            constants.resolution,
            seen,
            toa_dn(constants, earth_sun_factor(acquisition.datatake_start)),
        )
        inputs.save_array(folder / f"{name}.npy", result.dn)
        inputs.save_array(folder / f"detfoo_{name}.npy", result.detector)
        inputs.save_array(folder / f"qualit_{name}.npy", result.quality)
        share = 100 * np.count_nonzero(result.dn) / result.dn.size
        task.log(
            "I", f"tile {tile} band {name}: {len(seen)} detectors, {share:.1f} % of the pixels have data"
        )


def cosine_of_sun(navigation: Navigation) -> CosSun:
    """The Sun over ground points, by ERFA's plain loop: numpy's cosine may depend on the processor."""

    def cosine(t: Floats, lon: Floats, lat: Floats) -> Floats:
        zenith, _ = sun_angles(navigation, lon, lat, t)
        return erfa.s2c(np.deg2rad(zenith), 0.0)[..., 0]

    return cosine


def toa_dn(constants: Band, factor: float) -> Callable[[NDArray[np.float32], Floats], NDArray[np.uint16]]:
    """Counts and cosines of the Sun's zenith → DN; `factor`: U, see `earth_sun_factor`."""

    def convert(counts: NDArray[np.float32], cos_sun: Floats) -> NDArray[np.uint16]:
        return l1c_counts(reflectance(l1b_radiance(counts, constants), constants, factor, cos_sun))

    return convert
