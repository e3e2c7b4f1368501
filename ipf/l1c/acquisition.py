"""What the L1C metadata tell of an acquisition, out of the datastrip's L0c metadata and the job order."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from batch.errors import InputError
from batch.safe.names import DatatakeName, l1c_ds, l1c_safe, l1c_tl, parse_datatake, stamp
from batch.safe.xml import attribute, find, need, parse_xml, text

#: Absolute orbit whose relative orbit is 1, modulo 143. S2A 26904 has 23 (L1B of 2020-08-16) and 32448 has
#: 133 (L1C of 2021-09-08), S2B 29232 has 34 (L0c of 2022-10-11): each in its own metadata.
_FIRST_ORBIT = {"S2A": 141, "S2B": 27}
ORBITS_PER_CYCLE = 143

_STAMP = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)T(\d\d):?(\d\d):?(\d\d)(\.\d+)?Z?", re.ASCII)


def relative_orbit(satellite: str, absolute: int) -> int:
    """Orbit 1 … 143 within the repeat cycle; KeyError for satellites whose numbering is not known here."""
    return (absolute - _FIRST_ORBIT[satellite]) % ORBITS_PER_CYCLE + 1


def parse_utc(value: str) -> datetime:
    """A UTC time written `2022-11-24T17:09:56Z` or `20221124T170956`; InputError else."""
    match = _STAMP.fullmatch(value.strip())
    try:
        if match is None:
            raise ValueError
        year, month, day, hour, minute, second = (int(group) for group in match.groups()[:6])
        micro = int((match[7] or ".")[1:7].ljust(6, "0"))
        return datetime(year, month, day, hour, minute, second, micro, UTC)
    except ValueError:
        raise InputError(f"{value!r} is not a time like 2022-11-24T17:09:56Z; correct it") from None


def utc_text(time: datetime) -> str:
    """`2022-10-11T06:40:25.456Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"


@dataclass(frozen=True)
class Processing:
    """Who makes the products and when: parameters of the job order, so that a re-run gives the same names."""

    baseline: str
    centre: str
    creation: datetime
    archiving_centre: str


@dataclass(frozen=True)
class Acquisition:
    """One (virtual) datastrip. Times are UTC; `stop` is the begin of the last scene, as in the metadata."""

    satellite: str
    spacecraft: str
    datatake: DatatakeName
    datatake_type: str
    datatake_start: datetime
    relative_orbit: int
    direction: str | None
    start: datetime
    stop: datetime
    gps_utc: float

    @classmethod
    def of(cls, tree: etree._ElementTree) -> "Acquisition":
        """From the metadata of a datastrip of any level (L0c to L1C)."""
        info = need(tree, "General_Info/Datatake_Info")
        datatake = parse_datatake(attribute(info, "datatakeIdentifier"))
        direction = find(info, "SENSING_ORBIT_DIRECTION")
        times = need(tree, "General_Info/Datastrip_Time_Info")
        return cls(
            satellite=datatake.satellite,
            spacecraft=text(info, "SPACECRAFT_NAME"),
            datatake=datatake,
            datatake_type=text(info, "DATATAKE_TYPE"),
            datatake_start=parse_utc(text(info, "DATATAKE_SENSING_START")),
            relative_orbit=int(text(info, "SENSING_ORBIT_NUMBER")),
            direction=direction.text if direction is not None else None,
            start=parse_utc(text(times, "DATASTRIP_SENSING_START")),
            stop=parse_utc(text(times, "DATASTRIP_SENSING_STOP")),
            gps_utc=float(text(tree, "Auxiliary_Data_Info/IERS_Bulletin/GPS_TIME_UTC")),
        )

    @classmethod
    def read(cls, path: Path) -> "Acquisition":
        """From a metadata file."""
        return cls.of(parse_xml(path))


@dataclass(frozen=True)
class Names:
    """Names of everything in an L1C product. The public format, compact since 2016 (PSD 14)."""

    acquisition: Acquisition
    processing: Processing
    tile: str

    @property
    def safe(self) -> str:
        """Folder of the user product."""
        return l1c_safe(
            self.acquisition.satellite,
            self.acquisition.datatake_start,
            self.processing.baseline,
            self.acquisition.relative_orbit,
            self.tile,
            self.processing.creation,
        )

    @property
    def datatake_id(self) -> str:
        """datatakeIdentifier with the baseline of this processing, as in public products."""
        a = self.acquisition.datatake
        return str(DatatakeName(a.satellite, a.start, a.orbit, self.processing.baseline))

    @property
    def datastrip_id(self) -> str:
        """PDI name of the L1C datastrip."""
        return datastrip_id(self.acquisition, self.processing)

    @property
    def datastrip_folder(self) -> str:
        """DATASTRIP/DS_REFS_<creation>_S<sensing start>."""
        p = self.processing
        return f"DS_{p.centre:_<4}_{stamp(p.creation)}_S{stamp(self.acquisition.start)}"

    @property
    def tile_id(self) -> str:
        """PDI name of the tile."""
        p = self.processing
        orbit = self.acquisition.datatake.orbit
        return l1c_tl(self.acquisition.satellite, p.centre, p.creation, orbit, self.tile, p.baseline)

    @property
    def granule_folder(self) -> str:
        """GRANULE/L1C_T36MZD_A029232_<sensing start of the datastrip>."""
        return f"L1C_T{self.tile}_A{self.acquisition.datatake.orbit:06d}_{stamp(self.acquisition.start)}"

    @property
    def image_stem(self) -> str:
        """T36MZD_<start of the datatake>: the same in a datastrip and its virtual datastrips."""
        return f"T{self.tile}_{stamp(self.acquisition.datatake_start)}"

    def image(self, what: str) -> str:
        """File name of a band ("B02"), "TCI" or "PVI"."""
        return f"{self.image_stem}_{what}.jp2"


def datastrip_id(acquisition: Acquisition, processing: Processing) -> str:
    """PDI name of the L1C datastrip."""
    return l1c_ds(
        acquisition.satellite, processing.centre, processing.creation, acquisition.start, processing.baseline
    )
