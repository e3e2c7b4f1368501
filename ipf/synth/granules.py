"""Granules on disk: for each a PDI folder with the packets of 13 bands, metadata and manifest."""

import shutil
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from batch.errors import InputError
from batch.safe.datastrip import Datastrip, Granule
from batch.safe.gps import gps_seconds, utc_text
from batch.safe.manifest import write_manifest
from batch.safe.names import BANDS, mtd_path, packets_name
from batch.safe.packets import PacketHeader, build_packet, columns_of, lines_of, packets_of
from batch.safe.xml import write_xml
from ipf.geometry.navigation import Navigation
from ipf.packets import encode
from ipf.radiometry import BANDS as FACTS
from ipf.radiometry import earth_sun_factor
from ipf.synth.granule_metadata import granule_metadata, place, sensing_time
from ipf.synth.photo import Camera, photograph


def camera_of(ds: Datastrip, scale: int) -> Camera:
    """What the pictures of a datastrip share, from its own metadata."""
    period = str(ds.line_period / Decimal(1000))
    times = {band: {d: ds.gps_times[number, d] for d in ds.granules} for number, band in enumerate(BANDS)}
    navigation = Navigation.from_datastrip(ds.mtd)
    return Camera(ds.satellite, navigation, period, times, earth_sun_factor(ds.sensing_start), scale)


def first_row(granule: Granule, band: str, scale: int) -> int:
    """Row of the band's image of the datastrip at which the granule begins."""
    lines, rest = divmod(granule.position - 1, FACTS[band].resolution // 10 * scale)
    if rest:
        raise InputError(
            f"granule {granule.name} begins at line {granule.position}, no whole row of {band} at scale "
            f"{scale}; choose a smaller scale"
        )
    return lines


def write_granule(ds: Datastrip, camera: Camera, granule: Granule, folder: Path) -> int:
    """Photograph one granule into `folder`/<granule name>; returns its packets' bytes.

    Written aside, then renamed: what has the final name is complete.
    """
    final = folder / granule.name
    # A folder of that name inside the one aside, so that names derived from the folder's are right at once.
    aside = folder / f".{granule.name}.part" / granule.name
    shutil.rmtree(aside.parent, ignore_errors=True)
    for name in ("IMG_DATA", "QI_DATA", "rep_info"):
        (aside / name).mkdir(parents=True)
    size = 0
    for band in BANDS:
        data = b"".join(_packets(ds, camera, granule, band))
        (aside / "IMG_DATA" / packets_name(granule.name, band)).write_bytes(data)
        size += len(data)
    write_xml(granule_metadata(ds, granule, place(camera, granule)), mtd_path(aside))
    write_manifest(aside, "L0_GR", start=utc_text(sensing_time(ds, granule)))
    shutil.rmtree(final, ignore_errors=True)
    aside.rename(final)
    aside.parent.rmdir()
    return size


def _packets(ds: Datastrip, camera: Camera, granule: Granule, band: str) -> Iterator[bytes]:
    number, scale = BANDS.index(band), camera.scale
    lines, count = lines_of(scale), packets_of(number)
    row = first_row(granule, band, scale)
    counts = photograph(camera, band, granule.detector, row, FACTS[band].lines(scale))
    begin = Fraction(gps_seconds(ds.gps_times[number, granule.detector]))
    period = Fraction(camera.line_period) * FACTS[band].resolution / 10 * scale
    first = ds.positions.index(granule.position) * count
    for index, (coding, payload) in enumerate(encode(counts, lines)):
        ticks = round((begin + (row + index * lines) * period) * (1 << 32))
        header = PacketHeader(
            count=first + index,
            seconds=ticks >> 32,
            fraction=ticks & 0xFFFFFFFF,
            band=number,
            detector=int(granule.detector),
            scale=scale,
            lines=lines,
            columns=columns_of(number, scale),
            coding=coding,
        )
        yield build_packet(header, payload)
