"""`vds compare` on small products of our own."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from batch.errors import InputError
from ipf.l1c import jp2
from study.cli.compare import compare as command
from study.quality.compare import compare

SAFE = "S2B_MSIL1C_20221011T064029_N0400_R034_T{tile}_20221124T170956.SAFE"
TRANSFORM = (10.0, 0.0, 300000.0, 0.0, -10.0, 9400000.0)


def image(value: int = 0, **pixels: int) -> np.ndarray:
    dn = (np.arange(40 * 50) % 900 + 1000 + value).astype(np.uint16).reshape(40, 50)
    dn[:5] = 0
    for place, dn_value in pixels.items():
        row, column = (int(n) for n in place.removeprefix("at").split("_"))
        dn[row, column] = dn_value
    return dn


def product(folder: Path, tile: str, dn: np.ndarray, band: str = "B02") -> Path:
    safe = folder / SAFE.format(tile=tile)
    granule = safe / f"GRANULE/L1C_T{tile}_A029232_20221011T064025"
    name = f"T{tile}_20221011T064029_{band}.jp2"
    jp2.write(granule / "IMG_DATA" / name, [dn], 32740, TRANSFORM, 64, 15)
    detector = [(dn > 0).astype(np.uint8)]
    jp2.write(granule / f"QI_DATA/MSK_DETFOO_{band}.jp2", detector, 32740, TRANSFORM, 64, 8)
    return safe


def test_same_products_are_identical(tmp_path: Path) -> None:
    product(tmp_path / "a", "40MCV", image())
    product(tmp_path / "b/L1C", "40MCV", image())
    result = compare(tmp_path / "a", tmp_path / "b")
    assert result.identical
    assert (result.tiles, result.missing, result.extra) == (("40MCV",), (), ())
    assert [i.image for i in result.images] == ["B02", "DETFOO B02"]
    assert result.document()["pixels"] == 4000


def test_one_changed_pixel_is_found(tmp_path: Path) -> None:
    product(tmp_path / "a", "40MCV", image())
    product(tmp_path / "b", "40MCV", image(at20_30=int(image()[20, 30]) + 7))
    result = compare(tmp_path / "a", tmp_path / "b")
    assert not result.identical
    band, mask = result.images
    assert (band.differing, band.missing_a, band.missing_b, band.largest) == (1, 0, 0, 7)
    assert mask.identical


def test_pixels_without_data_on_one_side_are_missing_and_no_difference(tmp_path: Path) -> None:
    product(tmp_path / "a", "40MCV", image(at9_9=0))
    product(tmp_path / "b", "40MCV", image(at10_10=0, at10_11=0))
    band, mask = compare(tmp_path / "a", tmp_path / "b").images
    assert (band.differing, band.missing_a, band.missing_b, band.largest) == (3, 1, 2, 0)
    assert (mask.differing, mask.missing_a, mask.largest) == (3, 0, 1)


def test_missing_and_extra_tiles_and_images(tmp_path: Path) -> None:
    product(tmp_path / "a", "40MCV", image())
    product(tmp_path / "a", "40MCA", image())
    product(tmp_path / "b", "40MCV", image(), band="B03")
    product(tmp_path / "b", "40MBV", image())
    result = compare(tmp_path / "a", tmp_path / "b")
    assert (result.missing, result.extra) == (("40MCA",), ("40MBV",))
    assert {(i.image, i.note) for i in result.images} == {
        ("B02", "no file in B"),
        ("B03", "no file in A"),
        ("DETFOO B02", "no file in B"),
        ("DETFOO B03", "no file in A"),
    }
    assert not result.identical


def test_images_of_another_size_cannot_be_compared(tmp_path: Path) -> None:
    product(tmp_path / "a", "40MCV", image())
    product(tmp_path / "b", "40MCV", image()[:-1])
    result = compare(tmp_path / "a", tmp_path / "b")
    assert {i.note for i in result.images} == {"size differs"}
    assert not result.identical


def test_command_tells_by_its_exit_status(tmp_path: Path) -> None:
    product(tmp_path / "a", "40MCV", image())
    product(tmp_path / "b", "40MCV", image(at20_30=5000))
    run = CliRunner().invoke
    same = run(command, [str(tmp_path / "a"), str(tmp_path / "a")])
    assert (same.exit_code, "Identical: 1 tile(s)" in same.output) == (0, True)
    other = run(command, [str(tmp_path / "a"), str(tmp_path / "b")])
    assert other.exit_code == 1
    assert "B02" in other.output and "Not identical: 1 pixel(s)" in other.output
    told = run(command, [str(tmp_path / "a"), str(tmp_path / "b"), "--json"])
    assert told.exit_code == 1
    assert json.loads(told.output)["differing"] == 1


@pytest.mark.parametrize("case", ["absent", "empty", "twice", "half"])
def test_bad_input_is_one_sentence(tmp_path: Path, case: str) -> None:
    safe = product(tmp_path / "a", "40MCV", image())
    other = tmp_path / case
    if case != "absent":
        other.mkdir()
    if case in ("twice", "half"):
        shutil.copytree(safe, other / safe.name)
    if case == "twice":
        shutil.copytree(safe, other / safe.name.replace("170956", "170957"))
    if case == "half":
        (file,) = other.glob("*/GRANULE/*/IMG_DATA/*_B02.jp2")
        file.write_bytes(file.read_bytes()[:60])
    with pytest.raises(InputError) as refused:
        compare(tmp_path / "a", other)
    assert str(other if case != "half" else file) in str(refused.value)
