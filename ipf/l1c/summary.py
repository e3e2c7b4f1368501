"""A tile as a whole: shares of pixels without data, saturated, lost, cloudy; outline of its data."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ipf.l1c.geocoding import Geocoding

#: Closed ring of (longitude, latitude).
Ring = tuple[tuple[float, float], ...]

#: Digits kept of a percentage, in JSON and in metadata.
DIGITS = 6


@dataclass(frozen=True)
class Summary:
    """Per band: percentage of pixels without data, and of saturated and lost ones among the others.
    `footprint`: closed ring of (longitude, latitude), empty if the tile has no data at all."""

    nodata: Mapping[str, float]
    saturated: Mapping[str, float]
    lost: Mapping[str, float]
    footprint: Ring

    def write(self, path: Path) -> None:
        """summary.json."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, path: Path) -> "Summary":
        """What `write` wrote."""
        content = json.loads(path.read_text())
        content["footprint"] = tuple((lon, lat) for lon, lat in content["footprint"])
        return cls(**content)


def percentage(part: int, whole: int) -> float:
    """Of a count in another; 0 of nothing."""
    return round(100.0 * part / whole, DIGITS) if whole else 0.0


def footprint(valid: NDArray[np.bool_], geocoding: Geocoding, resolution: int) -> Ring:
    """Outline of the largest piece of a mask as closed (longitude, latitude) ring, without pixel steps."""
    if not valid.any():
        return ()
    from rasterio.features import shapes
    from rasterio.transform import Affine
    from shapely.geometry import Polygon, shape

    transform = Affine(*geocoding.transform(resolution))
    pieces = [
        Polygon(shape(geometry).exterior)
        for geometry, _ in shapes(valid.astype(np.uint8), mask=valid, transform=transform)
    ]
    largest = max(pieces, key=lambda piece: piece.area).simplify(1.5 * geocoding.pixel(resolution))
    east, north = (np.array(values) for values in zip(*largest.exterior.coords, strict=True))
    lon, lat = geocoding.lonlat(east, north)
    return tuple((round(float(x), 9), round(float(y), 9)) for x, y in zip(lon, lat, strict=True))


def cloud_and_snow(classi: NDArray[np.uint8], valid: NDArray[np.bool_]) -> tuple[float, float]:
    """CLOUDY_PIXEL_PERCENTAGE (opaque or cirrus) and SNOW_PIXEL_PERCENTAGE of the valid 60 m pixels."""
    total = int(valid.sum())
    cloudy = ((classi[0] | classi[1]) != 0) & valid
    snowy = (classi[2] != 0) & valid
    return percentage(int(cloudy.sum()), total), percentage(int(snowy.sum()), total)
