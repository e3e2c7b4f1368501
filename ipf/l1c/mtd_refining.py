"""Image_Refining in the metadata of a datastrip (PSD 14.8): whether its geometry is refined, and by what.

The polynomials' time is zero in the middle of the sensing interval of the datastrip whose metadata it is; a
virtual datastrip therefore has other coefficients for the same correction.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from lxml import etree

from batch.safe.xml import need, parse_xml, text
from ipf.geometry.ancillary import middle_of_sensing, read_navigation
from ipf.geometry.navigation import Refining
from ipf.l1c.xmlbuild import add, number
from ipf.radiometry import BANDS
from ipf.refine.record import Refined, moved
from ipf.refine.reference import BAND

#: Corrections of parts of a datastrip are one and the same if their angles differ by less than this (rad;
#: 1e-12 is a µm on the ground): moving polynomials rounds.
_SAME = 1e-12


def add_refining(geometry: etree._Element, l0c: etree._ElementTree, refined: Refined | None) -> None:
    """Image_Refining and Refined_Corrections_List in Geometric_Info. l0c: metadata with the sensing
    interval."""
    if refined is None or not refined.good:
        add(geometry, "Image_Refining", flag="NOT_REFINED")
        return
    characteristics = add(add(geometry, "Image_Refining", flag="REFINED"), "Refining_Characteristics")
    add(characteristics, "REFERENCE_BAND", BANDS[BAND].number)
    add(characteristics, "Reference_Image_List")
    own = moved(refined.refining, middle_of_sensing(l0c, refined.epoch))
    corrections = add(geometry, "Refined_Corrections_List/Refined_Corrections")
    add(corrections, "Spacecraft_Position")
    rotations = add(corrections, "MSI_State/Rotation")
    for axis, coefficients in zip("XYZ", own.rotation, strict=True):
        node = add(rotations, axis)
        add(node, "DEGREE", len(coefficients) - 1)
        add(node, "COEFFICIENTS", " ".join(map(repr, coefficients)))
    for plane in ("VNIR", "SWIR"):
        add(corrections, "Focal_Plane_State", focalPlaneId=plane)


def update_location(location: etree._Element, refined: Refined | None) -> None:
    """VALUE of Update_Absolute_Location: what is left of the tie points' residuals, root mean square [m]."""
    if refined is not None and refined.good:
        left = np.hypot(*(np.hypot(m, d) for m, d in zip(refined.mean_m, refined.deviation_m, strict=True)))
        need(location, "VALUE").text = number(float(left), 3)


def is_refined(path: Path) -> bool:
    """Whether the metadata of a datastrip say that its geometry is refined."""
    return bool(read_navigation(path).refining.rotation[0])


def common(parts: Sequence[Path], epoch: str) -> Refined | None:
    """The refining that the metadata of all L1C datastrips of a datastrip agree in; None if they do not,
    or one of them is not refined."""
    found: list[tuple[Refining, float]] = []
    for path in parts:
        refining = read_navigation(path).refining
        if not refining.rotation[0]:
            return None
        location = "Quality_Indicators_Info/Geometric_Info/Update_Absolute_Location/VALUE"
        found.append((refining, float(text(parse_xml(path), location))))
    if not found:
        return None
    first, left = found[0]
    for other, _ in found[1:]:
        if not _same(first, other):
            return None
    return Refined("REFINED", first, epoch, "", "", deviation_m=(left, 0.0))


def _same(one: Refining, two: Refining) -> bool:
    """Whether they turn alike at both times of reference, which for lines is at all times."""
    for t in (one.t0, two.t0):
        a, b = moved(one, t), moved(two, t)
        for mine, other in zip(a.rotation, b.rotation, strict=True):
            if len(mine) != len(other) or abs(mine[0] - other[0]) > _SAME:
                return False
    return True
