"""The JP2 files of a tile out of its arrays, those of a (virtual) datastrip or of a completed tile."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ipf.l1c import jp2, masks, preview
from ipf.l1c.acquisition import Names
from ipf.l1c.geocoding import Geocoding
from ipf.l1c.toa import Ortho
from ipf.radiometry import BANDS


def write_band(folder: Path, names: Names, geocoding: Geocoding, band: str, ortho: Ortho) -> None:
    """IMG_DATA/…_Bxx.jp2, QI_DATA/MSK_DETFOO_Bxx.jp2 and QI_DATA/MSK_QUALIT_Bxx.jp2."""
    resolution = BANDS[band].resolution
    jp2.write_band(folder / "IMG_DATA" / names.image(band), ortho.dn, geocoding, resolution)
    quality = folder / "QI_DATA"
    jp2.write_planes(quality / f"MSK_DETFOO_{band}.jp2", [ortho.detector], geocoding, resolution)
    planes = masks.QualityPlanes(ortho.quality)
    jp2.write_planes(quality / f"MSK_QUALIT_{band}.jp2", planes, geocoding, resolution)


def write_classi(folder: Path, geocoding: Geocoding, classi: NDArray[np.uint8]) -> None:
    """QI_DATA/MSK_CLASSI_B00.jp2."""
    jp2.write_planes(folder / "QI_DATA/MSK_CLASSI_B00.jp2", list(classi), geocoding, 60)


def write_tci_pvi(
    tci: Path, pvi: Path, geocoding: Geocoding, bands: Mapping[str, NDArray[np.uint16]]
) -> None:
    """True-colour image and preview to two files; `bands`: DN of B04, B03 and B02."""
    colours = [preview.tci_plane(bands[band]) for band in preview.TCI_BANDS]
    jp2.write_planes(tci, colours, geocoding, 10)
    small = [preview.pvi_plane(colour, geocoding) for colour in colours]
    jp2.write(pvi, small, geocoding.epsg, preview.pvi_transform(geocoding), preview.PVI_SIZE, 8)


def read_band(granule: Path, stem: str, band: str) -> Ortho:
    """What `write_band` wrote; `stem`: image_stem of the names."""
    dn = jp2.read(granule / "IMG_DATA" / f"{stem}_{band}.jp2")[0]
    detector = jp2.read(granule / "QI_DATA" / f"MSK_DETFOO_{band}.jp2")[0]
    planes = jp2.read(granule / "QI_DATA" / f"MSK_QUALIT_{band}.jp2")
    quality = masks.quality_bits(np.asarray(planes, np.uint8))
    return Ortho(np.asarray(dn, np.uint16), np.asarray(detector, np.uint8), quality)


def classify(bands: Mapping[str, NDArray[np.uint16]], geocoding: Geocoding) -> NDArray[np.uint8]:
    """MSK_CLASSI planes from the DN of the bands that it needs."""
    size = geocoding.size(60)
    return masks.classify(
        lambda band: masks.block_mean(np.asarray(bands[band]), 60 // BANDS[band].resolution, size)
    )
