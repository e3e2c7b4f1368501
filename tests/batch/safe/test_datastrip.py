from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.safe.check import check_datastrip
from batch.safe.datastrip import read_datastrip
from batch.safe.gps import shift, utc_of
from batch.safe.names import mtd_path, parse_name
from tests.batch.safe.tiny import GPS_START, datastrip_name, metadata, positions_of, write_granules
from tests.shared import SHARED, needs_shared

SCENE = Decimal("3.6077727744")
REAL = SHARED / "data/l0c/S2B_OPER_MSI_L0__DS_REFS_20221124T163650_S20221011T064025_N02.08"


@needs_shared
def test_the_real_one() -> None:
    datastrip = read_datastrip(REAL)
    assert (datastrip.satellite, datastrip.scenes, datastrip.blocks) == ("S2B", 16, (16,))
    assert (datastrip.datatake_id, datastrip.datatake_type) == (
        "GS2B_20221011T064029_029232_N02.08",
        "INS-NOBS",
    )
    assert (datastrip.absolute_orbit, datastrip.relative_orbit, datastrip.baseline) == (29232, 34, "02.08")
    assert datastrip.scene_seconds == Decimal("3.6077727744")
    assert set(datastrip.gps_times.values()) == {"2022-10-11T06:40:43.456979752"}
    assert datastrip.gr_dir == REAL.parent.parent / "GR"


@needs_shared
def test_times_of_the_real_one_follow_from_gps_time_and_position() -> None:
    """DATASTRIP_SENSING_START, _STOP and the 192 granules' names are GPS_TIME + POSITION, truncated."""
    datastrip = read_datastrip(REAL)
    starts = [utc_of(datastrip.gps_start + datastrip.offset(s), 18) for s in range(1, 17)]
    assert (starts[0], starts[-1]) == (datastrip.sensing_start, datastrip.sensing_stop)
    for granules in datastrip.granules.values():
        assert [parse_name(g.name).sensing for g in granules] == [s.replace(microsecond=0) for s in starts]


@needs_shared
def test_the_real_one_with_tiny_granules_passes_the_check(tmp_path: Path) -> None:
    (tmp_path / "DS").mkdir()
    (tmp_path / "DS" / REAL.name).symlink_to(REAL)
    datastrip = read_datastrip(tmp_path / "DS" / REAL.name)
    names = {d: [g.name for g in granules] for d, granules in datastrip.granules.items()}
    write_granules(tmp_path, names, datastrip.positions)
    assert check_datastrip(tmp_path) == check_datastrip(tmp_path / "DS" / REAL.name) == datastrip


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(1, 9000))
def test_blocks_are_where_position_jumps(
    tmp_path_factory: pytest.TempPathFactory, blocks: Sequence[int], gap: int
) -> None:
    ds = tmp_path_factory.mktemp("ds") / datastrip_name()
    ds.mkdir()
    mtd_path(ds).write_text(metadata(positions_of(blocks, gap)))
    datastrip = read_datastrip(ds)
    assert datastrip.blocks == tuple(blocks)
    assert datastrip.scenes == sum(blocks) == len(datastrip.granules["12"])
    assert datastrip.offset(1) == 0


def test_granules_are_in_order_and_found(tiny: Path) -> None:
    datastrip = check_datastrip(tiny)
    assert tuple(datastrip.granules) == tuple(f"{d:02d}" for d in range(1, 13))
    assert [g.position for g in datastrip.granules["07"]] == list(datastrip.positions) == positions_of((5,))
    assert datastrip.mtd.is_file()


def test_two_shifts_by_scenes_are_the_same_text_as_one(tiny: Path) -> None:
    datastrip = read_datastrip(tiny / "DS" / datastrip_name())
    for first, second in ((a, b) for a in range(2, 6) for b in range(2, 7 - a)):
        time = shift(shift(GPS_START, datastrip.offset(first)), datastrip.offset(second))
        assert time == shift(GPS_START, datastrip.offset(first + second - 1))
    assert str(datastrip.offset(1)) == "0E-10"
    assert (datastrip.scene_seconds, str(datastrip.offset(6 - 1))) == (SCENE, "14.4310910976")
