"""Tie points on a picture that was taken with another attitude than is told: they say by how much."""

from pathlib import Path

import numpy as np
import pytest

from batch.errors import InputError
from ipf.geometry.navigation import Refining
from ipf.l1a import radiometry
from ipf.l1c.sight import Rows
from ipf.radiometry import BANDS as FACTS
from ipf.refine import reference, tiepoints
from ipf.refine.adjust import residuals
from ipf.refine.reference import BAND, SIZE, Chips
from ipf.steps.unformat_safe_ds import read_datastrip
from ipf.synth.attitude import AttitudeError
from ipf.synth.datastrip import write_datastrip
from ipf.synth.granules import camera_of
from ipf.synth.photo import Camera, photograph
from ipf.synth.reference import BRIGHT, write_reference
from ipf.synth.strip import plan_strip

SCALE, SCENES, DETECTOR = 16, 6, "06"


class Seen:
    """Six scenes of a detector in B03, with an attitude error; what is told, and the reference."""

    def __init__(self, folder: Path) -> None:
        self.ds = read_datastrip(
            write_datastrip(plan_strip(relative_orbit=34, lat=45.0, scenes=SCENES), folder)
        )
        self.told: Camera = camera_of(self.ds, SCALE)
        self.true = AttitudeError.of(self.ds, 200.0, 1).camera(self.told)
        rows = SCENES * FACTS[BAND].lines(SCALE)
        self.counts = radiometry(photograph(self.true, BAND, DETECTOR, 0, rows), BAND, DETECTOR)
        self.clock = self.told.clock(BAND, DETECTOR)
        self.chips = Chips.load(write_reference(self.ds, SCALE, folder / "aux"))

    def points(self, first: int = 0, last: int | None = None) -> list[tiepoints.TiePoint]:
        """Those of rows first … last, as if they were all of a vDS."""
        last = len(self.counts) - 1 if last is None else last
        offset = self.clock.first
        rows = Rows([(0, self.counts)], offset, first + offset, last + offset)
        return list(tiepoints.collect(self.told.navigation, self.clock, rows, DETECTOR, SCALE, self.chips))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return Seen(tmp_path_factory.mktemp("seen"))


def test_they_lie_where_the_true_attitude_sees_them(seen: Seen) -> None:
    points = seen.points()
    assert len(points) >= 4
    off = np.hypot(*residuals(seen.told.navigation, points, Refining()).T)
    left = np.hypot(*residuals(seen.true.navigation, points, Refining()).T)
    assert off.min() > 60  # metres: a part of the error, whose parts may have opposite signs
    assert left.max() < 0.1 * 10 * SCALE  # a tenth of a pixel


def test_those_of_a_part_are_those_of_the_whole(seen: Seen) -> None:
    """To the last bit: what is fitted to them must not depend on the cut."""
    rows = len(seen.counts)
    whole, parts = seen.points(), [*seen.points(0, 2 * rows // 3), *seen.points(rows // 3, rows)]
    assert {p.chip: p for p in parts} == {p.chip: p for p in whole}


def test_they_are_written_and_read_once(seen: Seen, tmp_path: Path) -> None:
    points = seen.points()
    tiepoints.save(tmp_path / "v01" / "TIE_POINTS_D06", points[:3])
    tiepoints.save(tmp_path / "v02" / "TIE_POINTS_D06", points[1:])
    assert tiepoints.read([tmp_path]) == sorted(points, key=lambda p: p.chip)
    (tmp_path / "v02/TIE_POINTS_D06" / tiepoints.FILE).write_text('[{"chip": 1}]')
    with pytest.raises(InputError, match="run TP_COLLECT again"):
        tiepoints.read([tmp_path])


def test_a_reference_has_no_clouds_and_comes_back(seen: Seen, tmp_path: Path) -> None:
    chips = seen.chips
    assert 0 < len(chips) <= 12 * 2 * SCENES
    assert chips.values.mean(axis=(1, 2)).max() < BRIGHT
    chips.save(tmp_path / "GRI_ORBIT")
    again = reference.read([tmp_path / "GRI_ORBIT"])
    assert len(again) == 1 and np.array_equal(again[0].values, chips.values)
    lon, lat = chips.middles()
    middle = [float(part[SIZE // 2 + 3, SIZE // 2 + 3]) for part in chips.lonlat(0, 3)]
    assert middle == pytest.approx([lon[0], lat[0]], abs=1e-9)


def test_what_is_no_reference_is_said(tmp_path: Path) -> None:
    place = tmp_path / "S2B_OPER_GRI_MSIL1B_X"
    place.mkdir()
    (place / reference.FILE).write_bytes(b"no")
    with pytest.raises(InputError, match="no file of reference chips"):
        reference.read([tmp_path])
    assert reference.read([]) == []
