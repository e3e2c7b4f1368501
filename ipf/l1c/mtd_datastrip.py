"""Metadata of the L1C datastrip (PSD 14.8, S2_PDI_Level-1C_Datastrip_Metadata), out of those of the L0c
datastrip.

What both levels share is kept as it is: sensor configuration, ancillary data, auxiliary files. Times become
those of the first L1 line of each band and detector; what L1C adds is added.
"""

import copy
from collections.abc import Mapping, Sequence

from lxml import etree

from batch.safe.xml import attribute, find, findall, need, text
from ipf.l1c.acquisition import Acquisition, Names, Processing, datastrip_id, utc_text
from ipf.l1c.mtd_product import DOI
from ipf.l1c.mtd_refining import add_refining, update_location
from ipf.l1c.spectral import add_display_order, add_reflectance, add_spectral_information
from ipf.l1c.xmlbuild import add, number, root, section
from ipf.radiometry import BANDS, band
from ipf.refine.record import Refined

SCHEMA = "S2_PDI_Level-1C_Datastrip_Metadata.xsd"
#: Sentinel-2 mission requirements on radiometry [%]: absolute, between bands, between dates.
CALIBRATION = (5, 3, 1)


def build(
    l0c: etree._ElementTree,
    processing: Processing,
    tiles: Sequence[str],
    first_lines: Mapping[tuple[str, int], str],
    refined: Refined | None = None,
) -> etree._Element:
    """The document.

    tiles: MGRS names. first_lines: GPS time of the first L1 line by band and detector; those of L0c where
    missing. refined: what SPATIO found, if it ran.
    """
    acquisition = Acquisition.of(l0c)
    document = root("Level-1C_DataStrip_ID", SCHEMA)
    document.set("datastripIdentifier", datastrip_id(acquisition, processing))
    _general(section(document, "General_Info"), l0c, acquisition, processing)
    _image(section(document, "Image_Data_Info"), l0c, acquisition, processing, tiles, first_lines, refined)
    document.append(_moved(need(l0c, "Satellite_Ancillary_Data_Info"), document))
    _quality(section(document, "Quality_Indicators_Info", metadataLevel="Brief"), l0c, refined)
    _auxiliary(section(document, "Auxiliary_Data_Info", metadataLevel="Standard"), l0c)
    return document


def _moved(source: etree._Element, document: etree._Element) -> etree._Element:
    """A copy of a child of the root, in the namespace of the new document."""
    copied = etree.Element(f"{{{etree.QName(document).namespace}}}{etree.QName(source).localname}")
    copied.attrib.update(source.attrib)
    copied.extend([copy.deepcopy(child) for child in source])
    return copied


def _general(
    general: etree._Element, l0c: etree._ElementTree, acquisition: Acquisition, processing: Processing
) -> None:
    source = need(l0c, "General_Info")
    datatake = copy.deepcopy(need(source, "Datatake_Info"))
    datatake.set("datatakeIdentifier", Names(acquisition, processing, "").datatake_id)
    general.append(datatake)
    general.append(copy.deepcopy(need(source, "Datastrip_Time_Info")))
    info = add(general, "Processing_Info", metadataLevel="Expertise")
    add(info, "PROCESSING_BASELINE", processing.baseline)
    add(info, "PRODUCT_DOI", DOI)
    add(info, "PROCESSING_CENTER", f"{processing.centre:_<4}")
    add(info, "UTC_DATE_TIME", utc_text(processing.creation))
    general.append(copy.deepcopy(need(source, "Downlink_Info")))
    archiving = add(general, "Archiving_Info", metadataLevel="Expertise")
    add(archiving, "ARCHIVING_CENTRE", f"{processing.archiving_centre:_<4}")
    add(archiving, "ARCHIVING_TIME", utc_text(processing.creation))


