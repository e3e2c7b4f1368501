"""What OLQC looks at in an L1C tile (a GRANULE folder) and in an L1C datastrip."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from lxml import etree

from batch.errors import InputError
from batch.safe.xml import findall, need, parse_xml, text
from ipf.l1c import jp2, masks, mtd_tile
from ipf.l1c.mgrs import geocoding_of
from ipf.l1c.olqc import Inspection, inspect
from ipf.radiometry import BANDS

#: Share of lost pixels [%] from which a tile is of no use: the kit's own limit, GIP_OLQCPA is not public.
MOST_DEGRADED = 50.0
#: What a complete JPEG 2000 codestream ends with.
_END_OF_CODESTREAM = b"\xff\xd9"


def of_tile(granule: Path, stem: str) -> list[Inspection]:
    """All inspections of a GRANULE folder; `stem`: what image names begin with."""
    return [inspect(checklist, name, look) for checklist, name, look in _tile(granule, stem)]


def _tile(granule: Path, stem: str) -> Iterator[tuple[str, str, Callable[[], str]]]:
    mtd = granule / "MTD_TL.xml"
    yield "FORMAT_CORRECTNESS", "Metadata", lambda: _readable(mtd)
    yield "FORMAT_CORRECTNESS", "Files", lambda: _complete(granule, stem)
    yield "FORMAT_CORRECTNESS", "Masks", lambda: _masks(granule, mtd)
    yield "GENERAL_QUALITY", "Cloud_Coverage", lambda: _percentages(mtd)
    yield "GENERAL_QUALITY", "No_Data", lambda: _no_data(granule, stem)
    yield "GEOMETRIC_QUALITY", "Geocoding", lambda: _geocoding(granule, stem, mtd)
    yield "SENSOR_QUALITY", "Degraded_Data", lambda: _degraded(mtd)


def _readable(mtd: Path) -> str:
    return f"{mtd.name} is of {mtd_tile.read(mtd).datastrip_id}"


def _complete(granule: Path, stem: str) -> str:
    files = [granule / "IMG_DATA" / f"{stem}_{band}.jp2" for band in (*BANDS, "TCI")]
    files += [
        granule / "QI_DATA" / f"{mask}_{band}.jp2" for mask in ("MSK_DETFOO", "MSK_QUALIT") for band in BANDS
    ]
    files += [granule / "QI_DATA/MSK_CLASSI_B00.jp2", granule / "QI_DATA" / f"{stem}_PVI.jp2"]
    for file in files:
        if not file.is_file():
            raise InputError(f"{file.name} is missing; make the tile again")
        with file.open("rb") as stream:
            stream.seek(-min(2, file.stat().st_size), 2)
            if stream.read() != _END_OF_CODESTREAM:
                raise InputError(f"{file.name} does not end as a JPEG 2000 file does; make the tile again")
    return f"{len(files)} images, all complete"


def _masks(granule: Path, mtd: Path) -> str:
    listed = mtd_tile.read(mtd).masks
    absent = [mask for mask in listed if not (granule / "QI_DATA" / Path(mask).name).is_file()]
    if absent:
        raise InputError(f"{mtd.name} lists {absent[0]}, which is missing; make the tile again")
    return f"{len(listed)} masks"


def _percentages(mtd: Path) -> str:
    content = mtd_tile.read(mtd)
    for name, value in (("CLOUDY", content.cloudy), ("SNOW", content.snowy), ("DEGRADED", content.degraded)):
        if not 0 <= value <= 100:
            raise InputError(f"{name} percentage is {value:g}, 0 … 100 was expected; make the tile again")
    return f"{content.cloudy:g} % cloudy, {content.snowy:g} % snow"


def _no_data(granule: Path, stem: str) -> str:
    """The smallest band in full: DN, no-data plane and detector footprint must say the same."""
    dn = jp2.read(granule / "IMG_DATA" / f"{stem}_B01.jp2")[0]
    planes = jp2.read(granule / "QI_DATA/MSK_QUALIT_B01.jp2")
    detector = jp2.read(granule / "QI_DATA/MSK_DETFOO_B01.jp2")[0]
    empty = ~masks.valid(np.asarray(dn, np.uint16))
    plane = planes[5] != 0
    if not np.array_equal(empty, plane) or (detector[~empty] == 0).any():
        raise InputError(
            f"B01 has {int(empty.sum())} pixels without data, MSK_QUALIT {int(plane.sum())} of which "
            f"{int((plane & empty).sum())} are the same; make the tile again"
        )
    return f"{100 * empty.mean():.2f} % of the pixels of B01 have no data"


def _geocoding(granule: Path, stem: str, mtd: Path) -> str:
    import rasterio

    geocoding = mtd_tile.read(mtd).geocoding
    if geocoding != geocoding_of(geocoding.tile, geocoding.scale):
        raise InputError(f"{mtd.name} puts tile {geocoding.tile} where it is not; make the tile again")
    for band, constants in BANDS.items():
        with rasterio.open(granule / "IMG_DATA" / f"{stem}_{band}.jp2") as image:
            found = (image.width, image.height, image.crs.to_epsg(), tuple(image.transform)[:6])
        size = geocoding.size(constants.resolution)
        expected = (size, size, geocoding.epsg, geocoding.transform(constants.resolution))
        if found != expected:
            raise InputError(
                f"{band} has size, EPSG and transform {found}, {expected} was expected; make it again"
            )
    return f"EPSG:{geocoding.epsg}, upper-left corner {geocoding.ulx}, {geocoding.uly}"


def _degraded(mtd: Path) -> str:
    degraded = mtd_tile.read(mtd).degraded
    if degraded > MOST_DEGRADED:
        raise InputError(
            f"{degraded:g} % of the pixels are lost, at most {MOST_DEGRADED:g} % are tolerated; reacquire"
        )
    return f"{degraded:g} % of the pixels are lost"


def of_datastrip(mtd: Path) -> list[Inspection]:
    """All inspections of an L1C datastrip's metadata file."""
    looks: tuple[tuple[str, str, Callable[[etree._ElementTree], str]], ...] = (
        ("FORMAT_CORRECTNESS", "Metadata", lambda tree: str(tree.getroot().get("datastripIdentifier"))),
        ("GENERAL_QUALITY", "Tiles", _tiles),
        ("GEOMETRIC_QUALITY", "Ancillary_Data", _ancillary),
        ("RADIOMETRIC_QUALITY", "Bands", _bands),
        ("SENSOR_QUALITY", "Lost_Packets", _lost),
    )
    return [inspect(checklist, name, partial(_look, look, mtd)) for checklist, name, look in looks]


