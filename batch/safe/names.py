"""Names of PDIs and of the files in them.

Patterns: `core-common` parameters and sample data of COPRS, extended to S2C and S2D.

    S2B_OPER_MSI_L0__DS_REFS_20221124T163650_S20221011T064025_N02.08         datastrip
    S2B_OPER_MSI_L0__GR_REFS_20221124T163650_S20221011T064025_D01_N02.08     granule
    S2B_OPER_MSI_L1C_TL_REFS_20221124T170956_A029232_T39MYP_N04.00           L1C tile
    GS2B_20221011T064029_029232_N02.08                                       datatake
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from batch.errors import InputError

#: Names of the bands in the order of bandId 0…12.
BANDS = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12")
#: The 12 detectors as written in metadata and names.
DETECTORS = tuple(f"{d:02d}" for d in range(1, 13))

_TIME = r"\d{8}T\d{6}"
_PDI = re.compile(
    rf"(?P<satellite>S2[A-D])_(?P<file_class>[A-Z]{{4}})_(?P<category>MSI|MTD|QLK)_(?P<type>[A-Z0-9_]{{6}})"
    rf"_(?P<centre>[A-Z0-9_]{{4}})_(?P<creation>{_TIME})"
    rf"(?:_S(?P<sensing>{_TIME}))?(?:_A(?P<orbit>\d{{6}}))?"
    r"(?:_D(?P<detector>0[1-9]|1[0-2]))?(?:_T(?P<tile>\d{2}[A-Z]{3}))?(?:_N(?P<baseline>\d{2}\.\d{2}))?",
    re.ASCII,
)
_DATATAKE = re.compile(
    rf"G(?P<satellite>S2[A-D])_(?P<start>{_TIME})_(?P<orbit>\d{{6}})_N(?P<baseline>\d{{2}}\.\d{{2}})",
    re.ASCII,
)
#: What each type must have beside satellite, centre and creation date, and may not lack.
_PARTS = {
    "DS": ("sensing", "baseline"),
    "GR": ("sensing", "detector", "baseline"),
    "TL": ("orbit", "tile", "baseline"),
    "TC": ("orbit", "tile", "baseline"),
}
_STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class PdiName:
    """The parts of a PDI's name; `str()` builds it again. Times are UTC, truncated to the second."""

    satellite: str  # "S2A" … "S2D"
    type: str  # 6 characters: "L0__DS", "L0__GR", "L1C_DS", "L1C_TL" …
    centre: str  # 4 characters, padded by "_": "REFS", "SGS_"
    creation: datetime
    sensing: datetime | None = None
    orbit: int | None = None  # absolute
    detector: str | None = None  # "01" … "12"
    tile: str | None = None  # MGRS: "39MYP"
    baseline: str | None = None  # "02.08"
    category: str = "MSI"
    file_class: str = "OPER"

    def __str__(self) -> str:
        parts = [self.satellite, self.file_class, self.category, self.type, self.centre, stamp(self.creation)]
        parts += [f"S{stamp(self.sensing)}"] if self.sensing else []
        parts += [f"A{self.orbit:06d}"] if self.orbit is not None else []
        parts += [f"D{self.detector}"] if self.detector else []
        parts += [f"T{self.tile}"] if self.tile else []
        parts += [f"N{self.baseline}"] if self.baseline else []
        return "_".join(parts)

    @property
    def kind(self) -> str:
        """DS, GR, TL or TC."""
        return self.type[-2:]

    @property
    def level(self) -> str:
        """L0, L0U, L1A, L1B or L1C."""
        return self.type[:3].rstrip("_")


@dataclass(frozen=True)
class DatatakeName:
    """`GS2B_20221011T064029_029232_N02.08`: satellite, sensing start (UTC), absolute orbit, baseline."""

    satellite: str
    start: datetime
    orbit: int
    baseline: str

    def __str__(self) -> str:
        return f"G{self.satellite}_{stamp(self.start)}_{self.orbit:06d}_N{self.baseline}"


def parse_name(text: str) -> PdiName:
    """The parts of a PDI name (with category MSI and baseline). InputError if it is not one."""
    name = _match(text)
    lacks = [p for p in _PARTS.get(name.kind, ()) if getattr(name, p) is None] if name else []
    if name is None or lacks or name.category != "MSI" or name.kind not in _PARTS:
        raise InputError(
            f"{text!r} is not the name of a PDI, something like "
            "S2B_OPER_MSI_L0__DS_REFS_20221124T163650_S20221011T064025_N02.08 was expected; give its folder"
        )
    return name


