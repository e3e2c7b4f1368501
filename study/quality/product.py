"""Images of an L1C product as arrays, and pairs of them that can be compared."""

from pathlib import Path
from typing import Any, NamedTuple

from numpy.typing import NDArray

from batch.errors import InputError
from study.quality.compare import IMAGES

_REMEDY = "make or fetch the product again, or compare without --impacts"


class Image(NamedTuple):
    """Planes (count, rows, columns), and where the grid lies: EPSG code as text and affine coefficients."""

    file: Path
    planes: NDArray[Any]
    crs: str
    transform: tuple[float, ...]

    @property
    def pixel(self) -> float:
        """Width of a pixel [m]."""
        return self.transform[0]


def read(safe: Path, name: str) -> Image:
    """The image of this name in `compare.IMAGES`; InputError if there is none, or none that can be read."""
    found = read_if(safe, name)
    if found is None:
        raise InputError(f"{safe} has no {name}, {IMAGES[name]} was expected; {_REMEDY}")
    return found


def read_if(safe: Path, name: str) -> Image | None:
    """As `read`; None if there is no such file."""
    import rasterio
    from rasterio.errors import RasterioError

    file = next(safe.glob(IMAGES[name]), None)
    if file is None:
        return None
    try:
        with rasterio.open(file) as image:
            return Image(file, image.read(), str(image.crs), tuple(image.transform)[:6])
    except RasterioError as error:
        raise InputError(f"{file} cannot be read ({error}); {_REMEDY}") from None


def pair(a: Path, b: Path, name: str) -> tuple[Image, Image] | None:
    """An image of products A and B; None if neither has it. InputError if only one has it, or if they are of
    two grids."""
    one, two = read_if(a, name), read_if(b, name)
    if one is None and two is None:
        return None
    if one is None or two is None:
        has, lacks = (b, a) if one is None else (a, b)
        raise InputError(f"{lacks} has no {name}, {has} has it, and both were expected to; {_REMEDY}")
    same_grid(one, two)
    return one, two


def same_grid(one: Image, two: Image) -> None:
    """InputError if two images have no common pixels."""
    for what, mine, other in (
        ("size", one.planes.shape[1:], two.planes.shape[1:]),
        ("place", (one.crs, one.transform), (two.crs, two.transform)),
    ):
        if mine != other:
            raise InputError(
                f"{two.file} has another {what} than {one.file}, the same was expected; "
                "give products of the same tiles and scale, or compare without --impacts"
            )
