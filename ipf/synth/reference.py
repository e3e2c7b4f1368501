"""A stand-in for the GRI: chips of the formula scene where a datastrip looks.

A real reference is free of clouds: chips that are bright, which snow and the scene's clouds are, are left
out.
"""

from pathlib import Path

import numpy as np

from batch.safe.datastrip import Datastrip
from batch.safe.names import stamp
from ipf.geometry.focal_plane import BANDS, DETECTORS
from ipf.geometry.location import Locator
from ipf.refine.reference import BAND, SIZE, Chips, Floats, to_geographic
from ipf.scene import reflectance
from ipf.synth.granules import camera_of

#: Mean reflectance in B03 from which a chip is taken for cloud or snow.
BRIGHT = 0.30
#: Chips along a scene and detector, one of which is 24 km long.
PER_SCENE = 2


def write_reference(ds: Datastrip, scale: int, folder: Path) -> Path:
    """Write chips of a datastrip's ground at a scale below `folder`/GRI_ORBIT; returns the path."""
    camera = camera_of(ds, scale)
    lon, lat = [], []
    lines = BANDS[BAND].scene_lines // scale
    for detector in DETECTORS:
        rows = np.array([(p - 1) // scale for p in ds.positions])[:, None]
        rows = (rows + (np.arange(PER_SCENE) + 0.5) * lines / PER_SCENE).ravel().astype(np.int64)
        t = camera.clock(BAND, detector).time(rows)
        where = Locator(camera.navigation, BAND, detector).direct(t, BANDS[BAND].columns / 2)
        lon.append(where[0])
        lat.append(where[1])
    name = (
        f"{ds.satellite}_OPER_GRI_MSIL1B_REFS_{stamp(ds.sensing_start)}_R{ds.relative_orbit:03d}"
        f"_V{stamp(ds.sensing_start)}_{stamp(ds.sensing_stop)}"
    )
    return chips_of(name, np.concatenate(lon), np.concatenate(lat), 10.0 * scale).save(folder / "GRI_ORBIT")


def chips_of(name: str, lon: Floats, lat: Floats, pixel: float) -> Chips:
    """Chips around places (degrees), those that are bright left out."""
    from pyproj import Transformer

    epsg = np.where(lat >= 0, 32600, 32700) + np.floor((lon + 180) / 6).astype(np.int64) % 60 + 1
    east, north = np.empty_like(lon), np.empty_like(lat)
    for zone in np.unique(epsg):
        of = epsg == zone
        east[of], north[of] = Transformer.from_crs(4326, int(zone), always_xy=True).transform(
            lon[of], lat[of]
        )
    east, north = np.rint(east / pixel) * pixel, np.rint(north / pixel) * pixel
    steps = (np.arange(SIZE) - SIZE // 2) * pixel
    values = np.empty((len(lon), SIZE, SIZE), np.float32)
    for number in range(len(lon)):
        x, y = np.meshgrid(east[number] + steps, north[number] - steps)
        values[number] = reflectance(*to_geographic(int(epsg[number]), x, y), BAND)
    kept = values.mean(axis=(1, 2)) < BRIGHT
    return Chips(name, epsg[kept], east[kept], north[kept], pixel, values[kept])
