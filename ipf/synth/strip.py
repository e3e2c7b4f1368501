"""A datastrip that never was: what its metadata shall say."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, Decimal

import numpy as np

from batch.errors import InputError
from batch.safe.datastrip import LINES_PER_SCENE
from batch.safe.gps import gps_seconds, gps_text, utc_of
from batch.safe.names import DatatakeName, l0c_ds, l0c_gr
from ipf.geometry.navigation import Navigation
from ipf.geometry.orbit import nominal_navigation
from ipf.synth.orbit import passage
from ipf.synth.quicklook import QuicklookModel

#: Of a 10 m line, ms: as S2A (2020) and S2B (2022) have it in their metadata.
LINE_PERIOD = Decimal("1.5658736")
GPS_MINUS_UTC = 18  # since 2017
BASELINE = "02.08"
CENTRE = "REFS"
STATION = "SGS_"

#: Ancillary data begin and end this long before and after the image [s], about as in the S2B sample.
_BEFORE, _AFTER = 27, 37
#: The quick-look begins and ends this long before and after the image [s], and has a row every 32 lines.
_QUICKLOOK_BEFORE, _QUICKLOOK_AFTER = Decimal("2.643"), Decimal("2.573")
_QUICKLOOK_LINES = 32
_QUICKLOOK_COLUMNS = 906
#: GPS_TIME of line 1 has nanoseconds in real files; so have ours, that nobody may round them.
_NANOSECONDS = Decimal("0.456979752")


@dataclass(frozen=True)
class Strip:
    """Facts of a generated datastrip. Times of lines are GPS seconds since 1980-01-06, exactly."""

    satellite: str
    relative_orbit: int
    absolute_orbit: int
    creation: datetime
    positions: tuple[int, ...]
    gps_start: Decimal
    navigation: Navigation
    quicklook: QuicklookModel

    @property
    def lines(self) -> int:
        """10 m lines from the first to the last, those in a gap included."""
        return self.positions[-1] - 1 + LINES_PER_SCENE

    @property
    def name(self) -> str:
        """PDI name of the datastrip."""
        return l0c_ds(self.satellite, CENTRE, self.creation, self.start(0), BASELINE)

    @property
    def datatake(self) -> DatatakeName:
        """The datatake: begins with the datastrip."""
        return DatatakeName(self.satellite, self.start(0), self.absolute_orbit, BASELINE)

    def start(self, scene: int) -> datetime:
        """UTC of the first line of a scene (from 0), to the millisecond."""
        begin = self.gps_start + (self.positions[scene] - 1) * LINE_PERIOD / 1000
        return utc_of(begin, GPS_MINUS_UTC)

    def gps_text(self, seconds: float, digits: int = 6) -> str:
        """GPS_TIME of seconds since the navigation's epoch, to so many digits of a second."""
        return gps_text(gps_seconds(self.navigation.epoch) + Decimal(f"{seconds:.{digits}f}"))

    def granule(self, scene: int, detector: str) -> str:
        """PDI name of a granule."""
        return l0c_gr(self.satellite, CENTRE, self.creation, self.start(scene), detector, BASELINE)


def plan_strip(
    *,
    relative_orbit: int,
    lat: float = 45.0,
    lon: float | None = None,
    scenes: int = 16,
    date: str = "2022-06-21",
    satellite: str = "S2B",
    gap: int | None = None,
) -> Strip:
    """A datastrip whose first scene is at a latitude of a relative orbit on a day.

    gap: after so many scenes one is left out. InputError for what no datastrip can be.
    """
    if not 1 <= scenes <= 600:
        raise InputError(f"{scenes} scenes are no datastrip; choose 1 to 600")
    if gap is not None and not 0 < gap < scenes:
        raise InputError(
            f"a gap after {gap} of {scenes} scenes has nothing on one side; choose 1 to {scenes - 1}"
        )
    over = passage(satellite, relative_orbit, lat, date, lon)
    since = over.time - datetime(1980, 1, 6, tzinfo=UTC)
    whole = since.days * 86400 + since.seconds + GPS_MINUS_UTC
    gps_start = Decimal(whole) + _NANOSECONDS
    skipped = [LINES_PER_SCENE if gap is not None and scene >= gap else 0 for scene in range(scenes)]
    positions = tuple(1 + scene * LINES_PER_SCENE + skip for scene, skip in enumerate(skipped))
    span = (positions[-1] - 1 + LINES_PER_SCENE) * LINE_PERIOD / 1000
    navigation = nominal_navigation(
        gps_text(Decimal(whole - _BEFORE)),
        _BEFORE + int(span.to_integral_value(ROUND_CEILING)) + _AFTER,
        latitude=lat,
        longitude=over.longitude,
        at=float(_BEFORE + _NANOSECONDS),
    )
    return Strip(
        satellite=satellite,
        relative_orbit=relative_orbit,
        absolute_orbit=over.absolute_orbit,
        # Three hours after sensing, as near-real-time asks; not the clock, so that a re-run has the same
        # names.
        creation=over.time.replace(microsecond=0) + timedelta(hours=3),
        positions=positions,
        gps_start=gps_start,
        navigation=navigation,
        quicklook=_quicklook(gps_start, span),
    )


def _quicklook(gps_start: Decimal, span: Decimal) -> QuicklookModel:
    """Viewing directions by curves fitted to those of the S2B sample (±0.1 pixel across, ±1 along)."""
    period = LINE_PERIOD * _QUICKLOOK_LINES / 1000
    rows = int((span + _QUICKLOOK_BEFORE + _QUICKLOOK_AFTER) / period)
    u = np.linspace(-1, 1, _QUICKLOOK_COLUMNS)
    across = 2.1e-4 + u * (0.18106 + 0.00393 * u * u)
    begin = gps_text((gps_start - _QUICKLOOK_BEFORE).quantize(Decimal("0.001")))
    return QuicklookModel(rows, _QUICKLOOK_COLUMNS, begin, float(period), across, 0.138 * across * across)