def _look(look: Callable[[etree._ElementTree], str], mtd: Path) -> str:
    return look(parse_xml(mtd))


def _tiles(tree: etree._ElementTree) -> str:
    tiles = findall(tree, "Image_Data_Info/Tiles_Information/Tile_List/Tile")
    if not tiles:
        raise InputError("the datastrip lists no tile, at least one was expected; give more scenes")
    return f"{len(tiles)} tiles"


def _ancillary(tree: etree._ElementTree) -> str:
    ancillary = need(tree, "Satellite_Ancillary_Data_Info")
    points = findall(ancillary, "Ephemeris/GPS_Points_List/GPS_Point")
    attitudes = findall(ancillary, "Attitudes/Corrected_Attitudes/Values")
    if len(points) < 2 or len(attitudes) < 2:
        raise InputError(
            f"{len(points)} GPS points and {len(attitudes)} attitudes are too few; give complete ones"
        )
    return f"{len(points)} GPS points, {len(attitudes)} attitudes"


def _bands(tree: etree._ElementTree) -> str:
    listed = findall(tree, "Image_Data_Info/Radiometric_Info/Spectral_Information_List/Spectral_Information")
    if len(listed) != len(BANDS):
        raise InputError(
            f"{len(listed)} bands are described, {len(BANDS)} were expected; make the metadata again"
        )
    return f"{len(listed)} bands"


def _lost(tree: etree._ElementTree) -> str:
    path = "Image_Data_Info/Sensor_Configuration/Source_Packet_Description/Degradation_Summary"
    return f"{text(need(tree, path), 'NUMBER_OF_LOST_PACKETS')} packets lost"
