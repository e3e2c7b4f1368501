"""Where the cuts are in a tile: pixels that two virtual datastrips see, or that none sees though the whole
does."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from study.quality.compare import products

Dn = NDArray[np.uint16]
Where = NDArray[np.bool_]

#: Words for where a measure was taken.
ALL, CUTS, INSIDE = "all", "cuts", "inside"


def parts(out: Path) -> list[dict[str, Path]]:
    """Products by tile of each vDS of OUT/<DS>, in the order of their names; empty if there are none."""
    folder = out / "l1c"
    places = sorted(p for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
    return [products(place) for place in places if any(place.glob("S2?_MSIL1C_*.SAFE"))]


def cuts(whole: Dn, seen: Sequence[Dn]) -> Where:
    """The zone (rows, columns) of the cuts of one band; `seen`: what each vDS sees of the tile."""
    times = np.zeros(whole.shape, np.uint8)
    for dn in seen:
        times += dn > 0
    return (times > 1) | ((times == 0) & (whole > 0))


@dataclass(frozen=True)
class Band:
    """A band of a tile: from A, from B, from those vDS of B that have the tile; zone of the cuts."""

    a: Dn
    b: Dn
    seen: tuple[Dn, ...]

    @property
    def zone(self) -> Where:
        return cuts(self.a, self.seen) if len(self.seen) > 1 else np.zeros(self.a.shape, bool)

    def where(self) -> dict[str, Where]:
        """Pixels all, at cuts, inside."""
        zone = self.zone
        return {ALL: np.ones(zone.shape, bool), CUTS: zone, INSIDE: ~zone}
