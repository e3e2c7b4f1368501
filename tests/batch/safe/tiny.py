"""A datastrip that is valid but tiny: every file, granule and packet of the real thing, a few bytes in each.

Its metadata have the elements that the real ones have and that this package reads or rewrites, no others.
"""

import os
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from batch.safe import names
from batch.safe.gps import gps_seconds, gps_text, utc_of, utc_text
from batch.safe.manifest import write_manifest
from batch.safe.packets import RESOLUTIONS, PacketHeader, build_packet, columns_of, lines_of, packets_of

SATELLITE, CENTRE, BASELINE = "S2B", "REFS", "02.08"
CREATION = datetime(2022, 11, 24, 16, 36, 50, tzinfo=UTC)
GPS_START = "2022-10-11T06:40:43.456979752"
LINE_PERIOD = Decimal("1.5658736")
SPACE = "https://psd-14.sentinel2.eo.esa.int/PSD/S2_PDI_Level-0_Datastrip_Metadata.xsd"


def positions_of(blocks: Sequence[int], gap: int = 4608) -> list[int]:
    """POSITIONs of the scenes of data blocks that lie `gap` lines apart."""
    positions, line = [], 1
    for scenes in blocks:
        positions += [line + 2304 * i for i in range(scenes)]
        line = positions[-1] + 2304 + gap
    return positions


def granule_names(positions: Sequence[int], satellite: str = SATELLITE) -> dict[str, list[str]]:
    """PDI names of the granules, by detector."""
    starts = [utc_of(gps_seconds(GPS_START) + (p - 1) * LINE_PERIOD / 1000, 18) for p in positions]
    return {
        d: [names.l0c_gr(satellite, CENTRE, CREATION, s, d, BASELINE) for s in starts]
        for d in names.DETECTORS
    }


def metadata(positions: Sequence[int], satellite: str = SATELLITE) -> str:
    """The datastrip's MTD, as text that tests may change."""
    start = gps_seconds(GPS_START)
    scenes = len(positions)
    last = start + (positions[-1] - 1) * LINE_PERIOD / 1000
    rows = (positions[-1] - 1) // 32 + 72 + 104
    detectors = "".join(
        f'<Detector detectorId="{d}"><Granule_List>'
        + "".join(
            f'<Granule granuleId="{g}"><POSITION>{p}</POSITION></Granule>'
            for g, p in zip(granules, positions, strict=True)
        )
        + "</Granule_List></Detector>"
        for d, granules in granule_names(positions, satellite).items()
    )
    counters = "".join(
        f'<Detector detectorId="{d}"><Band_List>'
        + "".join(
            f'<Band bandId="{b}"><DATA_STRIP_START>1</DATA_STRIP_START><SCENE_POSITION>1</SCENE_POSITION>'
            f"<NB_OF_SOURCE_PACKETS>{packets_of(b) * scenes}</NB_OF_SOURCE_PACKETS></Band>"
            for b in range(13)
        )
        + "</Band_List></Detector>"
        for d in names.DETECTORS
    )
    stamps = "".join(
        f'<Band_Time_Stamp bandId="{b}">'
        + "".join(
            f'<Detector detectorId="{d}"><REFERENCE_LINE>1</REFERENCE_LINE>'
            f"<GPS_TIME>{GPS_START}</GPS_TIME></Detector>"
            for d in names.DETECTORS
        )
        + "</Band_Time_Stamp>"
        for b in range(13)
    )
    headers = "".join(
        '<Geometric_Header geometry="QL">'
        f"<GPS_TIME>{gps_text((start + i).quantize(Decimal('0.001')))}</GPS_TIME>"
        f"<LINE_INDEX>{i}</LINE_INDEX></Geometric_Header>"
        for i in range(39, rows + 160, 78)
    )
    footprint = " ".join(f"{lat} {lon}" for lat, lon in corners(scenes))
    tracks = "".join(
        f'<GPS_Point><POSITION_VALUES unit="mm">{x}</POSITION_VALUES><GPS_TIME>{t}</GPS_TIME></GPS_Point>'
        for x, t in (
            ("7000000000 0 0", "2022-10-11T06:40:16"),
            ("6990000000 0 -500000000", "2022-10-11T06:42:18"),
        )
    )
    return f"""<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<n1:Level-0_DataStrip_ID xmlns:n1="{SPACE}">
<n1:General_Info><Datatake_Info datatakeIdentifier="G{satellite}_20221011T064029_029232_N02.08">
<SPACECRAFT_NAME>Sentinel-{satellite[1:]}</SPACECRAFT_NAME><DATATAKE_TYPE>INS-NOBS</DATATAKE_TYPE>
<DATATAKE_SENSING_START>2022-10-11T06:40:29.024Z</DATATAKE_SENSING_START>
<SENSING_ORBIT_NUMBER>34</SENSING_ORBIT_NUMBER></Datatake_Info>
<Datastrip_Time_Info><DATASTRIP_SENSING_START>{utc_text(utc_of(start, 18))}</DATASTRIP_SENSING_START>
<DATASTRIP_SENSING_STOP>{utc_text(utc_of(last, 18))}</DATASTRIP_SENSING_STOP></Datastrip_Time_Info>
<Processing_Info><PROCESSING_BASELINE>{BASELINE}</PROCESSING_BASELINE>
<UTC_DATE_TIME>2022-11-24T16:36:50Z</UTC_DATE_TIME></Processing_Info>
<Archiving_Info><ARCHIVING_TIME>2022-11-24T16:39:06Z</ARCHIVING_TIME></Archiving_Info></n1:General_Info>
<n1:Image_Data_Info>
<Granules_Information><Detector_List>{detectors}</Detector_List></Granules_Information>
<Sensor_Configuration><Source_Packet_Description>
<Source_Packet_Counters_List><Detector_List>{counters}</Detector_List></Source_Packet_Counters_List>
</Source_Packet_Description>
<Time_Stamp><LINE_PERIOD unit="ms">{LINE_PERIOD}</LINE_PERIOD>{stamps}</Time_Stamp></Sensor_Configuration>
<Geometric_Header_List>{headers}</Geometric_Header_List></n1:Image_Data_Info>
<n1:Satellite_Ancillary_Data_Info><Ephemeris><GPS_Points_List>{tracks}</GPS_Points_List></Ephemeris>
</n1:Satellite_Ancillary_Data_Info>
<n1:Quality_Indicators_Info><Quicklook_Info>
<Image_Size><NCOLS>40</NCOLS><NROWS>{rows}</NROWS></Image_Size>
<Footprint><EXT_POS_LIST>{footprint}</EXT_POS_LIST></Footprint>
<Display_Geometric_Model><Datation_Model><L0>0</L0><T0>2022-10-11T06:40:40.814</T0>
<TE unit="ms">50.1079552</TE></Datation_Model></Display_Geometric_Model>
<REF_QL_IMAGE>{names.quicklook_name(datastrip_name(satellite), "B02").replace("_B02", "")}</REF_QL_IMAGE>
</Quicklook_Info></n1:Quality_Indicators_Info>
<n1:Auxiliary_Data_Info><IERS_Bulletin><GPS_TIME_UTC unit="s">18</GPS_TIME_UTC></IERS_Bulletin>
</n1:Auxiliary_Data_Info></n1:Level-0_DataStrip_ID>
"""


