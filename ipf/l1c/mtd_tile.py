"""MTD_TL.xml: metadata of a tile (PSD 14.8, S2_PDI_Level-1C_Tile_Metadata)."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from lxml import etree

from batch.safe.xml import attribute, findall, need, parse_xml, text
from ipf.l1c.acquisition import Names, parse_utc, utc_text
from ipf.l1c.angles import DIGITS, NODES, STEP, Grid, TileAngles
from ipf.l1c.geocoding import RESOLUTIONS, Geocoding
from ipf.l1c.xmlbuild import add, number, root, section
from ipf.radiometry import BANDS

SCHEMA = "S2_PDI_Level-1C_Tile_Metadata.xsd"


@dataclass(frozen=True)
class TileContent:
    """What varies in the metadata of a tile; cloudy, snowy and degraded (lost) are percentages of pixels."""

    geocoding: Geocoding
    angles: TileAngles
    sensing_time: datetime
    cloudy: float
    snowy: float
    degraded: float


def build(names: Names, content: TileContent) -> etree._Element:
    """The document."""
    document = root("Level-1C_Tile_ID", SCHEMA)
    _general(section(document, "General_Info"), names, content)
    geometry = section(document, "Geometric_Info")
    _geocoding(geometry, content.geocoding)
    _angles(geometry, content.angles)
    _quality(section(document, "Quality_Indicators_Info", metadataLevel="Standard"), names, content)
    return document


def _general(general: etree._Element, names: Names, content: TileContent) -> None:
    processing = names.processing
    add(general, "TILE_ID", names.tile_id, metadataLevel="Brief")
    add(general, "DATASTRIP_ID", names.datastrip_id, metadataLevel="Standard")
    add(general, "DOWNLINK_PRIORITY", "NOMINAL", metadataLevel="Standard")
    add(general, "SENSING_TIME", utc_text(content.sensing_time), metadataLevel="Standard")
    archiving = add(general, "Archiving_Info", metadataLevel="Expertise")
    add(archiving, "ARCHIVING_CENTRE", f"{processing.archiving_centre:_<4}")
    add(archiving, "ARCHIVING_TIME", utc_text(processing.creation))


def _geocoding(parent: etree._Element, geocoding: Geocoding) -> None:
    node = add(parent, "Tile_Geocoding", metadataLevel="Brief")
    add(node, "HORIZONTAL_CS_NAME", geocoding.horizontal_cs)
    add(node, "HORIZONTAL_CS_CODE", f"EPSG:{geocoding.epsg}")
    for resolution in RESOLUTIONS:
        size = add(node, "Size", resolution=resolution)
        add(size, "NROWS", geocoding.size(resolution))
        add(size, "NCOLS", geocoding.size(resolution))
    for resolution in RESOLUTIONS:
        position = add(node, "Geoposition", resolution=resolution)
        add(position, "ULX", geocoding.ulx)
        add(position, "ULY", geocoding.uly)
        add(position, "XDIM", geocoding.pixel(resolution))
        add(position, "YDIM", -geocoding.pixel(resolution))


def _angles(parent: etree._Element, angles: TileAngles) -> None:
    node = add(parent, "Tile_Angles", metadataLevel="Standard")
    _grid(add(node, "Sun_Angles_Grid"), angles.sun)
    _mean(add(node, "Mean_Sun_Angle"), angles.sun.mean())
    for (band, detector), grid in sorted(angles.viewing.items(), key=lambda item: _order(*item[0])):
        ident = f"{detector:02d}"
        _grid(add(node, "Viewing_Incidence_Angles_Grids", bandId=BANDS[band].number, detectorId=ident), grid)
    means = add(node, "Mean_Viewing_Incidence_Angle_List")
    for band in BANDS:
        mean = add(means, "Mean_Viewing_Incidence_Angle", bandId=BANDS[band].number)
        _mean(mean, angles.mean_viewing(band))


def _order(band: str, detector: int) -> tuple[int, int]:
    return BANDS[band].number, detector


def _grid(parent: etree._Element, grid: Grid) -> None:
    for tag, values in (("Zenith", grid.zenith), ("Azimuth", grid.azimuth)):
        node = add(parent, tag)
        add(node, "COL_STEP", STEP, unit="m")
        add(node, "ROW_STEP", STEP, unit="m")
        rows = add(node, "Values_List")
        for row in values:
            add(rows, "VALUES", " ".join(number(value, DIGITS) for value in row))


def _mean(parent: etree._Element, mean: tuple[float, float]) -> None:
    add(parent, "ZENITH_ANGLE", number(mean[0], 9), unit="deg")
    add(parent, "AZIMUTH_ANGLE", number(mean[1], 9), unit="deg")


def _quality(quality: etree._Element, names: Names, content: TileContent) -> None:
    image = add(quality, "Image_Content_QI")
    add(image, "CLOUDY_PIXEL_PERCENTAGE", number(content.cloudy))
    add(image, "DEGRADED_MSI_DATA_PERCENTAGE", number(content.degraded))
    add(image, "SNOW_PIXEL_PERCENTAGE", number(content.snowy))
    pixels = add(quality, "Pixel_Level_QI", geometry="FULL_RESOLUTION")
    folder = f"GRANULE/{names.granule_folder}/QI_DATA"
    add(pixels, "MASK_FILENAME", f"{folder}/MSK_CLASSI_B00.jp2", type="MSK_CLASSI")
    for mask in ("MSK_DETFOO", "MSK_QUALIT"):
        for band, constants in BANDS.items():
            add(pixels, "MASK_FILENAME", f"{folder}/{mask}_{band}.jp2", type=mask, bandId=constants.number)
    add(quality, "PVI_FILENAME", f"{folder}/{names.image('PVI')}")


@dataclass(frozen=True)
class TileMetadata:
    """What is read back out of a MTD_TL.xml."""

    datastrip_id: str
    sensing_time: datetime
    geocoding: Geocoding
    angles: TileAngles
    cloudy: float
    snowy: float
    degraded: float
    masks: tuple[str, ...]


def read(path: Path) -> TileMetadata:
    """Parse a MTD_TL.xml that `build` made; InputError if something is missing."""
    tree = parse_xml(path)
    quality = need(tree, "Quality_Indicators_Info")
    content = need(quality, "Image_Content_QI")
    return TileMetadata(
        datastrip_id=text(tree, "General_Info/DATASTRIP_ID"),
        sensing_time=parse_utc(text(tree, "General_Info/SENSING_TIME")),
        geocoding=_read_geocoding(tree),
        angles=_read_angles(need(tree, "Geometric_Info/Tile_Angles")),
        cloudy=float(text(content, "CLOUDY_PIXEL_PERCENTAGE")),
        snowy=float(text(content, "SNOW_PIXEL_PERCENTAGE")),
        degraded=float(text(content, "DEGRADED_MSI_DATA_PERCENTAGE")),
        masks=tuple(mask.text or "" for mask in findall(quality, "Pixel_Level_QI/MASK_FILENAME")),
    )


def _read_geocoding(tree: etree._ElementTree) -> Geocoding:
    node = need(tree, "Geometric_Info/Tile_Geocoding")
    position = next(p for p in findall(node, "Geoposition") if attribute(p, "resolution") == "10")
    return Geocoding(
        tile=text(tree, "General_Info/TILE_ID").split("_T")[-1][:5],
        epsg=int(text(node, "HORIZONTAL_CS_CODE").partition(":")[2]),
        ulx=int(text(position, "ULX")),
        uly=int(text(position, "ULY")),
        scale=int(text(position, "XDIM")) // 10,
    )


def _read_angles(node: etree._Element) -> TileAngles:
    names = {str(constants.number): name for name, constants in BANDS.items()}
    viewing = {
        (names[attribute(grid, "bandId")], int(attribute(grid, "detectorId"))): _read_grid(grid)
        for grid in findall(node, "Viewing_Incidence_Angles_Grids")
    }
    return TileAngles(_read_grid(need(node, "Sun_Angles_Grid")), viewing)


def _read_grid(node: etree._Element) -> Grid:
    zenith, azimuth = (
        np.array([(row.text or "").split() for row in findall(node, f"{tag}/Values_List/VALUES")], float)
        for tag in ("Zenith", "Azimuth")
    )
    if zenith.shape != (NODES, NODES) or azimuth.shape != zenith.shape:
        raise ValueError(f"angle grid of {zenith.shape}, expected {NODES} × {NODES}")
    return Grid(zenith, azimuth)
