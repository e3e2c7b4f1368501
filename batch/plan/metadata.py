"""Metadata of a vDS, made from those of its datastrip: what is rewritten, shifted, cropped; the rest is kept.

Times move by a whole number of lines in decimal arithmetic, so a vDS of a vDS has exactly the GPS_TIMEs of
the vDS that is cut directly. Ancillary data stay whole, so attitude and orbit are filtered as for the whole.
"""

import logging
from copy import deepcopy
from datetime import datetime
from decimal import Decimal

import numpy as np
from lxml import etree

from batch.plan.cut import Cut
from batch.plan.footprint import crop_ring
from batch.plan.quicklook import Rows, rows_of
from batch.safe.datastrip import GRANULES, TIME_STAMP, Datastrip
from batch.safe.gps import shift, utc_of, utc_text
from batch.safe.names import file_stem
from batch.safe.packets import packets_of
from batch.safe.xml import attribute, find, findall, need, text

log = logging.getLogger(__name__)

_HEADERS = "Image_Data_Info/Geometric_Header_List"
_COUNTERS = (
    "Image_Data_Info/Sensor_Configuration/Source_Packet_Description/Source_Packet_Counters_List/Detector_List"
)
_QUICKLOOK = "Quality_Indicators_Info/Quicklook_Info"
_DATATION = f"{_QUICKLOOK}/Display_Geometric_Model/Datation_Model"
_GPS_POINTS = "Satellite_Ancillary_Data_Info/Ephemeris/GPS_Points_List/GPS_Point"


def sensing_start(datastrip: Datastrip, scene: int) -> datetime:
    """UTC of the first line of `scene` (from 1), truncated to the millisecond."""
    return utc_of(datastrip.gps_start + datastrip.offset(scene), datastrip.gps_minus_utc)


def quicklook_rows(tree: etree._ElementTree, datastrip: Datastrip, cut: Cut) -> Rows | None:
    """The rows of the quick-look that the vDS keeps; None if the metadata describe no quick-look."""
    if find(tree, _QUICKLOOK) is None:
        return None
    total = int(text(tree, f"{_QUICKLOOK}/Image_Size/NROWS"))
    return rows_of(datastrip, cut, total, Decimal(text(tree, f"{_DATATION}/TE")))


def vds_metadata(
    tree: etree._ElementTree, datastrip: Datastrip, cut: Cut, name: str, creation: datetime
) -> etree._ElementTree:
    """A new document: the metadata of the vDS called `name`. `tree`, of `datastrip`, is not changed."""
    tree = deepcopy(tree)
    _general(tree, datastrip, cut, name, creation)
    _granules(tree, datastrip, cut)
    _counters(tree, cut)
    for time in findall(tree, f"{TIME_STAMP}/Band_Time_Stamp/Detector/GPS_TIME"):
        time.text = shift((time.text or "").strip(), datastrip.offset(cut.first))
    rows = quicklook_rows(tree, datastrip, cut)
    if rows is not None:
        _geometric_headers(tree, rows)
        _quicklook(tree, rows, name)
        _footprint(tree, rows, name)
    return tree


def _general(tree: etree._ElementTree, datastrip: Datastrip, cut: Cut, name: str, creation: datetime) -> None:
    root = tree.getroot()
    if root.get("datastripIdentifier") is not None:
        root.set("datastripIdentifier", name)
    times = need(tree, "General_Info/Datastrip_Time_Info")
    need(times, "DATASTRIP_SENSING_START").text = utc_text(sensing_start(datastrip, cut.first))
    need(times, "DATASTRIP_SENSING_STOP").text = utc_text(sensing_start(datastrip, cut.last))
    for path in ("Processing_Info/UTC_DATE_TIME", "Archiving_Info/ARCHIVING_TIME"):
        element = find(tree, f"General_Info/{path}")
        if element is not None:
            element.text = f"{creation:%Y-%m-%dT%H:%M:%SZ}"


def _granules(tree: etree._ElementTree, datastrip: Datastrip, cut: Cut) -> None:
    first = datastrip.positions[cut.first - 1]
    kept = {p: p - first + 1 for p in datastrip.positions[cut.first - 1 : cut.last]}
    for detector in findall(tree, GRANULES):
        granules = need(detector, "Granule_List")
        for granule in findall(granules, "Granule"):
            position = need(granule, "POSITION")
            new = kept.get(int(position.text or 0))
            if new is None:
                granules.remove(granule)
            else:
                position.text = str(new)


def _counters(tree: etree._ElementTree, cut: Cut) -> None:
    """NB_OF_SOURCE_PACKETS of complete granules. The first packet is still the first of an on-board scene.

    Degradation_Summary is kept: where it is not zero, it is an upper bound for the vDS.
    """
    for band in findall(tree, f"{_COUNTERS}/Detector/Band_List/Band"):
        packets = packets_of(int(attribute(band, "bandId"))) * cut.scenes
        need(band, "NB_OF_SOURCE_PACKETS").text = str(packets)


def _geometric_headers(tree: etree._ElementTree, rows: Rows) -> None:
    """Those within the vDS's rows and the next, so that every row lies between two; LINE_INDEX re-based."""
    headers = find(tree, _HEADERS)
    if headers is None:
        return
    beyond = False
    for header in sorted(findall(headers, "Geometric_Header"), key=lambda h: int(text(h, "LINE_INDEX"))):
        index = int(text(header, "LINE_INDEX")) - rows.first
        if index < 0 or beyond:
            headers.remove(header)
        else:
            need(header, "LINE_INDEX").text = str(index)
            beyond = index >= rows.count


def _quicklook(tree: etree._ElementTree, rows: Rows, name: str) -> None:
    need(tree, f"{_QUICKLOOK}/Image_Size/NROWS").text = str(rows.count)
    t0 = need(tree, f"{_DATATION}/T0")
    t0.text = shift((t0.text or "").strip(), rows.seconds)
    image = find(tree, f"{_QUICKLOOK}/REF_QL_IMAGE")
    if image is not None:
        image.text = f"{file_stem(name).replace('_MSI_', '_QLK_', 1)}.jp2"


def _footprint(tree: etree._ElementTree, rows: Rows, name: str) -> None:
    element = find(tree, f"{_QUICKLOOK}/Footprint/EXT_POS_LIST")
    if element is None:
        return
    values = [float(v) for v in (element.text or "").split()]
    ring = list(zip(values[::2], values[1::2], strict=True))
    track = [
        np.array(text(p, "POSITION_VALUES").split(), dtype=np.float64) for p in findall(tree, _GPS_POINTS)
    ]
    cropped = None
    if len(track) > 1 and len(ring) > 4:
        begin, end = rows.first / rows.total, (rows.first + rows.count) / rows.total
        cropped = crop_ring(ring, track[-1] - track[0], begin, end)
    if cropped is None:
        log.warning("%s keeps the footprint of its datastrip, which is not a ring with four corners", name)
    elif cropped != ring:
        element.text = " ".join(f"{lat:.9f} {lon:.9f}" for lat, lon in cropped)
