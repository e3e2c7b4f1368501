"""Metadata of a generated L0c datastrip: satellite ancillary data.

Orbit and attitudes are the navigation's own numbers, in the units and digits of the real files; what the
geometry does not use (clock correlation, temperatures) is plausible and constant. Raw attitudes are left
out, as the schema allows.
"""

from collections.abc import Iterator

import numpy as np
from lxml import etree

from batch.safe.gps import gps_seconds
from batch.safe.gps import gps_text as text_of_gps
from ipf.synth.elements import add, numbers
from ipf.synth.strip import GPS_MINUS_UTC, Strip

_EARTH_RATE = 7.292115146706979e-5  # rad/s, IERS conventions
_TEMPERATURE_STEP = 10  # s


def ancillary(parent: etree._Element, strip: Strip) -> None:
    """Fill Satellite_Ancillary_Data_Info."""
    _correlation(add(parent, "Time_Correlation_Data_List", metadataLevel="Standard"), strip)
    ephemeris = add(parent, "Ephemeris", metadataLevel="Standard")
    _gps(ephemeris, strip)
    _aocs(add(ephemeris, "AOCS_Ephemeris_List"), strip)
    _attitudes(add(add(parent, "Attitudes"), "Corrected_Attitudes", metadataLevel="Standard"), strip)
    _thermal(add(parent, "Thermal_Data", metadataLevel="Expertise"), strip)
    add(parent, "ANC_DATA_REF", "./ANC_DATA/", metadataLevel="Standard")


def _seconds(strip: Strip, step: int = 1) -> Iterator[tuple[int, str]]:
    """Every step-th GPS point: index and GPS_TIME (whole seconds)."""
    for index in range(0, len(strip.navigation.gps_t), step):
        yield index, strip.gps_text(float(strip.navigation.gps_t[index]), 0)


def _correlation(parent: etree._Element, strip: Strip) -> None:
    for _, time in _seconds(strip):
        seconds = gps_seconds(time)
        one = add(parent, "Time_Correlation_Data")
        add(one, "NSM", "KALMAN_FILTER")
        add(one, "QUALITY_INDEX", 77, unit="ns")
        add(one, "TDOP", 1)
        add(one, "IMT", int(seconds * 512))
        add(one, "GPS_TIME", time)
        add(one, "UTC_TIME", f"{text_of_gps(seconds - GPS_MINUS_UTC)}Z")


def _gps(parent: etree._Element, strip: Strip) -> None:
    navigation = strip.navigation
    times = [time for _, time in _seconds(strip)]
    receivers = add(parent, "GPS_Number_List")
    receiver = add(receivers, "Gps_Number", id="GPS-A")
    add(receiver, "GPS_TIME_START", times[0])
    add(receiver, "GPS_TIME_END", times[-1])
    points = add(parent, "GPS_Points_List")
    for time, position, velocity in zip(times, navigation.position, navigation.velocity, strict=True):
        one = add(points, "GPS_Point")
        add(one, "POSITION_VALUES", _integers(position * 1000), unit="mm")
        add(one, "POSITION_ERRORS", "2000 2000 2000", unit="mm")
        add(one, "VELOCITY_VALUES", _integers(velocity * 1000), unit="mm/s")
        add(one, "VELOCITY_ERRORS", "20 20 20", unit="mm/s")
        add(one, "GPS_TIME", time)
        add(one, "NSM", "KALMAN_FILTER")
        for name, value in (("QUALITY_INDEX", 6), ("GDOP", 2), ("PDOP", 2), ("TDOP", 1), ("NOF_SV", 8)):
            add(one, name, value)
        add(one, "TIME_ERROR", 9, unit="ns")


def _integers(values: np.ndarray) -> str:
    return " ".join(str(round(float(v))) for v in values)


def _aocs(parent: etree._Element, strip: Strip) -> None:
    """The same orbit in the inertial frame, m and m/s, with the angle from the node."""
    navigation = strip.navigation
    turn = navigation.earth_rotation(navigation.gps_t)
    spin = np.cross(np.array([0.0, 0.0, _EARTH_RATE]), navigation.position)
    position = np.einsum("nji,nj->ni", turn, navigation.position)
    velocity = np.einsum("nji,nj->ni", turn, navigation.velocity + spin)
    normal = np.cross(position, velocity)
    node = np.cross(np.array([0.0, 0.0, 1.0]), normal)
    node /= np.linalg.norm(node, axis=1, keepdims=True)
    ahead = np.cross(normal, node)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    angle = np.arctan2(np.sum(position * ahead, axis=1), np.sum(position * node, axis=1)) % (2 * np.pi)
    for index, time in _seconds(strip):
        one = add(parent, "AOCS_Ephemeris")
        add(one, "VALID_FLAG", True)
        add(one, "OPSOL_QUALITY", 2)
        add(one, "POSITION_VALUES", numbers(position[index]), unit="m")
        add(one, "VELOCITY_VALUES", numbers(velocity[index]), unit="m/s")
        add(one, "GPS_TIME", time)
        add(one, "ORBIT_ANGLE", float(angle[index]), unit="rad")


def _attitudes(parent: etree._Element, strip: Strip) -> None:
    navigation = strip.navigation
    for t, quaternion in zip(navigation.attitude_t, navigation.attitude, strict=True):
        one = add(parent, "Values")
        add(one, "QUATERNION_VALUES", numbers(quaternion))
        add(one, "QUATERNION_VALIDITY", True)
        add(one, "GPS_TIME", strip.gps_text(float(t), 1))
        add(one, "ATTITUDE_QUALITY_INDICATOR", "TWO_VALID_STR")


#: Where temperatures are taken: list, element, name of its identifier, identifiers, unit, value.
_FOCAL_PLANES = (
    ("FPA", "fpaId", {"VNIR": -82.3, "SWIR": -74.9}),
    ("FEE", "feeId", {"VNIR": 22.6, "SWIR": 51.0}),
)
_SENSORS = (
    ("Mirror", "mirrorId", ("1", "2", "3"), "°C", 20.3),
    ("ThSensor", "sensorId", ("+X-Z", "-X-Z", "+Y", "-Y", "+Z"), "°C", 20.3),
    ("Splitter", "splitterId", ("bot+X", "top-X"), "°C", 20.3),
    ("CSM_Diffuser", "diffuserId", ("0", "1", "2"), "Ohm", 20),
    ("IMU_Sensorplate", None, (), "Ohm", 23),
    ("STR_Sensorplate", "sensorplateId", ("0", "1", "2"), "Ohm", 23),
    ("STR_Baseplate", None, (), "Ohm", 23),
    ("STR_Backplate", None, (), "Ohm", 23),
)


def _thermal(parent: etree._Element, strip: Strip) -> None:
    planes = add(parent, "FPA_List")
    for name, key, values in _FOCAL_PLANES:
        for identifier, value in values.items():
            _values(add(planes, name, **{key: identifier}), "Value", value, "°C", strip)
    for name, identity, identifiers, unit, level in _SENSORS:
        sensors = add(parent, f"{name}_List")
        for identifier in identifiers:
            _values(add(sensors, name, **{str(identity): identifier}), "Value", level, unit, strip)
        if identity is None:
            _values(sensors, name, level, unit, strip)


def _values(parent: etree._Element, name: str, value: float, unit: str, strip: Strip) -> None:
    for _, time in _seconds(strip, _TEMPERATURE_STEP):
        one = add(parent, name)
        add(one, "T", value, unit=unit)
        add(one, "GPS_TIME", time)
