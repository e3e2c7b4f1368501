"""The nominal focal plane of the MSI: which way each column of each band and detector looks.

Columns are edge-based (pixel j covers [j, j + 1), its centre is j + 0.5) at the band's own resolution and
count useful pixels only, blind ones left out. The 60 m bands are 20 m wide until L1B bins them by three: a
column of 20 m is a third of a column of 60 m, and the last one of 1276 falls off the 425 binned columns.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

#: Lines of 10 m in a scene; every band's scene is these divided by (resolution / 10 m).
SCENE_LINES_10M = 2304


@dataclass(frozen=True)
class Band:
    """One band's raster. `across` is the width in metres of a raw column, which is 20 m for the 60 m
    bands."""

    name: str
    band_id: int
    resolution: int

    @property
    def across(self) -> int:
        return min(self.resolution, 20)

    @property
    def raw_columns(self) -> int:
        """Columns of an L0 line, blind pixels included."""
        return 25920 // self.across

    @property
    def blind(self) -> int:
        """Blind pixels on *each* side of an L0 line (source: GIP_BLINDP)."""
        return 200 // self.across

    @property
    def useful_columns(self) -> int:
        """Unbinned columns that see the ground: 2552 of 10 m or 1276 of 20 m."""
        return self.raw_columns - 2 * self.blind

    @property
    def binning(self) -> int:
        """Raw columns that make one of the band's own: 3 at 60 m, else 1."""
        return self.resolution // self.across

    @property
    def columns(self) -> int:
        """Columns at the band's resolution: 2552, 1276 or 425."""
        return self.useful_columns // self.binning

    @property
    def scene_lines(self) -> int:
        """Lines of a scene: 2304, 1152 or 384."""
        return SCENE_LINES_10M * 10 // self.resolution


_RESOLUTIONS = (60, 10, 10, 10, 20, 20, 20, 10, 20, 60, 60, 20, 20)
_NAMES = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12")

#: The 13 bands by name, in the order of bandId.
BANDS = {n: Band(n, i, r) for i, (n, r) in enumerate(zip(_NAMES, _RESOLUTIONS, strict=True))}
DETECTORS = tuple(f"{d:02d}" for d in range(1, 13))


@cache
def constants() -> dict[str, Any]:
    """The fitted constants; their source and conventions are named in the file itself."""
    return json.loads(files(__package__).joinpath("focal_plane.json").read_text(encoding="utf-8"))


def nominal_piloting_to_msi() -> Floats:
    """Angles (3,) in radians about X, Y, Z that lead from the piloting frame to the MSI's, of S2A."""
    return np.array(constants()["piloting_to_msi_mrad"]) * 1e-3


def nominal_first_line(band: str, detector: str) -> int:
    """10 m lines between the first L1B line of B09 in detector 02, the earliest of all, and this one's."""
    return int(constants()["bands"][band]["first_line"][int(detector) - 1])


def tan_psi_coefficients(band: str, detector: str) -> tuple[list[float], list[float]]:
    """Coefficients of tan psi_x and tan psi_y, highest power first, of x = 2 · column / columns − 1."""
    fit, d = constants()["bands"][band], int(detector) - 1
    return fit["tan_psi_x"][d], fit["tan_psi_y"][d]


def polynomial(coefficients: list[float], x: ArrayLike) -> Floats:
    """Horner's rule with plain products and sums, so that a value does not depend on its neighbours."""
    x = np.asarray(x, dtype=np.float64)
    y = np.full_like(x, coefficients[0])
    for c in coefficients[1:]:
        y = y * x + c
    return y


def tan_psi(band: str, detector: str, col_edge: ArrayLike) -> tuple[Floats, Floats]:
    """Viewing direction of edge-based columns at the band's resolution.

    Returns tan psi_x (across track) and tan psi_y (along track, positive forward), shaped as `col_edge`.
    The line of sight in the MSI frame is (tan psi_y, −tan psi_x, 1).
    """
    x = 2.0 * np.asarray(col_edge, dtype=np.float64) / BANDS[band].columns - 1.0
    tx, ty = tan_psi_coefficients(band, detector)
    return polynomial(tx, x), polynomial(ty, x)


def tan_psi_raw(band: str, detector: str, raw_col_edge: ArrayLike) -> tuple[Floats, Floats]:
    """As `tan_psi`, for edge-based *unbinned* useful columns (20 m wide for the 60 m bands)."""
    return tan_psi(band, detector, np.asarray(raw_col_edge, dtype=np.float64) / BANDS[band].binning)
