"""L1C against L1C: which tiles both have, and where their pixels differ.

An image is compared block by block, so that a tile at full size needs no more memory than a small one. DN
and the masks are compared as they are: identical means every value of every pixel.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from batch.errors import InputError

#: What is compared of a product: name in the table, pattern of the file in the .SAFE folder.
IMAGES = {
    **{
        band: f"GRANULE/*/IMG_DATA/*_{band}.jp2"
        for band in (
            "B01",
            "B02",
            "B03",
            "B04",
            "B05",
            "B06",
            "B07",
            "B08",
            "B8A",
            "B09",
            "B10",
            "B11",
            "B12",
        )
    },
    "TCI": "GRANULE/*/IMG_DATA/*_TCI.jp2",
    "PVI": "GRANULE/*/QI_DATA/*_PVI.jp2",
    "CLASSI": "GRANULE/*/QI_DATA/MSK_CLASSI_B00.jp2",
}
for _band in tuple(IMAGES)[:13]:
    IMAGES[f"DETFOO {_band}"] = f"GRANULE/*/QI_DATA/MSK_DETFOO_{_band}.jp2"
    IMAGES[f"QUALIT {_band}"] = f"GRANULE/*/QI_DATA/MSK_QUALIT_{_band}.jp2"
MASKS = frozenset(name for name in IMAGES if name[:3] in ("DET", "QUA", "CLA"))


@dataclass(frozen=True)
class ImageDifference:
    """One image of one tile.

    differing: pixels (of all planes), those included that one side has no data for. missing_a, missing_b:
    pixels that are 0 on that side only; not counted in masks, where 0 is a value. largest: difference of
    pixels that both sides have. note: why an image could not be compared.
    """

    tile: str
    image: str
    pixels: int
    differing: int
    missing_a: int
    missing_b: int
    largest: int
    note: str = ""

    @property
    def identical(self) -> bool:
        return not self.differing and not self.note


@dataclass(frozen=True)
class Comparison:
    """Two L1C: tiles in both, in A only, in B only; the images of the tiles in both."""

    a: str
    b: str
    tiles: tuple[str, ...]
    missing: tuple[str, ...]  # in A, not in B
    extra: tuple[str, ...]  # in B, not in A
    images: tuple[ImageDifference, ...]

    @property
    def identical(self) -> bool:
        """Every tile in both, every pixel the same."""
        return not self.missing and not self.extra and all(image.identical for image in self.images)

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {
            "a": self.a,
            "b": self.b,
            "identical": self.identical,
            "tiles": list(self.tiles),
            "missing": list(self.missing),
            "extra": list(self.extra),
            "pixels": sum(image.pixels for image in self.images),
            "differing": sum(image.differing for image in self.images),
            "largest": max((image.largest for image in self.images), default=0),
            "images": [{**asdict(image), "identical": image.identical} for image in self.images],
        }


def compare(a: Path, b: Path) -> Comparison:
    """Compare two L1C: folders with .SAFE products of one datastrip each, or OUT/<DS> whose L1C is meant."""
    mine, other = products(a), products(b)
    tiles = tuple(sorted(mine.keys() & other.keys()))
    images = tuple(difference for tile in tiles for difference in compare_tile(tile, mine[tile], other[tile]))
    return Comparison(
        str(a),
        str(b),
        tiles,
        tuple(sorted(mine.keys() - other.keys())),
        tuple(sorted(other.keys() - mine.keys())),
        images,
    )


def products(path: Path) -> dict[str, Path]:
    """The .SAFE folder of each tile; InputError if there is none or a tile is there twice."""
    path = Path(path)
    if not path.is_dir():
        raise InputError(f"{path} is not a folder, one with L1C products (.SAFE) was expected; give that")
    if path.name.endswith(".SAFE"):
        found = [path]
    else:
        places = (path, path / "L1C", *(p / "L1C" for p in sorted(path.iterdir()) if p.is_dir()))
        found = next((safes for place in places if (safes := sorted(place.glob("S2?_MSIL1C_*.SAFE")))), [])
    if not found:
        raise InputError(
            f"{path} holds no L1C product, S2x_MSIL1C_….SAFE or L1C/S2x_MSIL1C_….SAFE was expected; "
            "give the output folder of a datastrip"
        )
    tiles: dict[str, Path] = {}
    for safe in found:
        parts = safe.name.split("_T")
        tile = parts[-1][:5]
        if len(parts) != 2:
            raise InputError(f"{safe} is not named like an L1C product (…_T36MZD_….SAFE); rename it")
        if tile in tiles:
            raise InputError(f"{path} holds two products of tile {tile}; give a folder with one datastrip's")
        tiles[tile] = safe
    return tiles


def compare_tile(tile: str, a: Path, b: Path) -> Iterator[ImageDifference]:
    """All images of a tile, in the order of IMAGES; those that neither side has are left out."""
    for name, pattern in IMAGES.items():
        mine, other = next(a.glob(pattern), None), next(b.glob(pattern), None)
        if mine is not None and other is not None:
            yield compare_images(tile, name, mine, other)
        elif mine is not None or other is not None:
            side = "B" if other is None else "A"
            yield ImageDifference(tile, name, 0, 0, 0, 0, 0, f"no file in {side}")


def compare_images(tile: str, name: str, a: Path, b: Path) -> ImageDifference:
    """One image, block by block; InputError if a file cannot be read."""
    import rasterio
    from rasterio.errors import RasterioError

    pixels = differing = missing_a = missing_b = largest = 0
    try:
        with rasterio.open(a) as mine, rasterio.open(b) as other:
            note = _unlike(mine, other)
            if note:
                return ImageDifference(tile, name, 0, 0, 0, 0, 0, note)
            for _, window in mine.block_windows(1):
                one = mine.read(window=window).astype(np.int32)
                two = other.read(window=window).astype(np.int32)
                pixels += one.size
                unequal = one != two
                if not unequal.any():
                    continue
                differing += int(unequal.sum())
                if name not in MASKS:
                    missing_a += int((unequal & (one == 0)).sum())
                    missing_b += int((unequal & (two == 0)).sum())
                    unequal &= (one != 0) & (two != 0)
                largest = max(largest, int(np.abs(one - two)[unequal].max(initial=0)))
    except RasterioError as error:
        raise InputError(f"{a} or {b} cannot be read ({error}); make or fetch the product again") from None
    return ImageDifference(tile, name, pixels, differing, missing_a, missing_b, largest)


def _unlike(mine: Any, other: Any) -> str:
    """Why two images have no common pixels to compare; empty if they have."""
    for what, one, two in (
        ("size", (mine.count, mine.height, mine.width), (other.count, other.height, other.width)),
        ("type", mine.dtypes[0], other.dtypes[0]),
        ("place", (mine.crs, tuple(mine.transform)), (other.crs, tuple(other.transform))),
    ):
        if one != two:
            return f"{what} differs"
    return ""
