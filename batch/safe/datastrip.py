"""An L0c datastrip: what its metadata say, read once.

Scenes, gaps and POSITION. A scene is the 12 granules (one per detector) that share a POSITION, the number
(from 1) of their first 10 m line. POSITION grows by 2304 from one scene to the next; where it grows by more,
the instrument or the downlink left a gap, and a new *data block* begins. DATA_STRIP_START and SCENE_POSITION
(the counter of the first source packet, and its place in the on-board scene) are about the beginning of the
whole datastrip only, so they do not show gaps, and are not used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from lxml import etree

from batch.errors import InputError
from batch.safe.gps import gps_seconds, parse_utc
from batch.safe.names import DETECTORS, is_l0c, mtd_path, parse_datatake, parse_name
from batch.safe.xml import attribute, findall, local_name, need, parse_xml, text

#: Lines of 10 m in a scene, and the step of POSITION.
LINES_PER_SCENE = 2304

ROOT = "Level-0_DataStrip_ID"
GRANULES = "Image_Data_Info/Granules_Information/Detector_List/Detector"
TIME_STAMP = "Image_Data_Info/Sensor_Configuration/Time_Stamp"


@dataclass(frozen=True)
class Granule:
    """One granule of the list: PDI name, detector "01"…"12", POSITION (first 10 m line, from 1)."""

    name: str
    detector: str
    position: int


@dataclass(frozen=True)
class Datastrip:
    """Metadata of an L0c datastrip. Scenes are numbered from 1; times in UTC unless they are GPS_TIME."""

    name: str
    satellite: str  # "S2B"
    datatake_id: str
    datatake_type: str  # "INS-NOBS"
    sensing_start: datetime
    sensing_stop: datetime  # start of the last scene, as in the real files
    positions: tuple[int, ...]  # of the scenes
    granules: Mapping[str, tuple[Granule, ...]]  # by detector, in the order of the scenes
    blocks: tuple[int, ...]  # scenes of each data block
    line_period: Decimal  # of a 10 m line, ms
    gps_times: Mapping[tuple[int, str], str]  # of line 1, by (bandId, detector), as written
    gps_minus_utc: int  # s
    absolute_orbit: int
    relative_orbit: int
    baseline: str
    ds_dir: Path
    gr_dir: Path

    @property
    def scenes(self) -> int:
        """Number of scenes."""
        return len(self.positions)

    @property
    def mtd(self) -> Path:
        """The metadata file."""
        return mtd_path(self.ds_dir)

    @property
    def scene_seconds(self) -> Decimal:
        """Duration of a scene in s, exactly."""
        return (LINES_PER_SCENE * self.line_period).scaleb(-3)

    def offset(self, scene: int) -> Decimal:
        """Seconds from line 1 of the datastrip to the first line of `scene` (from 1), exactly.

        Always with as many digits, so that two shifts add up to the same text as one.
        """
        return ((self.positions[scene - 1] - 1) * self.line_period).scaleb(-3)

    @property
    def gps_start(self) -> Decimal:
        """GPS seconds since 1980-01-06 of line 1: the earliest of all bands and detectors."""
        return min(gps_seconds(time) for time in self.gps_times.values())


def find_datastrip(path: Path) -> tuple[Path, Path]:
    """Folders (DS, GR) of a datastrip given as DIR (holding DS/ and GR/) or as DIR/DS/<name>."""
    path = Path(path).absolute()  # not resolved: a linked DS has its granules beside the link
    if is_l0c(path.name, "DS") and path.is_dir():
        return path, path.parent.parent / "GR"
    inside = path / "DS"
    found = sorted(p for p in inside.iterdir() if is_l0c(p.name, "DS")) if inside.is_dir() else []
    if len(found) > 1:
        raise InputError(
            f"{inside} holds {len(found)} datastrips, one was expected; give {found[0]} or another"
        )
    if not found:
        raise InputError(
            f"{path} is not an L0c datastrip, a folder with DS/S2x_OPER_MSI_L0__DS_… and GR/ was expected; "
            "give that folder, or the PDI in its DS"
        )
    return found[0], path / "GR"


def read_datastrip(ds_dir: Path, gr_dir: Path | None = None) -> Datastrip:
    """Read the metadata of the datastrip in folder `ds_dir`. Its granules are not looked at (see `check`).

    InputError where the metadata are broken, incomplete or contradict themselves or the folder's name.
    """
    real = Path(ds_dir).absolute()
    name = parse_name(real.name)
    if not is_l0c(real.name, "DS"):
        raise InputError(
            f"{ds_dir} is not an L0c datastrip (S2x_OPER_MSI_L0__DS_…) but an {name.type}; give that"
        )
    path = mtd_path(real)
    tree = parse_xml(path)
    if local_name(tree.getroot()) != ROOT:
        raise InputError(f"{path} is not L0 datastrip metadata, <{ROOT}> was expected; fetch it again")
    datatake = need(tree, "General_Info/Datatake_Info")
    datatake_id = attribute(datatake, "datatakeIdentifier")
    satellite = _satellite(path, text(datatake, "SPACECRAFT_NAME"), name.satellite, datatake_id)
    granules = _granules(path, tree, satellite)
    positions = tuple(g.position for g in granules[DETECTORS[0]])
    times = need(tree, "General_Info/Datastrip_Time_Info")
    return Datastrip(
        name=real.name,
        satellite=satellite,
        datatake_id=datatake_id,
        datatake_type=text(datatake, "DATATAKE_TYPE"),
        sensing_start=parse_utc(text(times, "DATASTRIP_SENSING_START")),
        sensing_stop=parse_utc(text(times, "DATASTRIP_SENSING_STOP")),
        positions=positions,
        granules=granules,
        blocks=_blocks(path, positions),
        line_period=_decimal(path, text(tree, f"{TIME_STAMP}/LINE_PERIOD")),
        gps_times=_gps_times(path, tree),
        gps_minus_utc=int(_decimal(path, text(tree, "Auxiliary_Data_Info/IERS_Bulletin/GPS_TIME_UTC"))),
        absolute_orbit=parse_datatake(datatake_id).orbit,
        relative_orbit=_integer(path, text(datatake, "SENSING_ORBIT_NUMBER")),
        baseline=text(tree, "General_Info/Processing_Info/PROCESSING_BASELINE"),
        ds_dir=real,
        gr_dir=Path(gr_dir).absolute() if gr_dir else real.parent.parent / "GR",
    )


def _satellite(path: Path, spacecraft: str, of_name: str, datatake_id: str) -> str:
    """ "Sentinel-2B" → "S2B", the same as in the folder's name and in the datatake."""
    satellite = spacecraft.replace("Sentinel-", "S")
    of_datatake = parse_datatake(datatake_id).satellite
    if not satellite == of_name == of_datatake:
        raise InputError(
            f"{path} is of {spacecraft} and datatake {datatake_id}, but the folder's name says {of_name}: "
            "one satellite was expected; rename the folder or fetch the datastrip again"
        )
    return satellite


