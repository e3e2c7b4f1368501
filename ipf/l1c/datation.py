"""Times of rows and of tiles as the metadata write them."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from ipf.geometry.clock import parse_gps_time
from ipf.geometry.frame import Frame
from ipf.l1c.strip import Strip, Times
from ipf.radiometry import BANDS

_GPS_EPOCH = datetime(1980, 1, 6, tzinfo=UTC)


def gps_text(seconds: Fraction) -> str:
    """`2022-10-11T06:40:48.448979752` of GPS seconds since 1980-01-06, rounded to the nanosecond."""
    nanoseconds = round(seconds * 10**9)
    whole, rest = divmod(nanoseconds, 10**9)
    return f"{(_GPS_EPOCH + timedelta(seconds=whole)).strftime('%Y-%m-%dT%H:%M:%S')}.{rest:09d}"


def utc(strip: Strip, t: float, gps_utc: float) -> datetime:
    """UTC, to the millisecond, of seconds since the navigation's epoch."""
    seconds = parse_gps_time(strip.navigation.epoch) + Fraction(t) - Fraction(gps_utc)
    return _GPS_EPOCH + timedelta(milliseconds=round(seconds * 1000))


def first_lines(times: Times, frame: Frame) -> dict[tuple[str, int], str]:
    """GPS time of the first L1 line by band and detector, exact to the nanosecond."""
    period = Fraction(times.line_period)
    return {
        (band, detector): gps_text(
            parse_gps_time(begin)
            + frame.rows(band, f"{detector:02d}")[0] * period * Fraction(BANDS[band].resolution, 10)
        )
        for (band, detector), begin in times.gps_times.items()
    }
