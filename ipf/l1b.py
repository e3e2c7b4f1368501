"""Metadata of the L1B datastrip (PSD 14.8, S2_PDI_Level-1B_Datastrip_Metadata), out of those of the L0c
datastrip.

What L1B and L1C share (times of the first L1 lines, gains, quality, auxiliary files) is built once, by
`ipf.l1c.mtd_datastrip`; here the parts that differ take its place.
"""

import copy
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from lxml import etree

from batch.safe.gps import gps_seconds, utc_of
from batch.safe.names import DETECTORS, PdiName
from batch.safe.xml import find, need, text
from ipf.l1c import mtd_datastrip
from ipf.l1c.acquisition import Acquisition, Processing
from ipf.l1c.spectral import add_display_order, add_spectral_information
from ipf.l1c.xmlbuild import add, root
from ipf.radiometry import BANDS, L1B_OFFSET
from ipf.refine.record import Refined

SCHEMA = "S2_PDI_Level-1B_Datastrip_Metadata.xsd"
LINES_PER_SCENE = 2304
#: Scenes that a datastrip loses at L1B: those that not all bands and detectors see (chain facts §5.2).
LOST_SCENES = 3
#: Band that stands for all (REFERENCE_BAND 3).
REFERENCE = "B04"


def build(
    l0c: etree._ElementTree,
    processing: Processing,
    scenes: int,
    first_lines: Mapping[tuple[str, int], str],
    gri: tuple[str, ...] = (),
    refined: Refined | None = None,
) -> etree._Element:
    """The document. first_lines: GPS time of the first L1 line by band and detector; gri: GRI granules
    used; refined: what SPATIO found, if it ran.
    """
    acquisition = Acquisition.of(l0c)
    shared = mtd_datastrip.build(l0c, processing, (), first_lines, refined)
    document = root("Level-1B_DataStrip_ID", SCHEMA)
    identity = _name(acquisition, processing, acquisition.start)
    document.set("datastripIdentifier", str(identity))
    namespace = etree.QName(document).namespace
    for part in shared:
        moved = etree.SubElement(document, f"{{{namespace}}}{etree.QName(part).localname}")
        moved.attrib.update(part.attrib)
        moved.extend(list(part))
    doi = need(document, "General_Info/Processing_Info/PRODUCT_DOI")
    need(doi, "..").remove(doi)
    _image(need(document, "Image_Data_Info"), l0c, acquisition, processing, scenes, first_lines)
    _auxiliary(need(document, "Auxiliary_Data_Info"), l0c, gri)
    return document


def _name(
    acquisition: Acquisition, processing: Processing, sensing: datetime, detector: str | None = None
) -> PdiName:
    return PdiName(
        acquisition.satellite,
        "L1B_GR" if detector else "L1B_DS",
        f"{processing.centre:_<4}",
        processing.creation,
        sensing=sensing,
        detector=detector,
        baseline=processing.baseline,
    )


def granules(
    l0c: etree._ElementTree,
    processing: Processing,
    scenes: int,
    first_lines: Mapping[tuple[str, int], str],
) -> dict[str, list[tuple[str, int]]]:
    """L1B granules of each detector: name and POSITION (its first 10 m line, from 1, of the L1 image)."""
    acquisition = Acquisition.of(l0c)
    period = Decimal(text(l0c, "Image_Data_Info/Sensor_Configuration/Time_Stamp/LINE_PERIOD"))
    scene_time = timedelta(milliseconds=float(LINES_PER_SCENE * period))
    listed: dict[str, list[tuple[str, int]]] = {}
    for detector in DETECTORS:
        begin = utc_of(gps_seconds(first_lines[REFERENCE, int(detector)]), int(acquisition.gps_utc))
        listed[detector] = [
            (
                str(_name(acquisition, processing, begin + number * scene_time, detector)),
                1 + number * LINES_PER_SCENE,
            )
            for number in range(max(scenes - LOST_SCENES, 1))
        ]
    return listed


def _image(
    image: etree._Element,
    l0c: etree._ElementTree,
    acquisition: Acquisition,
    processing: Processing,
    scenes: int,
    first_lines: Mapping[tuple[str, int], str],
) -> None:
    image.remove(need(image, "Tiles_Information"))
    information = etree.Element("Granules_Information", metadataLevel="Standard")
    detectors = add(information, "Detector_List")
    for detector, listed in granules(l0c, processing, scenes, first_lines).items():
        node = add(add(detectors, "Detector", detectorId=detector), "Granule_List")
        for name, position in listed:
            add(add(node, "Granule", granuleId=name), "POSITION", position)
    image.insert(0, information)
    headers = find(l0c, "Image_Data_Info/Geometric_Header_List")
    if headers is not None:
        copied = copy.deepcopy(headers)
        copied.attrib.pop("metadataLevel", "")
        image.insert(2, copied)
    before = need(image, "Radiometric_Info")
    image.replace(before, _radiometry())


def _radiometry() -> etree._Element:
    """What RADIO_AB does, and what it does not."""
    info = etree.Element("Radiometric_Info", metadataLevel="Standard")
    add(info, "SWIR_REARRANGEMENT_PROC", "false")
    equalization = add(add(info, "Equalization", processed="true"), "Equalized_Band_List")
    for facts in BANDS.values():
        node = add(equalization, "Equalized_Band", bandId=facts.number)
        add(node, "OFFSET_PROC", "true")
        add(node, "DARK_SIGNAL_NON_UNIFORMITY_PROC", "true")
    add(info, "CROSSTALK_OPTICAL_PROC", "false")
    add(info, "CROSSTALK_ELECTRONIC_PROC", "false")
    add(info, "REMOVE_BLIND_PIXELS_PROC", "true")
    add(info, "DEFECTIVE_PIXELS_PROC", "false")
    add(info, "Restoration", processed="false")
    add(info, "BINNING_PROC", "true")
    add(info, "PIXELS_NO_DATA_PROC", "true")
    add(info, "SATURATED_PIXELS_PROC", "true")
    add_spectral_information(info)
    add_display_order(info)
    offsets = add(info, "Radiometric_Offset_List")
    for facts in BANDS.values():
        add(offsets, "RADIO_ADD_OFFSET", -L1B_OFFSET, band_id=facts.number)
    return info


def _auxiliary(auxiliary: etree._Element, l0c: etree._ElementTree, gri: tuple[str, ...]) -> None:
    listed = need(auxiliary, "GRI_List")
    for name in gri:
        add(listed, "GRI_FILENAME", name)
    add(auxiliary, "REFERENCE_BAND", text(l0c, "Auxiliary_Data_Info/REFERENCE_BAND"))
