"""A chip is found where it was put, to a few hundredths of a pixel; or not at all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipf.refine.match import REACH, Match, match, sampler

SIZE = 41
#: Rows and columns of the picture before the first expected one.
AROUND = 6


def scene(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Waves no shorter than eight pixels, 100 … 900."""
    waves = (
        np.sin(rows / 1.9 + 0.3 * columns)
        + np.sin(columns / 2.3 - 0.2 * rows)
        + np.sin(rows / 5 + columns / 7)
    )
    return 500 + 120 * waves


def found(
    down: float, right: float, gain: float = 1.0, offset: float = 0.0, noise: float = 0.0
) -> Match | None:
    """Match a chip in a picture in which everything lies `down` and `right` of where it is expected."""
    full = SIZE + 2 * (REACH + AROUND)
    at = np.mgrid[:full, :full] + 0.5
    picture = gain * scene(at[0] - down, at[1] - right) + offset
    picture += np.random.default_rng(1).normal(0, noise, picture.shape) if noise else 0
    rows, columns = at[0][AROUND:-AROUND, AROUND:-AROUND], at[1][AROUND:-AROUND, AROUND:-AROUND]
    inner = slice(REACH, -REACH)
    chip = scene(rows[inner, inner], columns[inner, inner]).astype(np.float32)
    # rows are counted from an epoch far away, as those of a datastrip
    return match(chip, rows + 7000, columns, sampler(np.rint(picture).astype(np.uint16), 7000))


OFF = st.floats(-3, 3)


@settings(max_examples=40, deadline=None)
@given(down=OFF, right=OFF, gain=st.floats(0.5, 3), offset=st.floats(0, 500))
def test_the_shift_is_found_whatever_the_light(down: float, right: float, gain: float, offset: float) -> None:
    there = found(down, right, gain, offset)
    assert there is not None
    assert (there.off_row, there.off_column) == pytest.approx((down, right), abs=0.03)
    middle = AROUND + REACH + SIZE // 2 + 0.5
    assert (there.row - 7000, there.column) == pytest.approx((middle + down, middle + right), abs=0.03)
    assert there.correlation > 0.99


def test_an_unmoved_picture_is_not_moved() -> None:
    there = found(0, 0)
    assert there is not None and abs(there.off_row) < 0.002 and abs(there.off_column) < 0.002


def test_noise_is_told_by_sigma() -> None:
    quiet, noisy = found(0.4, -0.7), found(0.4, -0.7, noise=30)
    assert quiet is not None and noisy is not None
    assert noisy.sigma > 3 * quiet.sigma
    assert abs(noisy.off_row - 0.4) < 5 * noisy.sigma


@pytest.mark.parametrize("off", [(REACH, 0.0), (0.0, -REACH - 1.0)])
def test_what_lies_at_the_end_of_the_reach_is_not_believed(off: tuple[float, float]) -> None:
    assert found(*off) is None


def test_something_else_is_not_found() -> None:
    assert found(0, 0, noise=400) is None
    flat = np.full((SIZE + 20, SIZE + 20), 300, np.uint16)
    at = np.mgrid[6 : SIZE + 14, 6 : SIZE + 14] + 0.5
    chip = scene(at[0], at[1])[REACH:-REACH, REACH:-REACH].astype(np.float32)
    assert match(chip, at[0], at[1], sampler(flat, 0)) is None


@pytest.mark.parametrize("special", [0, 65535])
def test_missing_and_saturated_pixels_are_no_ground(special: int) -> None:
    picture = np.rint(scene(*(np.mgrid[:61, :61] + 0.5))).astype(np.uint16)
    at = np.mgrid[6:55, 6:55] + 0.5
    chip = scene(at[0], at[1])[REACH:-REACH, REACH:-REACH].astype(np.float32)
    assert match(chip, at[0], at[1], sampler(picture, 0)) is not None
    picture[30, 30] = special
    assert match(chip, at[0], at[1], sampler(picture, 0)) is None
