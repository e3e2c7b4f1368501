import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipf.l1c.resample import bicubic, keys_weights, split


def interpolate(image: np.ndarray, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    rows, row_fraction = split(row)
    columns, column_fraction = split(column)
    return bicubic(image, rows, row_fraction, columns, column_fraction).counts


def surface(row: np.ndarray, column: np.ndarray, cubic: float = 0.0) -> np.ndarray:
    return 500 + 3 * row - 2 * column + row**2 + 2 * column**2 - row * column + cubic * row**3


@given(st.floats(2.5, 20), st.floats(2.5, 20))
def test_reproduces_polynomials_of_degree_two(row: float, column: float) -> None:
    centres = np.arange(24) + 0.5
    image = surface(centres[:, None], centres[None, :]) * 4  # quarter units keep the samples whole numbers
    assert np.all(image == np.rint(image))
    found = interpolate(image.astype(np.uint16), np.array([row]), np.array([column]))
    assert found[0] == pytest.approx(4 * surface(np.array(row), np.array(column)), rel=1e-5)


def test_does_not_reproduce_cubics() -> None:
    image = (np.arange(24.0)[:, None] ** 3 * np.ones((1, 24))).astype(np.uint16)
    found = interpolate(image, np.array([10.75]), np.array([10.5]))
    assert abs(found[0] - 10.25**3) > 0.05


def test_a_point_on_a_sample_is_the_sample() -> None:
    image = np.random.default_rng(1).integers(1, 4096, (9, 9)).astype(np.uint16)
    rows, columns = np.mgrid[1:6, 0:9]
    found = interpolate(image, rows.ravel() + 0.5, columns.ravel() + 0.5)
    assert np.array_equal(found, image[1:6].ravel().astype(np.float32))


@given(st.floats(0, 1, exclude_max=True))
def test_weights_sum_to_one(fraction: float) -> None:
    assert sum(keys_weights(np.array([fraction], np.float32)))[0] == pytest.approx(1, abs=1e-6)


def test_columns_beyond_the_image_go_on_straight() -> None:
    image = np.tile(np.array([[700, 600, 640, 900]], np.uint16), (5, 1))
    extended = np.tile(np.array([[900, 800, 700, 600, 640, 900, 1160, 1420]], np.uint16), (5, 1))
    column = np.array([0.0, 0.3, 3.8, 4.0])
    found = interpolate(image, np.full(4, 2.5), column)
    assert found == pytest.approx(interpolate(extended, np.full(4, 2.5), column + 2))
    assert found[0] > 740 and found[3] > 1020


@given(st.integers(0, 11), st.integers(0, 11))
def test_special_samples_spoil_exactly_what_they_touch(row: int, column: int) -> None:
    image = np.full((12, 12), 500, np.uint16)
    image[row, column] = 65535
    rows, columns = (c.ravel() for c in np.mgrid[1:9, 2:9])
    half = np.full(rows.shape, 0.5, np.float32)
    sampled = bicubic(image, rows, half, columns, half)
    near = (np.abs(row - rows - 0.5) < 2) & (np.abs(column - columns - 0.5) < 2)
    assert np.array_equal(sampled.saturated, near)
    assert not sampled.missing.any()


@given(st.integers(0, 2**32), st.integers(1, 60), st.integers(0, 5))
def test_value_does_not_depend_on_its_company(seed: int, count: int, lead: int) -> None:
    random = np.random.default_rng(seed)
    image = random.integers(1, 4096, (30, 20)).astype(np.uint16)
    row, column = random.uniform(8, 20, count), random.uniform(0, 20, count)
    whole = interpolate(image, row, column)
    parts = [interpolate(image[lead:], row[i : i + 1] - lead, column[i : i + 1])[0] for i in range(count)]
    # bits are the same only if rows are cut as index + fraction: a float less `lead` may round differently
    rows, row_fraction = split(row)
    columns, column_fraction = split(column)
    cut = bicubic(image[lead:], rows - lead, row_fraction, columns, column_fraction).counts
    assert np.array_equal(whole, cut)
    assert np.allclose(whole, parts, rtol=1e-4)
