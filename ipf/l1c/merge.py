"""A tile that virtual datastrips see in part, completed from them: each pixel from whichever has it.

Where two have a pixel they must agree, for processing does not depend on the cut; pixels that do not are
counted. What follows from pixels (clouds, previews, percentages, outline) is made again by the functions
that made it at first, so that the product is that of the whole datastrip.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from batch.safe.xml import parse_xml, text
from ipf.l1c import images, masks, mtd_tile, preview
from ipf.l1c.acquisition import Names
from ipf.l1c.angles import merged as merged_angles
from ipf.l1c.record import ProductRecord
from ipf.l1c.statistics import Statistics, outline_or_tile
from ipf.l1c.summary import cloud_and_snow
from ipf.l1c.toa import Ortho, Quality
from ipf.l1c.xmlbuild import save
from ipf.radiometry import BANDS

FOOTPRINT = "Geometric_Info/Product_Footprint/Product_Footprint/Global_Footprint/EXT_POS_LIST"


@dataclass(frozen=True)
class Part:
    """The product of a tile out of one virtual datastrip."""

    safe: Path
    granule: Path
    stem: str

    @classmethod
    def of(cls, safe: Path) -> "Part":
        """Find the GRANULE folder and what the names of its images begin with."""
        granule = next((safe / "GRANULE").glob("L1C_T*"))
        return cls(
            safe, granule, next((granule / "IMG_DATA").glob("*_TCI.jp2")).name.removesuffix("_TCI.jp2")
        )

    def image(self, band: str) -> Path:
        """JP2 of a band or TCI."""
        return self.granule / "IMG_DATA" / f"{self.stem}_{band}.jp2"

    def quality(self, name: str) -> Path:
        """A file of QI_DATA."""
        return self.granule / "QI_DATA" / name


def merge_band(parts: Sequence[Ortho]) -> tuple[Ortho, int]:
    """One band out of several, the first that has a pixel gives it; and how many pixels contradict.

    Where none has data the flags of all are joined: a pixel lost in one and not seen by the other is lost.
    """
    first, *others = parts
    dn, detector, quality = first.dn.copy(), first.detector.copy(), first.quality.copy()
    conflicts = 0
    for other in others:
        has, had = masks.valid(other.dn), masks.valid(dn)
        conflicts += int((has & had & ((other.dn != dn) | (other.detector != detector))).sum())
        gain = has & ~had
        dn[gain], detector[gain], quality[gain] = other.dn[gain], other.detector[gain], other.quality[gain]
        neither = ~has & ~had
        quality[neither] |= other.quality[neither] & np.uint8(Quality.MSI_LOST)
        detector[neither] = np.maximum(detector, other.detector)[neither]
    return Ortho(dn, detector, quality), conflicts


def complete(
    folder: Path, names: Names, parts: Sequence[Part], warn: Callable[[str], None]
) -> tuple[dict[str, Path], ProductRecord]:
    """Files of the completed GRANULE by their path in it, made in `folder` or taken over; and its record."""
    if len(parts) == 1:
        return _as_it_is(folder, names, parts[0])
    metadata = [mtd_tile.read(part.granule / "MTD_TL.xml") for part in parts]
    geocoding = metadata[0].geocoding
    statistics = Statistics(geocoding)
    files: dict[str, Path] = {}
    kept: dict[str, NDArray[np.uint16]] = {}
    donors: dict[str, int | None] = {}
    for band in BANDS:
        seen = [images.read_band(part.granule, part.stem, band) for part in parts]
        ortho, conflicts = merge_band(seen)
        if conflicts:
            warn(f"tile {names.tile} band {band}: {conflicts} pixels differ between virtual datastrips")
        statistics.add(band, ortho)
        donors[band] = _donor(ortho, seen)
        files |= _band_files(folder, names, parts, band, donors[band])
        if donors[band] is None:
            images.write_band(folder, names, geocoding, band, ortho)
        if band in {*masks.CLASSI_BANDS, *preview.TCI_BANDS}:
            kept[band] = ortho.dn
    classi = images.classify(kept, geocoding)
    images.write_classi(folder, geocoding, classi)
    files["QI_DATA/MSK_CLASSI_B00.jp2"] = folder / "QI_DATA/MSK_CLASSI_B00.jp2"
    files |= _previews(folder, names, parts, donors, kept, metadata[0])
    cloudy, snowy = cloud_and_snow(classi, masks.valid(kept["B10"]))
    outline = outline_or_tile(statistics.summary(), geocoding)
    record = ProductRecord(outline, cloudy, snowy, statistics.degraded)
    content = mtd_tile.TileContent(
        geocoding,
        merged_angles([one.angles for one in metadata]),
        metadata[0].sensing_time,
        cloudy,
        snowy,
        statistics.degraded,
    )
    save(mtd_tile.build(names, content), folder / "MTD_TL.xml")
    return {**files, "MTD_TL.xml": folder / "MTD_TL.xml"}, record


def _donor(ortho: Ortho, parts: Sequence[Ortho]) -> int | None:
    """The part that has the band exactly as it was merged, whose files can be taken as they are."""
    for index, part in enumerate(parts):
        pairs = ((ortho.dn, part.dn), (ortho.detector, part.detector), (ortho.quality, part.quality))
        if all(np.array_equal(a, b) for a, b in pairs):
            return index
    return None


def _band_files(
    folder: Path, names: Names, parts: Sequence[Part], band: str, donor: int | None
) -> dict[str, Path]:
    places = {f"IMG_DATA/{names.image(band)}": f"IMG_DATA/{parts[donor or 0].stem}_{band}.jp2"}
    places |= {f"QI_DATA/{m}_{band}.jp2": f"QI_DATA/{m}_{band}.jp2" for m in ("MSK_DETFOO", "MSK_QUALIT")}
    if donor is None:
        return {place: folder / place for place in places}
    return {place: parts[donor].granule / source for place, source in places.items()}


def _previews(
    folder: Path,
    names: Names,
    parts: Sequence[Part],
    donors: Mapping[str, int | None],
    kept: Mapping[str, NDArray[np.uint16]],
    metadata: mtd_tile.TileMetadata,
) -> dict[str, Path]:
    tci, pvi = f"IMG_DATA/{names.image('TCI')}", f"QI_DATA/{names.image('PVI')}"
    givers = {donors[band] for band in preview.TCI_BANDS}
    giver = givers.pop() if len(givers) == 1 else None
    if giver is not None:
        part = parts[giver]
        return {tci: part.image("TCI"), pvi: part.quality(f"{part.stem}_PVI.jp2")}
    images.write_tci_pvi(folder / tci, folder / pvi, metadata.geocoding, kept)
    return {tci: folder / tci, pvi: folder / pvi}


def _as_it_is(folder: Path, names: Names, part: Part) -> tuple[dict[str, Path], ProductRecord]:
    """The only part there is: images are taken over, metadata name the datastrip."""
    metadata = mtd_tile.read(part.granule / "MTD_TL.xml")
    content = mtd_tile.TileContent(
        metadata.geocoding,
        metadata.angles,
        metadata.sensing_time,
        metadata.cloudy,
        metadata.snowy,
        metadata.degraded,
    )
    save(mtd_tile.build(names, content), folder / "MTD_TL.xml")
    files = {"MTD_TL.xml": folder / "MTD_TL.xml"}
    for place in ("IMG_DATA", "QI_DATA"):
        for file in sorted((part.granule / place).glob("*.jp2")):
            files[f"{place}/{file.name.replace(part.stem, names.image_stem)}"] = file
    numbers = [float(n) for n in text(parse_xml(part.safe / "MTD_MSIL1C.xml"), FOOTPRINT).split()]
    ring = tuple(zip(numbers[1::2], numbers[::2], strict=True))
    return files, ProductRecord(ring, metadata.cloudy, metadata.snowy, metadata.degraded)


def parts_of(folders: Sequence[Path], tile: str) -> list[Part]:
    """The products of a tile, in the order of the virtual datastrips' names."""
    found: dict[str, Path] = {}
    for folder in folders:
        for safe in sorted(folder.glob(f"**/S2?_MSIL1C_*_T{tile}_*.SAFE")):
            found.setdefault(str(safe), safe)
    return [Part.of(safe) for safe in sorted(found.values())]
