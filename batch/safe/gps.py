"""GPS times of the metadata, exactly: a decimal with as many digits as were written, never a float.

A GPS_TIME is a date-time without time zone on the GPS scale; the XSD allows any number of fraction digits.
"""

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal, localcontext

from batch.errors import InputError

_EPOCH = datetime(1980, 1, 6)
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)((?:\.\d+)?)", re.ASCII)
_DIGITS = 60  # more than any sum of real times needs


def gps_seconds(text: str) -> Decimal:
    """Seconds since 1980-01-06T00:00:00 GPS of a GPS_TIME, with all its digits; InputError if not one."""
    match = _TIME.fullmatch(text)
    try:
        whole = datetime.fromisoformat(match[1]) if match else None
    except ValueError:
        whole = None
    if match is None or whole is None:
        raise InputError(
            f"{text!r} is not a GPS_TIME, like 2022-10-11T06:40:43.456979752 was expected; correct it"
        )
    since = whole - _EPOCH
    with localcontext(prec=_DIGITS):
        return Decimal(since.days * 86400 + since.seconds) + Decimal(f"0{match[2]}")


def gps_text(seconds: Decimal) -> str:
    """The GPS_TIME of `seconds` since 1980-01-06, with as many fraction digits as `seconds` has."""
    with localcontext(prec=_DIGITS):
        whole = seconds.to_integral_value(ROUND_FLOOR)
        fraction = f"{seconds - whole:f}".partition(".")[2]
    text = (_EPOCH + timedelta(seconds=int(whole))).isoformat()
    return f"{text}.{fraction}" if fraction else text


def shift(text: str, seconds: Decimal) -> str:
    """`text` plus `seconds`, exactly; unchanged where `seconds` is zero."""
    if not seconds:
        return text
    with localcontext(prec=_DIGITS):
        return gps_text(gps_seconds(text) + seconds)


def utc_of(gps: Decimal, gps_minus_utc: int) -> datetime:
    """UTC of GPS `seconds` since 1980-01-06, truncated to the millisecond as DATASTRIP_SENSING_START is."""
    with localcontext(prec=_DIGITS):
        milliseconds = int(((gps - gps_minus_utc) * 1000).to_integral_value(ROUND_FLOOR))
    return _EPOCH.replace(tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def utc_text(time: datetime) -> str:
    """`2022-10-11T06:40:25.456Z`: UTC as the metadata write it, to the millisecond (truncated)."""
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}Z"


def parse_utc(text: str) -> datetime:
    """A UTC time of the metadata, to the microsecond. InputError if it is not one."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise InputError(
            f"{text!r} is not a UTC time, something like 2022-10-11T06:40:25.456Z was expected; correct it"
        )
    return time.astimezone(UTC)
