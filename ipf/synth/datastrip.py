"""A generated L0c datastrip on disk, without its granules: metadata, ancillary packets, manifest."""

import shutil
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from batch.safe.gps import gps_seconds
from batch.safe.manifest import write_manifest
from batch.safe.names import mtd_name, stamp
from batch.safe.xml import write_xml
from ipf.synth.ds_metadata import datastrip_metadata
from ipf.synth.strip import CENTRE, Strip, plan_strip

#: Number of the ancillary packet that we fill: GPS points.
_ANCILLARY = "11105"


@contextmanager
def made_datastrip(out: Path, **wanted: Any) -> Iterator[Path]:
    """Folder of a generated datastrip (see plan_strip for what may be wanted), gone when it has been used."""
    strip = plan_strip(**wanted)
    aside = out / f".made-{strip.name}"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        yield write_datastrip(strip, aside)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def write_datastrip(strip: Strip, folder: Path) -> Path:
    """Write the datastrip's PDI into `folder`; returns its path."""
    pdi = folder / strip.name
    for name in ("ANC_DATA", "QI_DATA", "rep_info"):
        (pdi / name).mkdir(parents=True)
    write_xml(datastrip_metadata(strip), pdi / mtd_name(strip.name))
    (pdi / "ANC_DATA" / _ancillary_name(strip)).write_bytes(_ancillary_packets(strip))
    write_manifest(pdi, "L0_DS")
    return pdi


def _ancillary_name(strip: Strip) -> str:
    first, last = stamp(strip.start(0)), stamp(strip.start(-1))
    return (
        f"{strip.satellite}_OPER_AUX_S{_ANCILLARY}_{CENTRE}_{stamp(strip.creation)}_V{first}_{last}"
        f"_A{strip.relative_orbit:06d}_WF_LN.bin"
    )


def _ancillary_packets(strip: Strip) -> bytes:
    """GPS seconds, then ECEF position [mm] and velocity [mm/s]: seven big-endian numbers of 8 bytes per
    point.
    """
    navigation = strip.navigation
    epoch = int(gps_seconds(navigation.epoch))
    return b"".join(
        struct.pack(">7q", epoch + round(float(t)), *(round(float(v) * 1000) for v in (*position, *velocity)))
        for t, position, velocity in zip(
            navigation.gps_t, navigation.position, navigation.velocity, strict=True
        )
    )
