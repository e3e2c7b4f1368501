"""What the steps find, and what they say when they do not."""

import json
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from batch.errors import InputError
from batch.joborder import JobOrder
from ipf.geometry.clock import parse_gps_time
from ipf.geometry.frame import Frame
from ipf.l1c import inputs, strip
from ipf.l1c.datation import first_lines, gps_text
from ipf.l1c.sight import Rows
from ipf.l1c.strip import Strip, Times
from ipf.task import Task

TILE_LIST = (
    '<Tile_List><Number_Of_Tiles>2</Number_Of_Tiles><List_Tile_Id Tile_Number="1"><Tile_Id>42TVQ</Tile_Id>'
    '</List_Tile_Id><List_Tile_Id Tile_Number="002"><Tile_Id>T42TVP</Tile_Id></List_Tile_Id></Tile_List>'
)


def task(found: dict[str, tuple[Path, ...]], **parameters: str) -> Task:
    return Task(JobOrder("GEN_ORTHO_TOA", "1", inputs=found, parameters=parameters))


@pytest.mark.parametrize("ident", ["002", "42TVP", "T42TVP"])
def test_tile_by_number_or_name(tmp_path: Path, ident: str) -> None:
    (tmp_path / "tile_list_file.xml").write_text(TILE_LIST)
    for place in (tmp_path, tmp_path / "tile_list_file.xml"):
        assert inputs.tile_name(task({"TILE_LIST_FILE": (place,)}, PARALLEL_TILE_IDENT=ident)) == "42TVP"


def test_tiles_that_get_tile_list_noted(tmp_path: Path) -> None:
    (tmp_path / "datastrip.json").write_text(json.dumps({"tiles": ["42TVP", "42TVQ"]}))
    assert inputs.tile_list(task({"PDI_DS": (tmp_path,)})) == {"001": "42TVP", "002": "42TVQ"}


def test_unknown_tile_and_missing_file_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "tile_list_file.xml").write_text(TILE_LIST)
    unit = task({"TILE_LIST_FILE": (tmp_path,)}, PARALLEL_TILE_IDENT="003")
    with pytest.raises(InputError, match="no tile 003"):
        inputs.tile_name(unit)
    with pytest.raises(InputError, match=r"no 42TVP/B02\.npy"):
        inputs.tile_file(unit, "42TVP", "B02.npy")


def test_rows_of_several_files_and_of_a_gap() -> None:
    counts = np.arange(1, 61).astype(np.uint16).reshape(20, 3)
    rows = Rows([(0, counts[:8]), (10, counts[10:])], offset=1000, first=1000, last=1019)
    assert rows.width == 3
    found = rows.rows(1005, 1012)
    assert np.array_equal(found[:3], counts[5:8]) and not found[3:5].any()
    assert np.array_equal(found[5:], counts[10:13])


def test_a_file_of_counts_that_is_missing_in_the_middle_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "datastrip.json").write_text(json.dumps({"positions": [1 + 2304 * k for k in range(9)]}))
    for scenes in ("001-003", "004-006", "007-009"):
        np.save(tmp_path / f"L1B_D07_B05_{scenes}.npy", np.ones((3 * 72, 79), np.uint16))
    unit = task({"PDI_ATF_LIST": (tmp_path,), "PDI_DS": (tmp_path,)}, SCALE="16")
    files = strip._files(unit)["B05", 7]
    assert [row for row, _ in files] == [0, 216, 432]
    (tmp_path / "L1B_D07_B05_004-006.npy").unlink()
    with pytest.raises(InputError, match=r"007-009.*scene 004"):
        strip._files(unit)


@pytest.mark.parametrize("scale", [1, 2, 4, 8, 16])
def test_frame_at_a_scale_has_whole_rows_only(scale: int) -> None:
    frame = {("B02", 1): (4603, 30211)}
    first, last = Strip(None, Times("", {}), frame, scale, {}).rows("B02", 1)  # type: ignore[arg-type]
    assert first * scale >= 4603 > (first - 1) * scale
    assert (last + 1) * scale <= 30212 < (last + 2) * scale


def test_gps_times_of_first_lines_are_exact() -> None:
    times = Times("0.0015658736", {("B02", 1): "2022-10-11T06:40:43.456979752"})
    (text,) = first_lines(times, Frame(16)).values()
    lines = Frame(16).rows("B02", "01")[0]
    exact = parse_gps_time("2022-10-11T06:40:43.456979752") + lines * Fraction("0.0015658736")
    assert abs(parse_gps_time(text) - exact) <= Fraction(1, 2 * 10**9)
    # the real L1C of this datastrip begins 4.992 s after its L0 in B02 of detector 01 (chain facts §5.1)
    assert float(exact) - float(parse_gps_time("2022-10-11T06:40:43.456979752")) == pytest.approx(
        4.992, abs=0.01
    )
    assert gps_text(Fraction(86400)) == "1980-01-07T00:00:00.000000000"


def test_creation_date_follows_from_the_datastrip_unless_it_is_given() -> None:
    from ipf.synth.ds_metadata import datastrip_metadata
    from tests.ipf.l1c.chain_rig import strip as made

    tree = datastrip_metadata(made())
    assert inputs.processing(task({}), tree).creation == made().creation
    given = inputs.processing(
        task({}, CREATION_DATE="2026-01-02T03:04:05Z", PROCESSING_BASELINE="05.11"), tree
    )
    assert (given.creation, given.baseline) == (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "05.11")
