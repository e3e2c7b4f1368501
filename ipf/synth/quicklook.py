"""The quick-look: five bands at 320 m over the whole swath, with viewing directions of its own in the
metadata.

Its size does not depend on `--scale`. Pixels hold the counts of an ideal detector (A · L, no dark level),
12 bits.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from batch.errors import InputError
from batch.safe.xml import need, parse_xml, text
from ipf.geometry import earth, rotation
from ipf.geometry.location import attitude_at, orbit_at
from ipf.geometry.navigation import Navigation
from ipf.radiometry import FULL_SCALE, radiance
from ipf.radiometry import band as band_of
from ipf.scene.landscape import reflectance_towards
from ipf.scene.waves import unit_vectors
from ipf.synth.photo import Camera, Floats, sun_directions

BANDS = ("B02", "B03", "B04", "B10", "B11")

#: Every so many columns one is located; between them the ground is straight enough for a 320 m pixel.
_STEP = 5
_MODEL = "Quality_Indicators_Info/Quicklook_Info"


@dataclass(frozen=True)
class QuicklookModel:
    """Rows × columns, GPS time at which row 0 begins, period of a row [s], tan psi_x and tan psi_y of
    columns.
    """

    rows: int
    columns: int
    begin: str
    period: float
    tan_psi_x: Floats
    tan_psi_y: Floats


def read_model(mtd: Path) -> QuicklookModel:
    """The quick-look's geometric model from L0c datastrip metadata. InputError if it contradicts itself."""
    tree = parse_xml(mtd)
    info = need(tree, _MODEL)
    directions = need(info, "Display_Geometric_Model/Viewing_Directions")
    columns = int(text(info, "Image_Size/NCOLS"))
    tan = [np.array(text(directions, f"TAN_PSI_{axis}_LIST").split(), float) for axis in "XY"]
    if not columns == len(tan[0]) == len(tan[1]):
        raise InputError(
            f"{mtd}: the quick-look has {columns} columns but {len(tan[0])} and {len(tan[1])} viewing "
            "directions, as many as columns were expected; fetch the datastrip again"
        )
    model = need(info, "Display_Geometric_Model/Datation_Model")
    rows = int(text(info, "Image_Size/NROWS"))
    period = float(text(model, "TE")) / 1000
    return QuicklookModel(rows, columns, text(model, "T0"), period, tan[0], tan[1])


def photograph_quicklook(camera: Camera, model: QuicklookModel, band: str) -> NDArray[np.uint16]:
    """Counts (rows, columns) of one band."""
    navigation = camera.navigation
    times: Floats = (
        navigation.seconds(model.begin) + (np.arange(model.rows, dtype=np.float64) + 0.5) * model.period
    )
    columns = np.unique(np.append(np.arange(0, model.columns, _STEP), model.columns - 1))
    lon, lat = ground(navigation, times[:, None], model.tan_psi_x[columns], model.tan_psi_y[columns])
    nodes = unit_vectors(lon, lat).reshape(model.rows, len(columns), 3)
    points = _between(nodes, columns, model.columns)
    lit = np.einsum("rcx,rx->rc", points, sun_directions(navigation, times))
    seen = reflectance_towards(points.reshape(-1, 3), band).reshape(lit.shape)
    facts = band_of(camera.satellite, band)
    counts = radiance(seen, facts, camera.factor, lit) * facts.gain
    return np.clip(np.rint(counts), 0, FULL_SCALE).astype(np.uint16)


def ground(navigation: Navigation, t: Floats, tan_x: Floats, tan_y: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude (degrees) on the ellipsoid of viewing directions; arguments are broadcast."""
    turn, z_scale = attitude_at(navigation, t)
    s, _ = orbit_at(navigation, t)
    d = rotation.rotate(turn, (tan_y, -tan_x, z_scale * np.ones_like(tan_x)))
    a, b = earth.SEMI_MAJOR, earth.SEMI_MINOR
    p, r = (s[0] / a, s[1] / a, s[2] / b), (d[0] / a, d[1] / a, d[2] / b)
    rr, pr, pp = (sum(x * y for x, y in zip(u, v, strict=True)) for u, v in ((r, r), (p, r), (p, p)))
    k = (-pr - np.sqrt(pr * pr - rr * (pp - 1))) / rr
    lon, lat, _ = earth.to_geodetic(s[0] + k * d[0], s[1] + k * d[1], s[2] + k * d[2])
    return lon, lat


def _between(nodes: Floats, at: NDArray[np.int64], columns: int) -> Floats:
    """Vectors (rows, columns, 3), linear between the nodes, brought back to unit length."""
    column = np.arange(columns)
    left = np.clip(np.searchsorted(at, column, side="right") - 1, 0, len(at) - 2)
    weight = ((column - at[left]) / (at[left + 1] - at[left]))[None, :, None]
    points = nodes[:, left] * (1 - weight) + nodes[:, left + 1] * weight
    return points / np.linalg.norm(points, axis=2, keepdims=True)


def write_jp2(counts: NDArray[np.uint16], path: Path) -> None:
    """Lossless JPEG 2000 of 12-bit counts."""
    import warnings

    import rasterio
    from rasterio.errors import NotGeoreferencedWarning

    rows, columns = counts.shape
    options = {"REVERSIBLE": "YES", "QUALITY": "100", "NBITS": "12", "dtype": "uint16"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(
            path, "w", driver="JP2OpenJPEG", width=columns, height=rows, count=1, **options
        ) as image:
            image.write(counts, 1)


def read_jp2(path: Path) -> NDArray[np.uint16]:
    """Counts of a quick-look. InputError if it is not one."""
    import warnings

    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioIOError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path, driver="JP2OpenJPEG") as image:
                counts: NDArray[np.uint16] = image.read(1).astype(np.uint16)
                return counts
    except RasterioIOError as error:
        raise InputError(
            f"{path} is not a readable quick-look ({error}), a JPEG 2000 image was expected; fetch it again"
        ) from None