def corners(scenes: int) -> list[tuple[float, float]]:
    """A closed footprint over the equator that runs south: east side, last line, west side, first line."""
    length = 0.218 * scenes + 0.32  # degrees of latitude
    east, west = ([(-i * length / 8, lon) for i in range(9)] for lon in (1.3, -1.3))
    last = [(-length, 1.3 - 2.6 * i / 4) for i in range(1, 4)]
    first = [(0.0, -1.3 + 2.6 * i / 4) for i in range(1, 4)]
    return [*east, *last, *west[::-1], *first, east[0]]


def datastrip_name(satellite: str = SATELLITE) -> str:
    return names.l0c_ds(satellite, CENTRE, CREATION, utc_of(gps_seconds(GPS_START), 18), BASELINE)


def write_granule(folder: Path, position: int, scale: int = 16) -> None:
    """One granule in `folder` (named as its PDI): metadata, manifest and 13 files of packets."""
    detector = int(names.parse_name(folder.name).detector or 0)
    (folder / "IMG_DATA").mkdir(parents=True)
    names.mtd_path(folder).write_text(f"<Level-0_Granule_ID><G>{folder.name}</G></Level-0_Granule_ID>")
    for band in range(13):
        write_band(folder, detector, band, position, scale)
    write_manifest(folder, "L0_GR")


def write_band(
    folder: Path, detector: int, band: int, position: int, scale: int = 16, packets: int = 0
) -> None:
    """The packets of one band of a granule; what was there before is replaced."""
    seconds = gps_seconds(GPS_START) + (position - 1) * LINE_PERIOD / 1000
    period = 16 * LINE_PERIOD * RESOLUTIONS[band] / 10000
    lines, columns = lines_of(scale), columns_of(band, scale)
    content = []
    for number in range(packets or packets_of(band)):
        time = seconds + number * period
        whole = int(time)
        count = (position // 2304 * packets_of(band) + number) % 16384
        fraction = int((time - whole) * (1 << 32))
        header = PacketHeader(count, whole, fraction, band, detector, scale, lines, columns)
        content.append(build_packet(header, bytes([detector, band, number])))
    replace_file(names.packets_path(folder, names.BANDS[band]), b"".join(content))


def replace_file(path: Path, content: bytes | str) -> None:
    """New content under the same name; other hard links to the old file keep theirs."""
    path.unlink(missing_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def write_granules(folder: Path, granules: dict[str, list[str]], positions: Sequence[int]) -> None:
    """The tree GR/ of a datastrip."""
    for of_detector in granules.values():
        for name, position in zip(of_detector, positions, strict=True):
            write_granule(folder / "GR" / name, position)


def write_tiny(folder: Path, blocks: Sequence[int] = (5,)) -> Path:
    """DIR with DS/ and GR/ of a datastrip with these data blocks. Returns DIR."""
    positions = positions_of(blocks)
    ds = folder / "DS" / datastrip_name()
    for sub in ("ANC_DATA", "QI_DATA", "rep_info"):
        (ds / sub).mkdir(parents=True)
    names.mtd_path(ds).write_text(metadata(positions))
    (ds / "ANC_DATA" / "S2B_OPER_AUX_S09123_REFS_20221124T163650.bin").write_bytes(b"ancillary")
    (ds / "rep_info" / "S2_PDI_Level-0_Datastrip_Metadata.xsd").write_text("<schema/>")
    write_manifest(ds, "L0_DS")
    write_granules(folder, granule_names(positions), positions)
    return folder


def linked(source: Path, target: Path) -> Path:
    """A copy of a tree that costs nothing: hard links."""
    shutil.copytree(source, target, copy_function=os.link)
    return target