def _image(
    image: etree._Element,
    l0c: etree._ElementTree,
    acquisition: Acquisition,
    processing: Processing,
    tiles: Sequence[str],
    first_lines: Mapping[tuple[str, int], str],
    refined: Refined | None,
) -> None:
    listed = add(add(image, "Tiles_Information", metadataLevel="Standard"), "Tile_List")
    for tile in sorted(tiles):
        add(listed, "Tile", tileId=Names(acquisition, processing, tile).tile_id)
    sensor = copy.deepcopy(need(l0c, "Image_Data_Info/Sensor_Configuration"))
    for gain in findall(sensor, "Acquisition_Configuration/Spectral_Band_Info/*/PHYSICAL_GAINS"):
        name = list(BANDS)[int(attribute(need(gain, ".."), "bandId"))]
        gain.set("geometry", "FULL_RESOLUTION")
        gain.text = number(band(acquisition.satellite, name).gain, 8)
    _time_stamp(need(sensor, "Time_Stamp"), first_lines)
    image.append(sensor)
    radiometry = add(image, "Radiometric_Info", metadataLevel="Standard")
    add(radiometry, "SWIR_REARRANGEMENT_PROC", "true")
    add(radiometry, "SATURATED_PIXELS_PROC", "false")
    add_spectral_information(radiometry)
    add_display_order(radiometry)
    add_reflectance(radiometry, acquisition.satellite, acquisition.datatake_start)
    geometry = add(image, "Geometric_Info", metadataLevel="Standard")
    add(geometry, "RGM", "COMPUTED")
    add_refining(geometry, l0c, refined)
    add(add(image, "Product_Compression", metadataLevel="Standard"), "COMPRESSION", "LOSSLESS")


def _time_stamp(stamp: etree._Element, first_lines: Mapping[tuple[str, int], str]) -> None:
    if not first_lines:
        return
    stamp.set("usedModel", "EXOGENEOUS")
    for bands in findall(stamp, "Band_Time_Stamp"):
        name = list(BANDS)[int(attribute(bands, "bandId"))]
        for detector in findall(bands, "Detector"):
            time = first_lines.get((name, int(attribute(detector, "detectorId"))))
            if time is not None:
                need(detector, "GPS_TIME").text = time


def _quality(quality: etree._Element, l0c: etree._ElementTree, refined: Refined | None) -> None:
    source = need(l0c, "Quality_Indicators_Info/Geometric_Info")
    geometry = add(quality, "Geometric_Info")
    before = add(geometry, "Geometric_QI")
    for child in source:
        before.append(copy.deepcopy(child))
    after = add(geometry, "Update_Absolute_Location")  # that before, unless it was refined
    for child in need(source, "Absolute_Location"):
        after.append(copy.deepcopy(child))
    update_location(after, refined)
    listed = add(quality, "Radiometric_Info/Radiometric_Quality_List")
    for constants in BANDS.values():
        node = add(listed, "Radiometric_Quality", bandId=constants.number)
        noise = add(node, "Noise_Model")
        add(noise, "ALPHA", 0)
        add(noise, "BETA", 0)
        for tag, percent in zip(("ABSOLUTE", "CROSS_BAND", "MULTI_TEMPORAL"), CALIBRATION, strict=True):
            add(node, f"{tag}_CALIBRATION_ACCURACY", percent)
    lost = find(l0c, "Satellite_Ancillary_Data_Info/Lost_Source_Packet_List/Degradation_Summary")
    add(
        quality,
        "DEGRADED_ANC_DATA_PERCENTAGE",
        "0" if lost is None else lost.get("degradationPercentage", "0"),
    )


def _auxiliary(auxiliary: etree._Element, l0c: etree._ElementTree) -> None:
    source = need(l0c, "Auxiliary_Data_Info")
    for tag in ("IERS_Bulletin", "GIPP_List"):
        auxiliary.append(copy.deepcopy(need(source, tag)))
    add(auxiliary, "PRODUCTION_DEM_TYPE", (need(source, "PRODUCTION_DEM_TYPE").text or "").strip())
    add(auxiliary, "IERS_BULLETIN_FILENAME", text(source, "IERS_BULLETIN_FILENAME"))
    add(auxiliary, "GRI_List")
