"""Metadata of a generated L0c datastrip: quality indicators with the quick-look's model, auxiliary data."""

import numpy as np
from lxml import etree

from batch.safe.names import stamp
from ipf.synth.elements import add, numbers
from ipf.synth.quicklook import ground
from ipf.synth.strip import GPS_MINUS_UTC, Strip

#: Last quick-look columns of detectors 01 … 11: where the next one begins. As in the S2B sample.
_CONNECTION, _CONNECTION_STEP = 77, 75.1
_FOOTPRINT_STEP = 50  # quick-look rows or columns, 17 km
_GIPP: tuple[str, ...] = (
    "R2ABCA",
    "CLOINV",
    "DATATI",
    "ATMIMA",
    "ATMSAD",
    "LREXTR",
    "SPAMOD",
    "VIEDIR",
    "BLINDP",
    "JP2KPA",
)
_GIPP += ("PROBAS", "INVLOC", "OLQCPA")
_GIPP_BANDS = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B09", "B10", "B11", "B12", "B8A")
_NEVER = "21000101T000000"
_LAUNCHED = {"S2A": "20150622T000000", "S2B": "20170306T000000"}
_REFERENCE_BAND = 3


def quality(parent: etree._Element, strip: Strip) -> None:
    """Fill Quality_Indicators_Info."""
    parent.set("metadataLevel", "Brief")
    measured = strip.start(0).strftime("%Y-%m-%dT00:00:00")
    geometric = add(parent, "Geometric_Info")
    absolute = add(geometric, "Absolute_Location")
    add(absolute, "VALUE", 20, unit="m")
    add(absolute, "MEASUREMENT_DATE", measured)
    stability = add(geometric, "Planimetric_Stability")
    add(stability, "VALUE", 3)
    add(stability, "MEASUREMENT_DATE", measured)
    add(geometric, "EPHEMERIS_QUALITY", 3)
    add(geometric, "ANCILLARY_QUALITY", 2)
    _quicklook(add(parent, "Quicklook_Info"), strip)


def _quicklook(parent: etree._Element, strip: Strip) -> None:
    model = strip.quicklook
    size = add(parent, "Image_Size")
    add(size, "NCOLS", model.columns)
    add(size, "NROWS", model.rows)
    ring = footprint(strip)
    add(add(parent, "Footprint"), "EXT_POS_LIST", numbers((x for lon, lat in ring for x in (lat, lon)), 12))
    display = add(parent, "Display_Geometric_Model")
    datation = add(display, "Datation_Model")
    add(datation, "L0", 0)
    add(datation, "T0", model.begin)
    add(datation, "TE", f"{model.period * 1000:.7f}", unit="ms")
    directions = add(display, "Viewing_Directions")
    add(directions, "NB_OF_PIXELS", model.columns)
    add(directions, "TAN_PSI_X_LIST", numbers(model.tan_psi_x, 12))
    add(directions, "TAN_PSI_Y_LIST", numbers(model.tan_psi_y, 12))
    connections = add(display, "Connect_Col_List")
    for detector in range(1, 12):
        column = round(_CONNECTION + _CONNECTION_STEP * (detector - 1))
        add(connections, "CONNECT_COL", column, detectorId=f"{detector:02d}")
    frame = add(display, "Piloting_To_Msi_Frame")
    for index, angle in enumerate(strip.navigation.piloting_to_msi):
        add(frame, f"R{index + 1}", float(np.round(angle * 1000, 9)), axis="XYZ"[index], unit="mrad")
    add(frame, "SCALE_FACTOR", 1)
    add(frame, "COMBINATION_ORDER", "ROTATION_THEN_SCALE")
    add(parent, "REF_QL_IMAGE", f"{strip.name.replace('_MSI_', '_QLK_').rpartition('_N')[0]}.jp2")


def footprint(strip: Strip) -> list[tuple[float, float]]:
    """Closed ring (lon, lat) of the quick-look's edge, a point every 17 km."""
    model = strip.quicklook
    across = np.unique(np.append(np.arange(0, model.columns, _FOOTPRINT_STEP), model.columns - 1))
    along = np.unique(np.append(np.arange(0, model.rows, _FOOTPRINT_STEP), model.rows))
    last_row, last_column = along[-1], across[-1]
    edge = [(row, 0) for row in along[:-1]] + [(last_row, column) for column in across[:-1]]
    edge += [(row, last_column) for row in along[:0:-1]] + [(0, column) for column in across[:0:-1]]
    edge.append(edge[0])
    rows, columns = np.array(edge).T
    t = strip.navigation.seconds(model.begin) + rows * model.period
    lon, lat = ground(strip.navigation, t, model.tan_psi_x[columns], model.tan_psi_y[columns])
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


def auxiliary(parent: etree._Element, strip: Strip) -> None:
    """Fill Auxiliary_Data_Info. Names of the static files are of our own making: there are none."""
    parent.set("metadataLevel", "Standard")
    navigation = strip.navigation
    bulletin = add(parent, "IERS_Bulletin")
    add(bulletin, "UT1_UTC", navigation.ut1_utc, unit="s")
    add(bulletin, "GPS_TIME_UTC", GPS_MINUS_UTC, unit="s")
    add(bulletin, "GPS_TIME_TAI", -19, unit="s")
    for name, angle in zip(("POLE_U_ANGLE", "POLE_V_ANGLE"), navigation.pole, strict=True):
        add(bulletin, name, float(np.degrees(angle) * 3600), unit="arcsec")
    gipp = add(parent, "GIPP_List")
    begin = _LAUNCHED[strip.satellite]
    for kind in _GIPP:
        for band in _GIPP_BANDS if kind == "VIEDIR" else ("B00",):
            name = f"{strip.satellite}_OPER_GIP_{kind}_MPC__{begin}_V{begin}_{_NEVER}_{band}"
            add(gipp, "GIPP_FILENAME", name, type=f"GIP_{kind}", version="0001")
    add(
        parent, "PRODUCTION_DEM_TYPE", "S2__OPER_DEM_GLOBEF_PDMC_19800101T000000_S19800101T000000", version=""
    )
    day = stamp(strip.start(0).replace(hour=0, minute=0, second=0))
    add(parent, "IERS_BULLETIN_FILENAME", f"S2__OPER_AUX_UT1UTC_PDMC_{day}_V{day}_{_NEVER}")
    add(parent, "REFERENCE_BAND", _REFERENCE_BAND)
