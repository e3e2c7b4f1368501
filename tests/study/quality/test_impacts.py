"""A moved picture is seen as moved, and where; one that is the same has no impact at all."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.errors import InputError
from ipf.l1c import jp2
from study.cli.compare import compare as command
from study.quality import metadata
from study.quality.impacts import BANDS, Impact, impacts, pixel_unit
from study.quality.shift import shifts
from study.quality.zones import Band, cuts

SAFE = "S2B_MSIL1C_20221011T064029_N0400_R034_T40MCV_20221124T170956.SAFE"
SIZE = 220
#: Rows that the first vDS sees and those that the second does: they share 60.
FIRST, SECOND = slice(0, 140), slice(80, SIZE)


def picture(down: float = 0.0, right: float = 0.0, size: int = SIZE) -> np.ndarray:
    """DN of waves no shorter than eight pixels; everything lies so far down and right."""
    row, column = np.mgrid[:size, :size] + 0.5
    row, column = row - down, column - right
    waves = np.sin(row / 1.9 + 0.3 * column) + np.sin(column / 2.3 - 0.2 * row) + np.sin(row / 5 + column / 7)
    return np.rint(3000 + 300 * waves).astype(np.uint16)


def only(dn: np.ndarray, rows: slice) -> np.ndarray:
    seen = np.zeros_like(dn)
    seen[rows] = dn[rows]
    return seen


def product(folder: Path, dn: np.ndarray, flag: str = "NOT_REFINED", scale: float = 1.0) -> None:
    """A .SAFE with the bands that are looked at, all of one grid, their masks and a little metadata."""
    granule = folder / SAFE / "GRANULE/L1C_T40MCV_A029232_20221011T064025"
    for band in BANDS:
        resolution = {"B04": 10, "B8A": 20, "B09": 60}[band] * scale
        transform = (resolution, 0.0, 300000.0, 0.0, -resolution, 9400000.0)
        jp2.write(granule / f"IMG_DATA/T40MCV_20221011T064029_{band}.jp2", [dn], 32740, transform, 256, 15)
        for mask in (f"MSK_DETFOO_{band}", f"MSK_QUALIT_{band}"):
            jp2.write(granule / f"QI_DATA/{mask}.jp2", [(dn > 0).astype(np.uint8)], 32740, transform, 256, 8)
    jp2.write(
        granule / "QI_DATA/MSK_CLASSI_B00.jp2", [(dn > 3200).astype(np.uint8)], 32740, transform, 256, 8
    )
    (granule / "MTD_TL.xml").write_text(
        f"<r><Info><TILE_ID>{folder.name}</TILE_ID><Image_Refining flag='{flag}'/><N>1</N></Info></r>"
    )


def strip(out: Path, first: np.ndarray, second: np.ndarray, flag: str = "NOT_REFINED") -> Path:
    """OUT/<DS> of two vDS, assembled: the first one gives what both have."""
    whole = only(second, SECOND)
    whole[FIRST] = first[FIRST]
    product(out / "L1C", whole, flag)
    product(out / "l1c/v01", only(first, FIRST), flag)
    product(out / "l1c/v02", only(second, SECOND), flag)
    return out


def values(found: list[Impact]) -> dict[tuple[str, str], float]:
    return {(one.measure, one.where): one.value for one in found}


@settings(max_examples=10, deadline=None)
@given(down=st.floats(-3, 3), right=st.floats(-3, 3))
def test_a_shifted_picture_is_seen_as_shifted(down: float, right: float) -> None:
    found = shifts(picture(), picture(down, right), np.zeros((SIZE, SIZE), bool))
    assert len(found.east) >= 4
    assert found.east == pytest.approx(right, abs=0.03)
    assert found.south == pytest.approx(down, abs=0.03)
    assert not found.cut.any()


def test_windows_without_data_or_detail_say_nothing() -> None:
    nowhere = np.zeros((SIZE, SIZE), bool)
    assert len(shifts(picture(), np.zeros((SIZE, SIZE), np.uint16), nowhere).east) == 0
    flat = np.full((SIZE, SIZE), 1500, np.uint16)
    flat[0, 0] = 1600
    assert len(shifts(flat, flat + 1, nowhere).east) == 0


def test_the_zone_of_a_cut_is_what_two_see_or_none() -> None:
    whole = picture()
    zone = cuts(whole, (only(whole, FIRST), only(whole, SECOND)))
    assert zone.all(axis=1).nonzero()[0].tolist() == list(range(80, 140))
    hole = cuts(whole, (only(whole, slice(0, 90)), only(whole, slice(100, SIZE))))
    assert hole.all(axis=1).nonzero()[0].tolist() == list(range(90, 100))
    assert not Band(whole, whole, (whole,)).zone.any()  # one vDS: no cut


def test_the_same_has_no_impact(tmp_path: Path) -> None:
    product(tmp_path / "a/L1C", picture())
    found = values(impacts(tmp_path / "a", strip(tmp_path / "b", picture(), picture())))
    assert found["pixels that differ", "cuts"] == found["pixels that differ", "inside"] == 0
    assert found["step between vDS, mean", "cuts"] == found["shift from A, 95 %", "all"] == 0
    assert found["metadata that differ", "all"] == 0  # but TILE_ID, which no two runs have in common
    assert set(found.values()) == {0.0}


def test_a_vds_that_lies_elsewhere_is_a_step_at_the_cut(tmp_path: Path) -> None:
    """The second vDS lies 0.5 pixel to the east: only its half differs, and both differ where they meet."""
    product(tmp_path / "a/L1C", picture())
    b = strip(tmp_path / "b", picture(), picture(0, 0.5), "REFINED")
    found = values(impacts(tmp_path / "a", b))
    assert found["step between vDS, mean", "cuts"] == pytest.approx(0.5, abs=0.03)
    assert found["pixels that differ", "inside"] > 30 and found["pixels lost", "all"] == 0
    assert found["pixels that differ", "cuts"] == 0  # the first vDS gives them, and it is right
    assert 0 < found["shift from A, mean", "inside"] < 0.5
    assert found["radiometry, 95 %", "inside"] > 10 and abs(found["radiometry, mean", "inside"]) < 2
    assert found["mask pixels that differ", "inside"] > 0
    assert found["metadata that differ", "all"] == 1


def test_a_hole_is_lost_at_the_cut(tmp_path: Path) -> None:
    product(tmp_path / "a/L1C", picture())
    b = tmp_path / "b"
    product(b / "L1C", only(picture(), slice(0, 100)) + only(picture(), slice(110, SIZE)))
    product(b / "l1c/v01", only(picture(), slice(0, 100)))
    product(b / "l1c/v02", only(picture(), slice(110, SIZE)))
    found = values(impacts(tmp_path / "a", b))
    assert found["pixels lost", "cuts"] == 100
    assert found["pixels lost", "inside"] == 0
    assert ("step between vDS, mean", "cuts") not in found


def test_a_pixel_says_how_wide_it_is(tmp_path: Path) -> None:
    """A pixel at scale 16 is 160 m: whoever reads "0.3 pixel" must not take it for 3 m."""
    units = {}
    for scale in (1, 16):
        for side in "ab":
            product(tmp_path / f"{scale}{side}/L1C", picture(), scale=scale)
        found = impacts(tmp_path / f"{scale}a", tmp_path / f"{scale}b")
        units[scale] = {one.unit for one in found if one.measure.startswith("shift")}
    assert units == {1: {"pixel of 10 m"}, 16: {"pixel of 160 m (10 m at scale 16)"}}
    assert units[16] == {pixel_unit(160.0)}


@pytest.mark.parametrize("side", ["a/L1C", "b/L1C"])
@pytest.mark.parametrize("name", ["IMG_DATA/*_B09", "QI_DATA/MSK_QUALIT_B04", "QI_DATA/MSK_CLASSI_B00"])
def test_an_image_of_one_side_only_is_told(tmp_path: Path, side: str, name: str) -> None:
    product(tmp_path / "a/L1C", picture())
    strip(tmp_path / "b", picture(), picture())
    next((tmp_path / side).glob(f"*/GRANULE/*/{name}.jp2")).unlink()
    with pytest.raises(InputError, match=f"{side}.* has no .*, .* has it"):
        impacts(tmp_path / "a", tmp_path / "b")
    run = CliRunner().invoke(command, [str(tmp_path / "a"), str(tmp_path / "b"), "--impacts"])
    assert isinstance(run.exception, InputError)
    plain = CliRunner().invoke(command, [str(tmp_path / "a"), str(tmp_path / "b"), "--json"])
    assert plain.exit_code == 1 and "no file in" in plain.output


def test_a_band_that_a_vds_lacks_is_told(tmp_path: Path) -> None:
    product(tmp_path / "a/L1C", picture())
    strip(tmp_path / "b", picture(), picture())
    next((tmp_path / "b/l1c/v02").glob("*/GRANULE/*/IMG_DATA/*_B8A.jp2")).unlink()
    with pytest.raises(InputError, match=r"v02.* has no B8A"):
        impacts(tmp_path / "a", tmp_path / "b")


def test_what_neither_has_is_left_out(tmp_path: Path) -> None:
    for side in "ab":
        product(tmp_path / side / "L1C", picture())
        for name in ("IMG_DATA/*_B09", *(f"QI_DATA/MSK_*_{band}" for band in (*BANDS, "B00"))):
            for file in (tmp_path / side / "L1C").glob(f"*/GRANULE/*/{name}.jp2"):
                file.unlink()
    found = values(impacts(tmp_path / "a", tmp_path / "b"))
    assert found["pixels that differ", "all"] == 0
    assert not any(measure.startswith("mask") for measure, _ in found)


def test_other_grids_are_told(tmp_path: Path) -> None:
    product(tmp_path / "a/L1C", picture())
    product(tmp_path / "small/L1C", picture(size=SIZE - 1))
    product(tmp_path / "coarse/L1C", picture(), scale=2)
    for other, what in (("small", "size"), ("coarse", "place")):
        with pytest.raises(InputError, match=f"{other}.* has another {what} than .*a/L1C"):
            impacts(tmp_path / "a", tmp_path / other)
    b = strip(tmp_path / "b", picture(), picture())
    shutil.rmtree(b / "l1c/v02")
    product(b / "l1c/v02", picture(size=SIZE - 1))
    with pytest.raises(InputError, match=r"v02.* has another size"):
        impacts(tmp_path / "a", b)


def test_an_image_that_is_none_is_told(tmp_path: Path) -> None:
    product(tmp_path / "a/L1C", picture())
    b = strip(tmp_path / "b", picture(), picture())
    file = next((b / "l1c/v01").glob("*/GRANULE/*/IMG_DATA/*_B04.jp2"))
    file.write_bytes(file.read_bytes()[:60])
    with pytest.raises(InputError, match=r"v01.*_B04\.jp2 cannot be read"):
        impacts(tmp_path / "a", b)


def test_fields_are_named_with_both_values(tmp_path: Path) -> None:
    product(tmp_path / "a", picture(size=16))
    product(tmp_path / "b", picture(size=16), "REFINED")
    found, compared = metadata.differing([(tmp_path / "a" / SAFE, tmp_path / "b" / SAFE)])
    assert compared == 2
    assert [(f.path, f.products, f.a, f.b) for f in found] == [
        ("Info/Image_Refining", 1, "flag=NOT_REFINED", "flag=REFINED")
    ]


def test_the_command_tells_it(tmp_path: Path) -> None:
    product(tmp_path / "a/L1C", picture())
    b = strip(tmp_path / "b", picture(), picture(0, 0.5), "REFINED")
    run = CliRunner().invoke(command, [str(tmp_path / "a"), str(b), "--impacts"])
    assert run.exit_code == 1
    assert "step between vDS, mean" in run.output and "Image_Refining" in run.output
    told = CliRunner().invoke(command, [str(tmp_path / "a"), str(b), "--impacts", "--json"])
    document = json.loads(told.output)
    assert set(document["impacts"][0]) == {"measure", "unit", "where", "value", "tolerance"}
    assert {i["unit"] for i in document["impacts"] if "step" in i["measure"]} == {"pixel of 10 m"}
    assert set(document["metadata"][0]) == {"file", "path", "products", "a", "b"}
    assert not document["identical"]
    wrong = CliRunner().invoke(command, [str(tmp_path / "a"), str(b), "--truth", str(tmp_path)])
    assert wrong.exit_code == 1 and "give --impacts" in str(wrong.exception)