def parse_datatake(text: str) -> DatatakeName:
    """The parts of a datatake identifier. InputError if it is not one."""
    match = _DATATAKE.fullmatch(text)
    start = _time(match["start"]) if match else None
    if match is None or start is None:
        raise InputError(
            f"{text!r} is not a datatake identifier, something like GS2B_20221011T064029_029232_N02.08 "
            "was expected; correct datatakeIdentifier"
        )
    return DatatakeName(match["satellite"], start, int(match["orbit"]), match["baseline"])


def is_l0c(text: str, kind: str) -> bool:
    """Whether `text` names an L0c PDI of `kind` DS or GR."""
    name = _match(text)
    return (
        name is not None
        and (name.type, name.category) == (f"L0__{kind}", "MSI")
        and all(getattr(name, part) is not None for part in _PARTS[kind])
        and (name.detector is not None) == (kind == "GR")
        and name.orbit is None
        and name.tile is None
    )


def l0c_ds(satellite: str, centre: str, creation: datetime, sensing: datetime, baseline: str) -> str:
    """Name of an L0c datastrip. Times in UTC; the sensing start is truncated to the second."""
    return str(PdiName(satellite, "L0__DS", _centre(centre), creation, sensing, baseline=baseline))


def l0c_gr(
    satellite: str, centre: str, creation: datetime, sensing: datetime, detector: str, baseline: str
) -> str:
    """Name of an L0c granule of `detector` "01"…"12"."""
    name = PdiName(
        satellite, "L0__GR", _centre(centre), creation, sensing, detector=detector, baseline=baseline
    )
    return str(name)


def l1c_ds(satellite: str, centre: str, creation: datetime, sensing: datetime, baseline: str) -> str:
    """Name of an L1C datastrip."""
    return str(PdiName(satellite, "L1C_DS", _centre(centre), creation, sensing, baseline=baseline))


def l1c_tl(satellite: str, centre: str, creation: datetime, orbit: int, tile: str, baseline: str) -> str:
    """Name of an L1C tile; `orbit` is the absolute one, `tile` MGRS without the leading T."""
    return str(
        PdiName(satellite, "L1C_TL", _centre(centre), creation, orbit=orbit, tile=tile, baseline=baseline)
    )


def l1c_safe(
    satellite: str, start: datetime, baseline: str, relative_orbit: int, tile: str, disc: datetime
) -> str:
    """Name of a compact L1C user product: `S2B_MSIL1C_<datatake start>_N0400_R034_T39MYP_<disc>.SAFE`."""
    number = baseline.replace(".", "")
    return f"{satellite}_MSIL1C_{stamp(start)}_N{number}_R{relative_orbit:03d}_T{tile}_{stamp(disc)}.SAFE"


def file_stem(pdi: str) -> str:
    """A PDI's name without its baseline: what the names of the files inside begin with."""
    return str(replace(parse_name(pdi), baseline=None))


def mtd_name(pdi: str) -> str:
    """Name of the metadata file of a PDI: `…_MSI_…_N02.08` → `…_MTD_….xml`."""
    return f"{replace(parse_name(pdi), baseline=None, category='MTD')}.xml"


def quicklook_name(ds: str, band: str) -> str:
    """Name of a quick-look of a datastrip: `S2B_OPER_QLK_L0__DS_…_B02.jp2`."""
    return f"{replace(parse_name(ds), baseline=None, category='QLK')}_{band}.jp2"


def packets_name(granule: str, band: str) -> str:
    """Name of the packets' file of a granule and band: `S2B_OPER_MSI_L0__GR_…_D01_B02.bin`."""
    return f"{file_stem(granule)}_{band}.bin"


def packets_path(granule_dir: Path, band: str) -> Path:
    """Where the packets of `band` are in a granule's folder."""
    return granule_dir / "IMG_DATA" / packets_name(granule_dir.name, band)


def mtd_path(pdi_dir: Path) -> Path:
    """Where the metadata of a PDI's folder are."""
    return pdi_dir / mtd_name(pdi_dir.name)


def stamp(time: datetime) -> str:
    """`20221011T064025`: the second that `time` (UTC) lies in."""
    return time.strftime(_STAMP)


def _match(text: str) -> PdiName | None:
    match = _PDI.fullmatch(text)
    if match is None:
        return None
    creation, sensing = _time(match["creation"]), _time(match["sensing"] or "")
    if creation is None or (match["sensing"] and sensing is None):
        return None
    return PdiName(
        satellite=match["satellite"],
        type=match["type"],
        centre=match["centre"],
        creation=creation,
        sensing=sensing,
        orbit=int(match["orbit"]) if match["orbit"] else None,
        detector=match["detector"],
        tile=match["tile"],
        baseline=match["baseline"],
        category=match["category"],
        file_class=match["file_class"],
    )


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _centre(centre: str) -> str:
    return centre.ljust(4, "_")
