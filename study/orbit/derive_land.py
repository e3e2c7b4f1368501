"""Makes land.npz anew from the coastline that the npm package world-atlas carries.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m study.orbit.derive_land package/land-50m.json study/orbit/land.npz

Source: Natural Earth 4.1.0, land, 1:50 million, public domain (naturalearthdata.com); packed by world-atlas
2.0.2 (ISC licence). Cells of 0.1° whose centre is on land are set; lakes count as land.
"""

import json
import sys
from pathlib import Path

import numpy as np
from rasterio.features import rasterize
from rasterio.transform import from_origin

from study.orbit.land import CELL, SHAPE


def polygons(topology: dict) -> list[dict]:
    """GeoJSON polygons of the TopoJSON object `land`."""
    scale, origin = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [np.cumsum(np.array(a), axis=0) * scale + origin for a in topology["arcs"]]

    def ring(numbers: list[int]) -> list:
        # ~n is arc n backwards; each arc begins with the point that ended the one before
        parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return np.concatenate([parts[0], *(p[1:] for p in parts[1:])]).tolist()

    found = []
    for geometry in topology["objects"]["land"]["geometries"]:
        many = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
        found += [{"type": "Polygon", "coordinates": [ring(r) for r in polygon]} for polygon in many]
    return found


def main() -> None:
    """Read the TopoJSON, write the mask."""
    source, target = map(Path, sys.argv[1:])
    shapes = [(p, 1) for p in polygons(json.loads(source.read_text()))]
    land = rasterize(shapes, out_shape=SHAPE, transform=from_origin(-180, 90, CELL, CELL), dtype="uint8")
    np.savez_compressed(target, land=np.packbits(land.astype(bool), axis=1))


if __name__ == "__main__":
    main()
