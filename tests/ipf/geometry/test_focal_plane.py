"""The focal plane against what is known of the instrument."""

from itertools import pairwise

import numpy as np
import pytest

from ipf.geometry.focal_plane import BANDS, DETECTORS, nominal_first_line, tan_psi, tan_psi_raw


def test_rasters() -> None:
    sizes = {
        b.resolution: (b.raw_columns, b.useful_columns, b.columns, b.scene_lines) for b in BANDS.values()
    }
    assert sizes == {
        10: (2592, 2552, 2552, 2304),
        20: (1296, 1276, 1276, 1152),
        60: (1296, 1276, 425, 384),
    }
    assert [b.band_id for b in BANDS.values()] == list(range(13))


def test_field_of_view_and_pixel() -> None:
    left, _ = tan_psi("B02", "01", 0.0)
    right, _ = tan_psi("B02", "12", 2552.0)
    assert np.degrees(np.arctan(right) - np.arctan(left)) == pytest.approx(20.99, abs=0.02)
    a, _ = tan_psi("B02", "06", np.array([1275.5, 1276.5]))
    assert (a[1] - a[0]) * 1e6 == pytest.approx(12.53, abs=0.05)


@pytest.mark.parametrize("band", BANDS)
def test_detectors_join_in_order_and_alternate(band: str) -> None:
    n = BANDS[band].columns
    edges = [[float(tan_psi(band, d, c)[0]) for c in (0, n)] for d in DETECTORS]
    overlaps = [(a[1] - b[0]) * 786e3 / 10 for a, b in pairwise(edges)]
    assert min(overlaps) > 90 and max(overlaps) < 215  # columns of 10 m
    along = [float(tan_psi(band, d, n / 2)[1]) for d in DETECTORS]
    assert all(ty < 0 for ty in along[::2]) and all(ty > 0 for ty in along[1::2])


def test_looking_further_ahead_is_seeing_earlier() -> None:
    for d in DETECTORS:
        order = sorted(BANDS, key=lambda b: nominal_first_line(b, d))
        ahead = sorted(BANDS, key=lambda b: -float(tan_psi(b, d, BANDS[b].columns / 2)[1]))
        assert order == ahead


def test_raw_columns_of_60_m_bands_are_thirds() -> None:
    np.testing.assert_array_equal(tan_psi_raw("B01", "03", 300.0), tan_psi("B01", "03", 100.0))
    np.testing.assert_array_equal(tan_psi_raw("B11", "03", 300.0), tan_psi("B11", "03", 300.0))
