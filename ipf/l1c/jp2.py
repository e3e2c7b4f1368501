"""JPEG 2000 files of an L1C tile: lossless, tiled and georeferenced as the public products are."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ipf.l1c.geocoding import Geocoding

#: Tiles inside the JP2 of each resolution (OSGeo/gdal issue 14516: 11 × 11 tiles of 1024 on 10980 pixels).
BLOCK = {10: 1024, 20: 640, 60: 192}
#: Bits of an L1C band; the special value 65535 (saturated) does not fit and needs all 16.
NBITS = 15


def write_band(path: Path, image: NDArray[np.uint16], geocoding: Geocoding, resolution: int) -> None:
    """DN of a band: 15 bits as in public products, or 16 if a pixel is saturated (15 make 65535 a 32767)."""
    bits = NBITS if int(image.max(initial=0)) < 1 << NBITS else 16
    write(path, [image], geocoding.epsg, geocoding.transform(resolution), BLOCK[resolution], bits)


def write_planes(
    path: Path, planes: Sequence[NDArray[np.uint8]], geocoding: Geocoding, resolution: int
) -> None:
    """Byte planes on the grid of a resolution (masks, TCI)."""
    write(path, planes, geocoding.epsg, geocoding.transform(resolution), BLOCK[resolution], 8)


def write(
    path: Path,
    planes: Sequence[NDArray[np.uint16]] | Sequence[NDArray[np.uint8]],
    epsg: int,
    transform: tuple[float, float, float, float, float, float],
    block: int,
    bits: int,
) -> None:
    """Planes of one shape as JP2 (reversible 5/3 wavelet, 6 resolutions, TLM and PLT markers, GeoJP2)."""
    import rasterio
    from rasterio.transform import Affine

    first = planes[0]
    height, width = first.shape
    options: dict[str, str | int] = {"REVERSIBLE": "YES", "QUALITY": "100", "TLM": "YES", "PLT": "YES"}
    options["RESOLUTIONS"] = max(1, min(6, int(math.log2(min(height, width)))))
    if min(height, width) > block:
        options |= {"blockxsize": block, "blockysize": block}  # rasterio loses the width in capitals
    if first.dtype == np.uint16:
        options["NBITS"] = bits
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.stem}.part.jp2")
    profile = {"count": len(planes), "dtype": first.dtype.name, "height": height, "width": width}
    with rasterio.open(
        part,
        "w",
        driver="JP2OpenJPEG",
        crs=f"EPSG:{epsg}",
        transform=Affine(*transform),
        **profile,
        **options,
    ) as image:
        for number in range(len(planes)):
            image.write(planes[number], number + 1)
    part.replace(path)


def read(path: Path) -> NDArray[np.uint16] | NDArray[np.uint8]:
    """All planes, (count, rows, columns)."""
    import rasterio

    with rasterio.open(path) as image:
        return image.read()
