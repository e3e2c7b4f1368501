"""tile.json and product.json: what the steps of a tile hand on beside images."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ipf.l1c.acquisition import parse_utc, utc_text
from ipf.l1c.geocoding import RESOLUTIONS, Geocoding
from ipf.l1c.summary import Ring


@dataclass(frozen=True)
class TileRecord:
    """tile.json: where the tile is and when its middle was seen."""

    geocoding: Geocoding
    sensing_time: datetime

    def write(self, path: Path) -> None:
        """As JSON; the sizes are for the reader."""
        sizes = {str(resolution): self.geocoding.size(resolution) for resolution in RESOLUTIONS}
        _write(
            path,
            {
                "geocoding": asdict(self.geocoding),
                "sizes": sizes,
                "sensing_time": utc_text(self.sensing_time),
            },
        )

    @classmethod
    def read(cls, path: Path) -> "TileRecord":
        """What `write` wrote."""
        content = json.loads(path.read_text())
        return cls(Geocoding(**content["geocoding"]), parse_utc(content["sensing_time"]))


@dataclass(frozen=True)
class ProductRecord:
    """product.json: what the product's metadata say of the tile: percentages, closed ring of (lon, lat)."""

    footprint: Ring
    cloudy: float
    snowy: float
    degraded: float

    def write(self, path: Path) -> None:
        """As JSON."""
        _write(path, asdict(self))

    @classmethod
    def read(cls, path: Path) -> "ProductRecord":
        """What `write` wrote."""
        content = json.loads(path.read_text())
        content["footprint"] = tuple((lon, lat) for lon, lat in content["footprint"])
        return cls(**content)


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n")