def _granules(path: Path, tree: etree._ElementTree, satellite: str) -> dict[str, tuple[Granule, ...]]:
    lists: dict[str, tuple[Granule, ...]] = {}
    for detector in findall(tree, GRANULES):
        number = attribute(detector, "detectorId")
        lists[number] = tuple(
            _granule(path, g, number, satellite) for g in findall(detector, "Granule_List/Granule")
        )
    if tuple(sorted(lists)) != DETECTORS:
        raise InputError(
            f"{path} lists granules of {len(lists)} detectors ({' '.join(sorted(lists))}), 12 were expected; "
            "fetch the datastrip again"
        )
    first = [g.position for g in lists[DETECTORS[0]]]
    for number, granules in lists.items():
        mine = [g.position for g in granules]
        if mine != first:
            odd = sorted(set(mine) ^ set(first)) or [p for p, q in zip(mine, first, strict=True) if p != q]
            raise InputError(
                f"{path}: detectors {DETECTORS[0]} and {number} do not list granules at the same POSITIONs "
                f"({odd[0]} differs), 12 granules per scene were expected; fetch the datastrip again"
            )
    names = [g.name for granules in lists.values() for g in granules]
    if len(set(names)) < len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise InputError(f"{path} lists granule {twice} twice, once was expected; fetch the datastrip again")
    return {number: lists[number] for number in DETECTORS}


def _granule(path: Path, element: etree._Element, detector: str, satellite: str) -> Granule:
    name = attribute(element, "granuleId")
    if not is_l0c(name, "GR"):
        raise InputError(f"{path} lists {name!r}, the name of an L0c granule was expected; fetch it again")
    parts = parse_name(name)
    if (parts.satellite, parts.detector) != (satellite, detector):
        raise InputError(
            f"{path} lists granule {name} under {satellite}, detector {detector}: it is of another satellite "
            "or detector; fetch the datastrip again"
        )
    return Granule(name, detector, _integer(path, text(element, "POSITION")))


def _blocks(path: Path, positions: tuple[int, ...]) -> tuple[int, ...]:
    """Scenes per data block."""
    if not positions or positions[0] != 1:
        raise InputError(
            f"{path}: the first POSITION is {positions[0] if positions else 'missing'}, 1 was expected "
            "(granules in the order of their lines); fetch the datastrip again"
        )
    blocks = [1]
    for before, after in pairwise(positions):
        if after < before + LINES_PER_SCENE:
            kind = "unordered" if after <= before else "overlapping"
            raise InputError(
                f"{path}: {kind} POSITIONs, {after} after {before} where {before + LINES_PER_SCENE} or more "
                "was expected; fetch the datastrip again"
            )
        if after == before + LINES_PER_SCENE:
            blocks[-1] += 1
        else:
            blocks.append(1)
    return tuple(blocks)


def _gps_times(path: Path, tree: etree._ElementTree) -> dict[tuple[int, str], str]:
    times: dict[tuple[int, str], str] = {}
    for band in findall(tree, f"{TIME_STAMP}/Band_Time_Stamp"):
        for detector in findall(band, "Detector"):
            time = text(detector, "GPS_TIME")
            gps_seconds(time)
            line = text(detector, "REFERENCE_LINE")
            if line != "1":
                raise InputError(
                    f"{path}: REFERENCE_LINE is {line}, 1 was expected; fetch the datastrip again"
                )
            times[_integer(path, attribute(band, "bandId")), attribute(detector, "detectorId")] = time
    expected = {(band, detector) for band in range(13) for detector in DETECTORS}
    if set(times) != expected:
        raise InputError(
            f"{path}: Time_Stamp has GPS_TIMEs of {len(times)} bands and detectors, those of 13 bands × 12 "
            "detectors were expected; fetch the datastrip again"
        )
    return times


def _integer(path: Path, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise InputError(f"{path}: {value!r} where an integer was expected; fetch the file again") from None


def _decimal(path: Path, value: str) -> Decimal:
    try:
        number = Decimal(value)
    except ArithmeticError:
        number = Decimal("NaN")
    if not number.is_finite():
        raise InputError(f"{path}: {value!r} where a number was expected; fetch the file again")
    return number
