"""Where the pixels of an L1C grid are taken from, by geometry alone.

For every pixel looked at, GEN_ORTHO_TOA's own grids tell row and column; the direct location of that row and
column must come back to the pixel's centre. This holds at any scale, for no image is needed.
"""

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from ipf.geometry.location import Locator
from ipf.l1c import grids
from ipf.l1c.geocoding import Geocoding
from ipf.l1c.mgrs import geocoding_of
from ipf.l1c.sight import Nodes, views
from ipf.l1c.toa import View
from ipf.radiometry import BANDS
from ipf.synth.photo import Camera

Floats = NDArray[np.float64]

#: Rows and columns of a tile that are looked at.
SAMPLES = 41


def place_errors(view: Camera, tile: str, band: str, scale: int | None = None) -> Floats:
    """Distances in pixels between the centres of pixels (those of a raster over the tile that any detector's
    columns hold; 1-D) and the ground that their rows and columns see."""
    geocoding = geocoding_of(tile, scale or view.scale)
    lon, lat = grids.node_lonlat(geocoding)
    camera = Camera(view.satellite, view.navigation, view.line_period, view.gps_times, 1.0, geocoding.scale)
    seen = views(
        view.navigation,
        geocoding,
        band,
        lambda detector: camera.clock(band, f"{detector:02d}"),
        lambda detector: None,
        lambda t, lon, lat: np.ones_like(t),
        Nodes.of(view.navigation, lon, lat),
    )
    size = geocoding.size(BANDS[band].resolution)
    picked = np.unique(np.linspace(0, size - 1, SAMPLES).astype(int))
    return np.concatenate([_of_view(camera, geocoding, band, one, picked) for one in seen] or [np.empty(0)])


def _of_view(camera: Camera, geocoding: Geocoding, band: str, view: View, picked: NDArray[np.int_]) -> Floats:
    resolution = BANDS[band].resolution
    per_cell, pixel = grids.cell_pixels(geocoding, resolution), geocoding.pixel(resolution)
    size, clock = geocoding.size(resolution), camera.clock(band, f"{view.detector:02d}")
    rows, columns = (_picked(nodes, per_cell, size, picked) for nodes in (view.row, view.column))
    with np.errstate(invalid="ignore"):
        mine = (columns >= 0) & (columns <= view.image.width)
    t = (rows[mine] + clock.fraction) * clock.period
    locator = Locator(camera.navigation, band, f"{view.detector:02d}")
    to_plane = Transformer.from_crs(4326, geocoding.epsg, always_xy=True)
    east, north = to_plane.transform(*locator.direct(t, columns[mine] * geocoding.scale))
    down, right = (index[mine] for index in np.meshgrid(picked, picked, indexing="ij"))
    x = geocoding.ulx + (right + 0.5) * pixel
    y = geocoding.uly - (down + 0.5) * pixel
    return np.hypot(east - x, north - y) / pixel


def _picked(nodes: Floats, per_cell: int, size: int, picked: NDArray[np.int_]) -> Floats:
    """Values of the grid at the picked rows and columns."""
    lines = (grids.Window(int(line), int(line) + 1, 0, size) for line in picked)
    return np.concatenate([grids.dense(nodes, per_cell, line)[:, picked] for line in lines])
