"""The reference that a datastrip is registered to: chips of B03 whose place is known.

The GRI is not public. A *chip* is what tie points need of it: a small image on a UTM grid. They lie in
`GRI_ORBIT/<name with _GRI_>/chips.npz`; `ipf.synth.reference` takes them from the scene that is photographed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from batch.errors import InputError
from ipf import l1a

Floats = NDArray[np.float64]

#: GRI_BAND_ID of the task tables.
BAND = "B03"
#: Pixels across a chip; odd, so that one of them is the middle.
SIZE = 41
FILE = "chips.npz"


def is_reference(name: str) -> bool:
    """Whether a folder's name is that of a GRI product."""
    return "_GRI_" in name


@dataclass(frozen=True)
class Chips:
    """`name` of the product; per chip EPSG code of its UTM zone, easting and northing of its middle [m];
    width of a pixel [m]; values (chips, SIZE, SIZE), rows from north to south, of any unit."""

    name: str
    epsg: NDArray[np.int64]
    east: Floats
    north: Floats
    pixel: float
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.epsg)

    def save(self, folder: Path) -> Path:
        """Write `<folder>/<name>/chips.npz`, aside first; gives its path."""
        place = folder / self.name
        place.mkdir(parents=True, exist_ok=True)
        part = place / f".{FILE}.part"
        with part.open("wb") as stream:
            np.savez(
                stream, epsg=self.epsg, east=self.east, north=self.north, pixel=self.pixel, values=self.values
            )
        part.replace(place / FILE)
        return place / FILE

    @classmethod
    def load(cls, path: Path) -> "Chips":
        """Read what `save` wrote; InputError if it is something else."""
        try:
            with np.load(path, allow_pickle=False) as z:
                found = cls(
                    path.parent.name, z["epsg"], z["east"], z["north"], float(z["pixel"]), z["values"]
                )
        except (OSError, KeyError, ValueError) as error:
            raise InputError(
                f"{path} is no file of reference chips ({error}); make or fetch it again"
            ) from None
        if found.values.shape != (len(found), SIZE, SIZE):
            raise InputError(
                f"{path} has chips of {found.values.shape[1:]} pixels, {SIZE} × {SIZE} "
                "were expected; make it again"
            )
        return found

    def lonlat(self, chip: int, margin: int) -> tuple[Floats, Floats]:
        """Longitude and latitude [deg] of a chip's pixels, with `margin` more on each side."""
        steps = (np.arange(SIZE + 2 * margin) - (SIZE // 2 + margin)) * self.pixel
        east, north = np.meshgrid(self.east[chip] + steps, self.north[chip] - steps)
        return to_geographic(int(self.epsg[chip]), east, north)

    def middles(self) -> tuple[Floats, Floats]:
        """Longitude and latitude [deg] of the chips' middles."""
        lon, lat = np.empty(len(self)), np.empty(len(self))
        for epsg in np.unique(self.epsg):
            of = self.epsg == epsg
            lon[of], lat[of] = to_geographic(int(epsg), self.east[of], self.north[of])
        return lon, lat


def to_geographic(epsg: int, east: Floats, north: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude [deg] of points of a UTM grid."""
    from pyproj import Transformer

    lon, lat = Transformer.from_crs(epsg, 4326, always_xy=True).transform(east, north)
    return np.asarray(lon), np.asarray(lat)


def read(roots: Sequence[Path]) -> list[Chips]:
    """All references in the paths of input GRI_ORBIT, by name."""
    places = [p for p in l1a.candidates(roots) if is_reference(p.name) and (p / FILE).is_file()]
    return [Chips.load(place / FILE) for place in sorted(set(places))]
