"""The compact SAFE user product of a tile and the PDI of the L1C datastrip, for both scopes."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from lxml import etree

from batch.safe.manifest import write_manifest
from batch.safe.names import mtd_name
from batch.safe.xml import parse_xml, text
from ipf.l1c import inspections, mtd_datastrip, mtd_product, olqc
from ipf.l1c.acquisition import Acquisition, Names, Processing, parse_utc, utc_text
from ipf.l1c.inputs import link
from ipf.l1c.record import ProductRecord
from ipf.l1c.xmlbuild import number, save
from ipf.refine.record import Refined

GMD = "http://www.isotc211.org/2005/gmd"
GCO = "http://www.isotc211.org/2005/gco"


def write_datastrip(
    folder: Path,
    l0c: etree._ElementTree,
    processing: Processing,
    tiles: Sequence[str],
    first_lines: Mapping[tuple[str, int], str],
    refined: Refined | None = None,
) -> Path:
    """The L1C datastrip PDI in `folder`: metadata, QI_DATA, manifest. Returns the PDI's folder."""
    name = mtd_datastrip.datastrip_id(Acquisition.of(l0c), processing)
    pdi = folder / name
    mtd = pdi / mtd_name(name)
    save(mtd_datastrip.build(l0c, processing, tiles, first_lines, refined), mtd)
    olqc.write_reports(
        pdi / "QI_DATA", name, inspections.of_datastrip(mtd), olqc.DATASTRIP_CHECKS, processing.creation
    )
    write_manifest(pdi, "L1C_DS", name)
    return pdi


def names_of(datastrip: etree._ElementTree, tile: str) -> Names:
    """Names of a tile's product from the metadata of its L1C datastrip."""
    info = "General_Info/Processing_Info"
    centre = text(datastrip, f"{info}/PROCESSING_CENTER")
    processing = Processing(
        baseline=text(datastrip, f"{info}/PROCESSING_BASELINE"),
        centre=centre,
        creation=parse_utc(text(datastrip, f"{info}/UTC_DATE_TIME")),
        archiving_centre=text(datastrip, "General_Info/Archiving_Info/ARCHIVING_CENTRE"),
    )
    return Names(Acquisition.of(datastrip), processing, tile)


def write_safe(
    folder: Path, pdi: Path, tile: str, granule: Mapping[str, Path], record: ProductRecord
) -> Path:
    """One .SAFE in `folder`, whose name is that of the product. Returns it.

    pdi: folder of the L1C datastrip PDI. granule: files of the tile by their path in the GRANULE folder
    ("IMG_DATA/…_B02.jp2", "QI_DATA/MSK_CLASSI_B00.jp2", "MTD_TL.xml"); they are hard-linked.
    """
    datastrip_mtd = pdi / mtd_name(pdi.name)
    datastrip = parse_xml(datastrip_mtd)
    names = names_of(datastrip, tile)
    safe = folder / names.safe
    shutil.rmtree(safe, ignore_errors=True)
    strip = safe / "DATASTRIP" / names.datastrip_folder
    link(datastrip_mtd, strip / "MTD_DS.xml")
    for report in sorted((pdi / "QI_DATA").glob("*.xml")):
        link(report, strip / "QI_DATA" / report.name)
    target = safe / "GRANULE" / names.granule_folder
    for place, source in granule.items():
        link(source, target / place)
    (target / "AUX_DATA").mkdir(exist_ok=True)
    olqc.write_reports(
        target / "QI_DATA",
        names.tile_id,
        inspections.of_tile(target, names.image_stem),
        olqc.TILE_CHECKS,
        names.processing.creation,
    )
    _product(safe, names, record, datastrip)
    write_manifest(safe, "L1C", names.safe, utc_text(names.acquisition.datatake_start))
    return safe


def _product(safe: Path, names: Names, record: ProductRecord, datastrip: etree._ElementTree) -> None:
    content = mtd_product.ProductContent(
        footprint=record.footprint,
        cloudy=record.cloudy,
        snowy=record.snowy,
        degraded_anc=float(text(datastrip, "Quality_Indicators_Info/DEGRADED_ANC_DATA_PERCENTAGE")),
        degraded_msi=record.degraded,
    )
    save(mtd_product.build(names, content, datastrip), safe / "MTD_MSIL1C.xml")
    save(_inspire(names, record), safe / "INSPIRE.xml")
    (safe / "AUX_DATA").mkdir()
    (safe / "HTML").mkdir()
    (safe / "HTML/UserProduct_index.html").write_text(_html(names), encoding="utf-8")
    (safe / "rep_info").mkdir()
    (safe / "rep_info/README.txt").write_text(
        "The schemas are those of PSD 14.8: S2_User_Product_Level-1C_Metadata.xsd,\n"
        "S2_PDI_Level-1C_Datastrip_Metadata.xsd, S2_PDI_Level-1C_Tile_Metadata.xsd.\n"
        "They carry no licence of their own and are not repeated here.\n",
        encoding="utf-8",
    )


def _html(names: Names) -> str:
    preview = f"../GRANULE/{names.granule_folder}/QI_DATA/{names.image('PVI')}"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{names.safe}</title></head>\n'
        f"<body><h1>{names.safe}</h1>\n<p>Sentinel-2 Level-1C product of tile {names.tile}: "
        f'<a href="../MTD_MSIL1C.xml">metadata</a>, <a href="{preview}">preview</a>.</p></body></html>\n'
    )


def _inspire(names: Names, record: ProductRecord) -> etree._Element:
    """ISO 19139 core that INSPIRE asks for: identifier, date, place, abstract."""
    document = etree.Element(f"{{{GMD}}}MD_Metadata", nsmap={"gmd": GMD, "gco": GCO})

    def put(parent: etree._Element, path: str, value: str, kind: str = "CharacterString") -> None:
        for step in path.split("/"):
            parent = etree.SubElement(parent, f"{{{GMD}}}{step}")
        etree.SubElement(parent, f"{{{GCO}}}{kind}").text = value

    put(document, "fileIdentifier", names.safe)
    put(document, "language", "eng")
    put(document, "dateStamp", names.processing.creation.strftime("%Y-%m-%d"), "Date")
    put(document, "metadataStandardName", "INSPIRE Metadata Implementing Rules")
    info = etree.SubElement(document, f"{{{GMD}}}identificationInfo")
    data = etree.SubElement(info, f"{{{GMD}}}MD_DataIdentification")
    put(data, "citation/CI_Citation/title", names.safe)
    put(data, "abstract", f"Sentinel-2 Level-1C product of tile {names.tile}, {names.acquisition.spacecraft}")
    extent = etree.SubElement(data, f"{{{GMD}}}extent")
    box = etree.SubElement(extent, f"{{{GMD}}}EX_Extent")
    place = etree.SubElement(box, f"{{{GMD}}}geographicElement")
    bounds = etree.SubElement(place, f"{{{GMD}}}EX_GeographicBoundingBox")
    lon, lat = [p[0] for p in record.footprint], [p[1] for p in record.footprint]
    for tag, value in (("west", min(lon)), ("east", max(lon))):
        put(bounds, f"{tag}BoundLongitude", number(value), "Decimal")
    for tag, value in (("south", min(lat)), ("north", max(lat))):
        put(bounds, f"{tag}BoundLatitude", number(value), "Decimal")
    return document
