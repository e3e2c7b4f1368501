"""Exact time: GPS times and line periods as rational numbers, rows as an integer and a fraction.

A virtual datastrip begins k scenes after its datastrip, exactly. Rows are therefore counted from an epoch
that both share (the first GPS point of the ancillary data, which a vDS keeps whole): the fraction of the
first row and every float that follows from it are then the same in both, and only the integer number of the
first row differs.
"""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from batch.errors import InputError

_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?Z?")
_GPS_DAY_ZERO = date(1980, 1, 6)


def parse_gps_time(text: str) -> Fraction:
    """Seconds since 1980-01-06T00:00:00 of an ISO time on the GPS scale, exact to the last digit written."""
    match = _TIME.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        year, month, day, hour, minute, second = (int(g) for g in match.groups()[:6])
        days = (date(year, month, day) - _GPS_DAY_ZERO).days
    except ValueError:
        raise InputError(
            f"GPS time {text!r} is not of the form 2022-10-11T06:40:43.456; correct it"
        ) from None
    return days * 86400 + hour * 3600 + minute * 60 + second + Fraction("0" + (match[7] or ".0"))


def gps_mjd(seconds: Fraction) -> tuple[int, float]:
    """Whole and fractional modified Julian day, on the GPS scale, of seconds since 1980-01-06."""
    day, rest = divmod(seconds, 86400)
    return 44244 + int(day), float(rest / 86400)


@dataclass(frozen=True)
class RowClock:
    """Time ↔ row of one band and detector.

    Row coordinates are edge-based. `coordinate(t)` counts rows since the epoch (less the fraction `fraction`
    of the first row), the same number in a datastrip and its virtual datastrips; `first` is the integer to
    take off it.
    """

    first: int
    fraction: float
    period: float

    @classmethod
    def of(
        cls,
        gps_time: str,
        line_period: str,
        resolution: int,
        scale: int = 1,
        epoch: str = "1980-01-06T00:00:00",
    ) -> "RowClock":
        """From the GPS time of row 0's beginning, the period of a 10 m line in seconds (both as written in
        the
        metadata, as decimal strings), the band's resolution in metres, N of `--scale N` and the navigation's
        epoch."""
        period = Fraction(line_period) * Fraction(resolution, 10) * scale
        begin = (parse_gps_time(gps_time) - parse_gps_time(epoch)) / period
        first = begin.numerator // begin.denominator
        return cls(first, float(begin - first), float(period))

    def coordinate(self, t: ArrayLike) -> NDArray[np.float64]:
        """Row coordinate since the epoch of seconds since the epoch."""
        return np.asarray(t, dtype=np.float64) / self.period - self.fraction

    def rows(self, t: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Row of this (v)DS and fraction in [0, 1) within it, of seconds since the epoch."""
        x = self.coordinate(t)
        whole = np.floor(x)
        return whole.astype(np.int64) - self.first, x - whole

    def time(self, row: ArrayLike, within: float = 0.5) -> NDArray[np.float64]:
        """Seconds since the epoch of integer rows of this (v)DS; `within` 0 is a row's begin, 0.5 its
        centre."""
        whole = np.asarray(row, dtype=np.int64) + self.first
        return np.asarray((whole + (self.fraction + within)) * self.period, dtype=np.float64)
