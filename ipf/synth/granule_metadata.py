"""Metadata of an L0c granule (PSD 14.8, S2_PDI_Level-0_Granule_Metadata.xsd)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from lxml import etree

from batch.safe.datastrip import Datastrip, Granule
from batch.safe.gps import utc_of, utc_text
from batch.safe.names import parse_name
from batch.safe.packets import RESOLUTIONS, packets_of
from ipf.geometry.location import Locator, viewing_angles
from ipf.geometry.sun import sun_angles
from ipf.synth.elements import add, numbers, root_of
from ipf.synth.photo import Camera

#: Band whose footprint stands for the granule's (REFERENCE_BAND 3 of the datastrip).
REFERENCE = "B04"


@dataclass(frozen=True)
class Place:
    """Where a granule looks: corners and centre (lon, lat), angles (zenith, azimuth) in degrees at the
    centre.
    """

    corners: Sequence[tuple[float, float]]
    centre: tuple[float, float]
    incidence: tuple[float, float]
    sun: tuple[float, float]


def place(camera: Camera, granule: Granule) -> Place:
    """Footprint and angles of the granule's reference band."""
    locator = Locator(camera.navigation, REFERENCE, granule.detector)
    clock = camera.clock(REFERENCE, granule.detector)
    first = (granule.position - 1) // camera.scale
    last = first + 2304 // camera.scale
    begin, end = float(clock.time(first, 0.0)), float(clock.time(last, 0.0))
    middle = (begin + end) / 2
    corners = [(begin, 0.0), (begin, 2552.0), (end, 2552.0), (end, 0.0), (begin, 0.0)]
    ring = [tuple(float(x) for x in locator.direct(t, column)) for t, column in corners]
    lon, lat = (float(x) for x in locator.direct(middle, 1276.0))
    look = viewing_angles(camera.navigation, middle, lon, lat)
    light = sun_angles(camera.navigation, lon, lat, middle)
    return Place(
        [(x, y) for x, y in ring],
        (lon, lat),
        (float(look[0]), float(look[1])),
        (float(light[0]), float(light[1])),
    )


def granule_metadata(ds: Datastrip, granule: Granule, where: Place) -> etree._ElementTree:
    """The document; `where` as `place` gives it."""
    root, (general, geometric, quality) = root_of(
        "S2_PDI_Level-0_Granule_Metadata",
        "Level-0_Granule_ID",
        ("General_Info", "Geometric_Info", "Quality_Indicators_Info"),
    )
    _general(general, ds, granule)
    _geometric(geometric, granule, where)
    _quality(quality, ds, granule)
    etree.indent(root)
    return etree.ElementTree(root)


def sensing_time(ds: Datastrip, granule: Granule) -> datetime:
    """UTC of the granule's first line."""
    seconds = ds.gps_start + (granule.position - 1) * ds.line_period / Decimal(1000)
    return utc_of(seconds, ds.gps_minus_utc)


def _general(parent: etree._Element, ds: Datastrip, granule: Granule) -> None:
    name = parse_name(granule.name)
    add(parent, "GRANULE_ID", granule.name, metadataLevel="Brief")
    add(parent, "DETECTOR_ID", granule.detector, metadataLevel="Brief")
    add(parent, "DATASTRIP_ID", ds.name, metadataLevel="Brief")
    add(parent, "DOWNLINK_PRIORITY", "NOMINAL", metadataLevel="Standard")
    add(parent, "SENSING_TIME", utc_text(sensing_time(ds, granule)), metadataLevel="Standard")
    archive = add(parent, "Archiving_Info", metadataLevel="Expertise")
    add(archive, "ARCHIVING_CENTRE", name.centre)
    add(archive, "ARCHIVING_TIME", utc_text(name.creation.replace(tzinfo=UTC)))


def _geometric(parent: etree._Element, granule: Granule, where: Place) -> None:
    outer = add(parent, "Granule_Footprint", metadataLevel="Brief")
    footprint = add(add(outer, "Granule_Footprint"), "Footprint")
    add(footprint, "EXT_POS_LIST", numbers(x for lon, lat in where.corners for x in (lat, lon, 0.0)))
    add(outer, "RASTER_CS_TYPE", "POINT")
    add(outer, "PIXEL_ORIGIN", 1)
    position = add(parent, "Granule_Position", metadataLevel="Standard")
    add(position, "POSITION", granule.position)
    header = add(position, "Geometric_Header")
    lon, lat = where.centre
    add(header, "GROUND_CENTER", numbers((lat, lon, 0.0)))
    for kind, (zenith, azimuth) in (("Incidence_Angles", where.incidence), ("Solar_Angles", where.sun)):
        angles = add(header, kind)
        add(angles, "ZENITH_ANGLE", zenith, unit="deg")
        add(angles, "AZIMUTH_ANGLE", azimuth, unit="deg")


def _quality(parent: etree._Element, ds: Datastrip, granule: Granule) -> None:
    content = add(parent, "Image_Content_QI", metadataLevel="Standard")
    common = add(content, "Common_IMG_QI")
    add(common, "CLOUDY_PIXEL_PERCENTAGE", 0)
    add(common, "DEGRADED_MSI_DATA_PERCENTAGE", 0)
    counters = add(add(content, "Source_Packet_description"), "Source_Packet_Counters_List")
    scene = ds.positions.index(granule.position)
    for band in range(len(RESOLUTIONS)):
        one = add(counters, "Source_Packet_Counters", bandId=band)
        add(one, "DATA_STRIP_START", scene * packets_of(band) + 1)
        add(one, "SCENE_POSITION", 1)
        add(one, "NB_OF_SOURCE_PACKETS", packets_of(band))
