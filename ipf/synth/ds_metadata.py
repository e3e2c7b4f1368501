"""Metadata of a generated L0c datastrip (PSD 14.8): general information and image data."""

import numpy as np
from lxml import etree

from batch.safe.gps import gps_text, utc_text
from batch.safe.names import BANDS, DETECTORS
from batch.safe.packets import packets_of
from ipf.geometry import earth
from ipf.geometry.location import viewing_angles
from ipf.geometry.sun import sun_angles
from ipf.synth.ds_ancillary import ancillary
from ipf.synth.ds_quality import auxiliary, quality
from ipf.synth.elements import add, root_of
from ipf.synth.quicklook import ground
from ipf.synth.strip import BASELINE, CENTRE, LINE_PERIOD, STATION, Strip

#: Integration time [ms] and compression rate of each band, as the S2B datastrip of 2022-10-11 has them.
_INTEGRATION: tuple[float, ...] = (7.22833, 1.2646269, 1.2996743, 1.3405629, 2.7846026, 2.7727115, 2.7727115)
_INTEGRATION += (1.3872929, 2.7608204, 8.031501, 5.5537686, 1.3793689, 1.4761667)
_COMPRESSION = (2.655, 2.97, 2.97, 2.97, 2.655, 2.655, 2.655, 2.97, 2.655, 2.655, 2.655, 2.4, 2.4)
_TDI_BANDS = (2, 3, 11, 12)
#: A geometric header every so many quick-look rows, the first in the middle of the first such run.
_HEADER_ROWS = 78


def datastrip_metadata(strip: Strip) -> etree._ElementTree:
    """The whole document."""
    root, parts = root_of(
        "S2_PDI_Level-0_Datastrip_Metadata",
        "Level-0_DataStrip_ID",
        (
            "General_Info",
            "Image_Data_Info",
            "Satellite_Ancillary_Data_Info",
            "Quality_Indicators_Info",
            "Auxiliary_Data_Info",
        ),
    )
    for part, fill in zip(parts, (_general, _image, ancillary, quality, auxiliary), strict=True):
        fill(part, strip)
    etree.indent(root)
    return etree.ElementTree(root)


def _general(parent: etree._Element, strip: Strip) -> None:
    take = add(parent, "Datatake_Info", datatakeIdentifier=str(strip.datatake), metadataLevel="Brief")
    add(take, "SPACECRAFT_NAME", f"Sentinel-{strip.satellite[1:]}")
    add(take, "DATATAKE_TYPE", "INS-NOBS")
    add(take, "DATATAKE_SENSING_START", utc_text(strip.start(0)))
    add(take, "SENSING_ORBIT_NUMBER", strip.relative_orbit)
    add(take, "SENSING_ORBIT_DIRECTION", "DESCENDING")
    times = add(parent, "Datastrip_Time_Info", metadataLevel="Brief")
    add(times, "DATASTRIP_SENSING_START", utc_text(strip.start(0)))
    add(times, "DATASTRIP_SENSING_STOP", utc_text(strip.start(-1)))
    processing = add(parent, "Processing_Info", metadataLevel="Expertise")
    add(processing, "PROCESSING_BASELINE", BASELINE)
    add(processing, "PROCESSING_CENTER", CENTRE)
    add(processing, "UTC_DATE_TIME", utc_text(strip.creation))
    downlink = add(parent, "Downlink_Info", metadataLevel="Standard")
    add(downlink, "RECEPTION_STATION", STATION)
    add(downlink, "DOWNLINK_ORBIT_NUMBER", strip.absolute_orbit + 1)
    archive = add(parent, "Archiving_Info", metadataLevel="Expertise")
    add(archive, "ARCHIVING_CENTRE", CENTRE)
    add(archive, "ARCHIVING_TIME", utc_text(strip.creation))


