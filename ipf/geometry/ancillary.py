"""Navigation out of a datastrip's metadata (L0c of PSD 14, L1B of PSD 15)."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
from lxml import etree

from batch.errors import InputError
from batch.safe.xml import parse_xml
from ipf.geometry.clock import parse_gps_time
from ipf.geometry.focal_plane import nominal_piloting_to_msi
from ipf.geometry.navigation import Navigation, Refining
from ipf.geometry.rotation import Floats

_ARCSECOND = np.pi / (180 * 3600)


def read_navigation(mtd: Path) -> Navigation:
    """Parse GPS points, corrected attitudes, the IERS bulletin, the mounting and, if there is one, the
    refining."""
    root = parse_xml(mtd).getroot()
    points = _series(root, mtd, ".//GPS_Points_List/GPS_Point", "POSITION_VALUES", "VELOCITY_VALUES")
    attitudes = _series(root, mtd, ".//Corrected_Attitudes/Values", "QUATERNION_VALUES")
    epoch = points[0][0]
    zero = parse_gps_time(epoch)
    seconds: Callable[[str], float] = lambda text: float(parse_gps_time(text) - zero)  # noqa: E731
    bulletin = root.find(".//IERS_Bulletin")
    gps_utc = _number(bulletin, "GPS_TIME_UTC", mtd)
    return Navigation(
        epoch=epoch,
        gps_t=np.array([seconds(t) for t, _ in points]),
        position=_array([v[0] for _, v in points], 3, "POSITION_VALUES", mtd) * 1e-3,
        velocity=_array([v[1] for _, v in points], 3, "VELOCITY_VALUES", mtd) * 1e-3,
        attitude_t=np.array([seconds(t) for t, _ in attitudes]),
        attitude=_array([v[0] for _, v in attitudes], 4, "QUATERNION_VALUES", mtd),
        ut1_utc=_number(bulletin, "UT1_UTC", mtd),
        gps_utc=gps_utc,
        pole=(
            _number(bulletin, "POLE_U_ANGLE", mtd) * _ARCSECOND,
            _number(bulletin, "POLE_V_ANGLE", mtd) * _ARCSECOND,
        ),
        piloting_to_msi=_mounting(root, mtd),
        refining=_refining(root, mtd, zero, gps_utc),
    )


def _series(root: etree._Element, mtd: Path, path: str, *names: str) -> list[tuple[str, list[str]]]:
    """Time and texts of valid records, sorted by time, the first of equal times kept."""
    found: dict[Fraction, tuple[str, list[str]]] = {}
    for record in root.iterfind(path):
        if record.findtext("QUATERNION_VALIDITY", "true") != "true":
            continue
        time, values = record.findtext("GPS_TIME"), [record.findtext(n) or "" for n in names]
        if time is None or not all(values):
            raise InputError(
                f"{mtd} has a {path[3:]} without GPS_TIME or {' or '.join(names)}; repair the file"
            )
        found.setdefault(parse_gps_time(time), (time.strip(), values))
    if not found:
        raise InputError(f"{mtd} has no {path[3:]}; give the metadata of a datastrip with its ancillary data")
    return [found[t] for t in sorted(found)]


def _array(texts: list[str], width: int, name: str, mtd: Path) -> Floats:
    try:
        return np.array([[float(x) for x in text.split()] for text in texts]).reshape(len(texts), width)
    except ValueError:
        raise InputError(f"{mtd} has a {name} that is not {width} numbers; repair the file") from None


def _number(parent: etree._Element | None, name: str, mtd: Path) -> float:
    try:
        if parent is None:
            raise ValueError
        return float(parent.findtext(name) or "")
    except ValueError:
        raise InputError(f"{mtd} has no number IERS_Bulletin/{name}; repair the file") from None


def _mounting(root: etree._Element, mtd: Path) -> Floats:
    """Piloting to MSI, as the L0c quick-look model gives it; else that of S2A."""
    frame = root.find(".//Piloting_To_Msi_Frame")
    if frame is None:
        return nominal_piloting_to_msi()
    try:
        return np.array([float(frame.findtext(name) or "") for name in ("R1", "R2", "R3")]) * 1e-3
    except ValueError:
        raise InputError(
            f"{mtd} has a Piloting_To_Msi_Frame without R1, R2, R3 in mrad; repair the file"
        ) from None


def _refining(root: etree._Element, mtd: Path, zero: Fraction, gps_utc: float) -> Refining:
    flag = root.find(".//Image_Refining")
    corrections = root.findall(".//Refined_Corrections")
    if flag is None or flag.get("flag") != "REFINED" or not corrections:
        return Refining()
    state = corrections[0].find("MSI_State")
    others = [
        e for c in corrections for n in ("Spacecraft_Position", "Focal_Plane_State") for e in c.findall(n)
    ]
    if len(corrections) > 1 or state is None or any(len(e) for e in others):
        raise InputError(
            f"{mtd} refines more than MSI_State, which is not supported; give its unrefined datastrip"
        )

    def coefficients(path: str) -> tuple[float, ...]:
        return tuple(float(x) for x in state.findtext(f"{path}/COEFFICIENTS", "").split())

    return Refining(
        _middle(root, zero, gps_utc),
        tuple(coefficients(f"Rotation/{axis}") for axis in "XYZ"),
        coefficients("Homothety/Z"),
    )


def middle_of_sensing(tree: etree._ElementTree, epoch: str) -> float:
    """Time at which the polynomials of a refining are zero: the middle of the sensing interval in a
    datastrip's metadata, seconds since `epoch`."""
    gps_utc = float(tree.findtext(".//IERS_Bulletin/GPS_TIME_UTC") or "nan")
    return _middle(tree.getroot(), parse_gps_time(epoch), gps_utc)


def _middle(root: etree._Element, zero: Fraction, gps_utc: float) -> float:
    """Sen2VM takes the UTC interval of the metadata, whose end is the begin of the last scene."""
    limits = [root.findtext(f".//DATASTRIP_SENSING_{end}") or "" for end in ("START", "STOP")]
    middle = (parse_gps_time(limits[0]) + parse_gps_time(limits[1])) / 2 + Fraction(gps_utc)
    return float(middle - zero)
