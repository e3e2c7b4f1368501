from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ipf.l1c import grids, toa
from ipf.l1c.geocoding import Geocoding
from ipf.l1c.toa import Ortho, View, ortho
from tests.ipf.l1c.rig import GEOCODING, random_views


def to_dn(counts: np.ndarray, cos_sun: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(counts / cos_sun), 1, 65534).astype(np.uint16)


def project(views: list[View], resolution: int = 10, geocoding: Geocoding = GEOCODING) -> Ortho:
    return ortho(geocoding, resolution, views, to_dn)


def cut(views: list[View], first: int, last: int) -> list[View]:
    return [replace(v, image=v.image.cut(first, last)) for v in views]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.lists(st.integers(0, 860), min_size=1, max_size=4, unique=True))
def test_virtual_datastrips_give_the_pixels_of_the_datastrip(seed: int, cuts: list[int]) -> None:
    """Any cut with the overlap that the filter needs: together the same pixels, apart a subset."""
    views = random_views(seed)
    whole = project(views)
    edges = [-40, *sorted(cuts), 900]
    dn, detector = np.zeros_like(whole.dn), np.zeros_like(whole.detector)
    for first, last in pairwise(edges):
        part = project(cut(views, first, min(last + 3, 900)))
        has = part.dn > 0
        assert np.array_equal(part.dn[has], whole.dn[has])
        assert np.array_equal(part.detector[has], whole.detector[has])
        assert np.array_equal(part.quality[has], whole.quality[has])
        dn[has], detector[has] = part.dn[has], part.detector[has]
    assert np.array_equal(dn, whole.dn)
    assert np.array_equal(detector, whole.detector)


def test_blocks_do_not_change_a_bit(monkeypatch) -> None:
    views = random_views(3)
    whole = project(views)
    monkeypatch.setattr(toa, "BLOCK_PIXELS", 1)
    pieces = project(views)
    assert np.array_equal(whole.dn, pieces.dn)
    assert np.array_equal(whole.detector, pieces.detector)


def test_detector_is_chosen_by_columns_even_if_its_rows_are_absent() -> None:
    views = random_views(5)
    whole = project(views)
    absent = [replace(views[0], image=views[0].image.cut(-40, -30)), *views[1:]]
    without = project(absent)
    of_first = whole.detector == 1
    assert of_first.any()
    assert not without.dn[of_first].any()
    assert np.array_equal(without.dn[~of_first], whole.dn[~of_first])


def test_no_seam_between_detectors_and_the_wider_margin_wins() -> None:
    views = random_views(7)
    result = project(views)
    per_cell = grids.cell_pixels(GEOCODING, 10)
    window = grids.Window(0, 687, 0, 687)
    columns = np.stack([grids.dense(v.column, per_cell, window) for v in views])
    margins = np.stack([np.minimum(c, v.image.width - c) for c, v in zip(columns, views, strict=True)])
    seen = (margins >= 0).any(axis=0)
    has = result.dn > 0
    assert np.array_equal(has, seen & has)
    assert np.array_equal(result.detector[has], margins.argmax(axis=0)[has] + 1)
    rows = np.stack([grids.dense(v.row, per_cell, window) for v in views])
    owner_row = np.take_along_axis(rows, margins.argmax(axis=0)[None], 0)[0]
    inside = (owner_row > -38) & (owner_row < 898)
    assert np.array_equal(has, seen & inside)


def test_saturated_and_lost_samples() -> None:
    views = random_views(9, detectors=1)
    views[0].image.counts[300:304] = 65535
    views[0].image.counts[500:502] = 0
    result = project(views)
    saturated, lost = result.dn == 65535, (result.quality & toa.Quality.MSI_LOST) > 0
    assert saturated.any() and lost.any()
    assert np.array_equal(saturated, (result.quality & toa.Quality.SATURATED) > 0)
    assert np.array_equal(result.dn == 0, (result.quality & toa.Quality.NO_DATA) > 0)
    assert not result.dn[lost].any()


def test_dense_is_linear_and_cells_are_whole_pixels() -> None:
    for scale in (1, 2, 4, 8, 16):
        geocoding = replace(GEOCODING, scale=scale)
        for resolution in (10, 20, 60):
            per_cell = grids.cell_pixels(geocoding, resolution)
            offsets = np.arange(0.0, grids.EXTENT + 1, grids.step(geocoding))
            nodes = offsets[:, None] * 2 + offsets[None, :]
            window = grids.Window(5, 40, 7, 50)
            pixel = geocoding.pixel(resolution)
            expected = (np.arange(5, 40)[:, None] + 0.5) * 2 * pixel + (np.arange(7, 50) + 0.5) * pixel
            assert np.allclose(grids.dense(nodes, per_cell, window), expected)
            assert geocoding.size(resolution) * pixel <= grids.EXTENT


def test_nodes_where_nothing_is_seen_hide_only_their_cells() -> None:
    views = random_views(11, detectors=1)
    whole = project(views)
    column = views[0].column.copy()
    column[:, :5] = np.nan
    hidden = project([replace(views[0], column=column)])
    per_cell = grids.cell_pixels(GEOCODING, 10)
    edge = 5 * per_cell
    assert not hidden.dn[:, :edge].any()
    assert np.array_equal(hidden.dn[:, edge:], whole.dn[:, edge:])