def _image(parent: etree._Element, strip: Strip) -> None:
    detectors = add(add(parent, "Granules_Information", metadataLevel="Standard"), "Detector_List")
    for detector in DETECTORS:
        granules = add(add(detectors, "Detector", detectorId=detector), "Granule_List")
        for scene, position in enumerate(strip.positions):
            granule = add(granules, "Granule", granuleId=strip.granule(scene, detector))
            add(granule, "POSITION", position)
    sensor = add(parent, "Sensor_Configuration")
    _acquisition(add(sensor, "Acquisition_Configuration"))
    _packets(add(sensor, "Source_Packet_Description"), strip)
    _time_stamp(add(sensor, "Time_Stamp", usedModel="INITIAL", metadataLevel="Standard"), strip)
    headers = add(parent, "Geometric_Header_List", metadataLevel="Expertise")
    for row in range(_HEADER_ROWS // 2, strip.quicklook.rows, _HEADER_ROWS):
        _header(add(headers, "Geometric_Header", geometry="QL"), strip, row)


def _acquisition(parent: etree._Element) -> None:
    for name, value in (("COMPRESS_MODE", True), ("EQUALIZATION_MODE", True), ("NUC_TABLE_ID", 2)):
        add(parent, name, value, metadataLevel="Expertise")
    active = add(parent, "Active_Detectors_List", metadataLevel="Expertise")
    for detector in DETECTORS:
        add(active, "ACTIVE_DETECTOR", detector)
    tdi = add(parent, "TDI_Configuration_List", metadataLevel="Standard")
    for band in _TDI_BANDS:
        add(tdi, "TDI_CONFIGURATION", "APPLIED", bandId=band)
    spectral = add(parent, "Spectral_Band_Info")
    for band, (rate, integration) in enumerate(zip(_COMPRESSION, _INTEGRATION, strict=True)):
        one = add(spectral, "Spectral_Band_Information", bandId=band)
        add(one, "PHYSICAL_GAINS", 0, geometry="QL", metadataLevel="Standard")
        add(one, "COMPRESSION_RATE", rate, metadataLevel="Expertise")
        add(one, "INTEGRATION_TIME", integration, metadataLevel="Expertise", unit="ms")


def _packets(parent: etree._Element, strip: Strip) -> None:
    detectors = add(add(parent, "Source_Packet_Counters_List"), "Detector_List")
    for detector in DETECTORS:
        bands = add(add(detectors, "Detector", detectorId=detector), "Band_List")
        for number in range(len(BANDS)):
            band = add(bands, "Band", bandId=number)
            add(band, "DATA_STRIP_START", 1)
            add(band, "SCENE_POSITION", 1)
            add(band, "NB_OF_SOURCE_PACKETS", packets_of(number) * len(strip.positions))
    summary = add(parent, "Degradation_Summary", degradationPercentage=0)
    for kind in ("LOST", "TOO_DEGRADED", "KEPT_DEGRADED"):
        add(summary, f"NUMBER_OF_{kind}_PACKETS", 0)


def _time_stamp(parent: etree._Element, strip: Strip) -> None:
    add(parent, "LINE_PERIOD", str(LINE_PERIOD), unit="ms")
    begin = gps_text(strip.gps_start)
    for number in range(len(BANDS)):
        band = add(parent, "Band_Time_Stamp", bandId=number)
        for detector in DETECTORS:
            one = add(band, "Detector", detectorId=detector)
            add(one, "REFERENCE_LINE", 1)
            add(one, "GPS_TIME", begin)
    add(parent, "GPS_SYNC", True)


def _header(parent: etree._Element, strip: Strip, row: int) -> None:
    """Where the quick-look looks at a row: angles at its first, middle and last column."""
    navigation, model = strip.navigation, strip.quicklook
    t = navigation.seconds(model.begin) + row * model.period
    add(parent, "GPS_TIME", strip.gps_text(t, 3))
    add(parent, "LINE_INDEX", row)
    pointing = add(parent, "Pointing_Angles")
    satellite, image = add(pointing, "Satellite_Reference"), add(pointing, "Image_Reference")
    for name in ("ROLL", "PITCH", "YAW"):
        add(satellite, name, 0.0, unit="deg")
    for name in ("PSI_X", "PSI_Y"):
        add(image, name, 0.0, unit="deg")
    for position, column in (("begin", 0), ("center", model.columns // 2), ("end", model.columns - 1)):
        _located(add(parent, "Located_Geometric_Header", pos=position), strip, t, column)


def _located(parent: etree._Element, strip: Strip, t: float, column: int) -> None:
    navigation, model = strip.navigation, strip.quicklook
    other = column + 1 if column + 1 < model.columns else column - 1
    times = np.array([t, t + model.period, t])
    columns = np.array([column, column, other])
    lon, lat = ground(navigation, times, model.tan_psi_x[columns], model.tan_psi_y[columns])
    x, y, z = earth.to_ecef(lon, lat)
    along, across = (np.array([x[i] - x[0], y[i] - y[0], z[i] - z[0]]) for i in (1, 2))
    east, north = _horizontal(along, float(lon[0]), float(lat[0]))
    add(parent, "ORIENTATION", float(np.degrees(np.arctan2(east, north)) % 360), unit="deg")
    seen = viewing_angles(navigation, t, lon[0], lat[0])
    lit = sun_angles(navigation, lon[0], lat[0], t)
    for kind, (zenith, azimuth) in (("Incidence_Angles", seen), ("Solar_Angles", lit)):
        angles = add(parent, kind)
        add(angles, "ZENITH_ANGLE", float(zenith), unit="deg")
        add(angles, "AZIMUTH_ANGLE", float(azimuth), unit="deg")
    size = add(parent, "Pixel_Size")
    # Of a pixel of 10 m: a row of the quick-look is 32 lines, its columns are 34 of them wide in the middle.
    add(size, "ALONG_TRACK", float(np.linalg.norm(along) / 32), unit="m")
    angle = abs(np.arctan(model.tan_psi_x[other]) - np.arctan(model.tan_psi_x[column]))
    add(size, "ACROSS_TRACK", float(np.linalg.norm(across) * 12.53e-6 / angle), unit="m")


def _horizontal(vector: np.ndarray, lon: float, lat: float) -> tuple[float, float]:
    """East and north components of an ECEF vector at a place."""
    lam, phi = np.radians(lon), np.radians(lat)
    east = -np.sin(lam) * vector[0] + np.cos(lam) * vector[1]
    toward = np.cos(lam) * vector[0] + np.sin(lam) * vector[1]
    return float(east), float(np.cos(phi) * vector[2] - np.sin(phi) * toward)
