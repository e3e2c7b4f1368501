"""JP2, masks, previews, statistics."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st

from ipf.l1c import images, jp2, masks, preview
from ipf.l1c.geocoding import Geocoding
from ipf.l1c.merge import merge_band
from ipf.l1c.statistics import Statistics, block_any, outline_or_tile
from ipf.l1c.summary import Summary, footprint
from ipf.l1c.toa import Ortho, Quality
from ipf.radiometry import BANDS

TILE = Geocoding("33SVB", 32633, 399960, 4200000, 16)


def noise(seed: int, size: int, low: int = 1, high: int = 32768) -> np.ndarray:
    return np.random.default_rng(seed).integers(low, high, (size, size)).astype(np.uint16)


@pytest.mark.parametrize(("resolution", "top"), [(10, 32767), (20, 65535), (60, 32767)])
def test_bands_come_back_to_the_bit(tmp_path: Path, resolution: int, top: int) -> None:
    dn = noise(resolution, TILE.size(resolution))
    dn[0, 0], dn[5, :7] = top, 0
    jp2.write_band(tmp_path / "b.jp2", dn, TILE, resolution)
    assert np.array_equal(jp2.read(tmp_path / "b.jp2")[0], dn)
    with rasterio.open(tmp_path / "b.jp2") as image:
        assert image.tags(1, ns="IMAGE_STRUCTURE").get("NBITS") == (None if top == 65535 else "15")
        assert tuple(image.transform)[:6] == TILE.transform(resolution)
        assert image.crs.to_epsg() == 32633
    assert [p.name for p in tmp_path.iterdir()] == ["b.jp2"]


def test_full_size_is_tiled_like_public_products(tmp_path: Path) -> None:
    full = replace(TILE, scale=1)
    jp2.write_band(tmp_path / "b.jp2", np.full((1830, 1830), 1234, np.uint16), full, 60)
    with rasterio.open(tmp_path / "b.jp2") as image:
        assert image.block_shapes == [(192, 192)]
        assert image.tags(1, ns="IMAGE_STRUCTURE")["NBITS"] == "15"
        assert len(image.overviews(1)) >= 3


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_quality_bits_and_planes_are_inverse(seed: int) -> None:
    bits = np.random.default_rng(seed).integers(0, 256, (9, 7)).astype(np.uint8)
    planes = np.stack(list(masks.QualityPlanes(bits)))
    assert planes.shape == (8, 9, 7) and planes.max() <= 1
    assert np.array_equal(masks.quality_bits(planes), bits)


def test_block_mean_counts_pixels_with_data_only() -> None:
    dn = np.zeros((7, 7), np.uint16)
    dn[0, :3] = (2000, 3000, 4000)
    dn[6, 6] = 6000
    mean = masks.block_mean(dn, 6, 2)
    assert mean[0, 0] == pytest.approx(0.2) and mean[1, 1] == pytest.approx(0.5)
    assert np.isnan(mean[0, 1]) and np.isnan(mean[1, 0])


def test_classification_of_clear_cases() -> None:
    cases = {  # blue, green, cirrus, swir → opaque, cirrus, snow
        "land": ((0.1, 0.12, 0.002, 0.3), (0, 0, 0)),
        "cloud": ((0.6, 0.6, 0.01, 0.5), (1, 0, 0)),
        "cirrus": ((0.15, 0.15, 0.03, 0.2), (0, 1, 0)),
        "snow": ((0.8, 0.8, 0.01, 0.1), (0, 0, 1)),
        "nothing": ((np.nan,) * 4, (0, 0, 0)),
    }
    values = np.array([case[0] for case in cases.values()], np.float32)
    by_band = dict(zip(masks.CLASSI_BANDS, values.T, strict=True))
    found = masks.classify(lambda band: by_band[band][None, :])
    assert [tuple(found[:, 0, i]) for i in range(len(cases))] == [case[1] for case in cases.values()]


def test_tci_and_pvi_levels(tmp_path: Path) -> None:
    levels = preview.tci_plane(np.array([[0, 1, 1000, 4500, 9000, 65535]], np.uint16))
    assert levels.tolist() == [[0, 1, 1, 255, 255, 255]]
    size = TILE.size(10)
    bands = {
        band: np.full((size, size), 1000 + 10 * n, np.uint16) for n, band in enumerate(preview.TCI_BANDS)
    }
    for dn in bands.values():
        dn[:100] = 0
    images.write_tci_pvi(tmp_path / "tci.jp2", tmp_path / "pvi.jp2", TILE, bands)
    tci, pvi = jp2.read(tmp_path / "tci.jp2"), jp2.read(tmp_path / "pvi.jp2")
    assert tci.shape == (3, size, size) and pvi.shape == (3, 343, 343)
    assert not pvi[:, :50].any() and pvi[:, 50:].all()
    with rasterio.open(tmp_path / "pvi.jp2") as image:
        assert (image.transform.a, image.transform.c) == (320, TILE.ulx)


def full_ortho(band: str, valid: np.ndarray | None = None) -> Ortho:
    size = TILE.size(BANDS[band].resolution)
    dn = np.full((size, size), 2000, np.uint16)
    quality = np.zeros((size, size), np.uint8)
    if valid is not None:
        dn[~valid], quality[~valid] = 0, Quality.NO_DATA
    return Ortho(dn, np.ones((size, size), np.uint8), quality)


def test_statistics_and_outline() -> None:
    statistics = Statistics(TILE)
    for band in BANDS:
        size = TILE.size(BANDS[band].resolution)
        south = np.arange(size)[:, None] * np.ones((1, size)) >= size / 2
        ortho = full_ortho(band, south)
        ortho.dn[-1, :5] = 65535
        ortho.quality[0, :3] |= np.uint8(Quality.MSI_LOST)
        statistics.add(band, ortho)
    summary = statistics.summary()
    assert summary.nodata["B02"] == pytest.approx(50, abs=0.2)
    assert summary.saturated["B05"] == pytest.approx(100 * 5 / (172 * 344), abs=1e-5)
    assert 0 < statistics.degraded < 0.1
    lat = [p[1] for p in summary.footprint]
    whole = [p[1] for p in outline_or_tile(Summary({}, {}, {}, ()), TILE)]
    assert summary.footprint[0] == summary.footprint[-1]
    assert max(whole) - max(lat) == pytest.approx((max(whole) - min(whole)) / 2, rel=0.05)


def test_footprint_of_nothing_is_empty() -> None:
    assert footprint(np.zeros((5, 5), bool), TILE, 60) == ()


def test_block_any_at_the_ragged_edge() -> None:
    mask = np.zeros((7, 7), bool)
    mask[6, 0] = True
    assert block_any(mask, 3, 3).tolist() == [[False] * 3, [False] * 3, [True, False, False]]


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(0, 12), st.integers(0, 12))
def test_merging_parts_gives_the_whole(seed: int, first: int, last: int) -> None:
    """Rows up to `first` and from `last` on, in either order, overlapping or not."""
    random = np.random.default_rng(seed)
    dn = random.integers(0, 4, (12, 6)).astype(np.uint16) * 1000
    lost = (dn == 0) & (random.random(dn.shape) < 0.3)
    quality = np.where(dn == 0, np.uint8(Quality.NO_DATA), np.uint8(0))
    quality[lost] |= np.uint8(Quality.MSI_LOST)
    whole = Ortho(dn, np.where((dn > 0) | lost, 3, 0).astype(np.uint8), quality)

    def part(rows: slice) -> Ortho:
        empty = Ortho(
            np.zeros_like(dn), np.zeros_like(whole.detector), np.full_like(quality, Quality.NO_DATA)
        )
        for target, source in zip(vars(empty).values(), vars(whole).values(), strict=True):
            target[rows] = source[rows]
        return empty

    parts = [part(slice(0, max(first, last))), part(slice(min(first, last), 12))]
    for order in (parts, parts[::-1]):
        merged, conflicts = merge_band(order)
        assert conflicts == 0
        assert np.array_equal(merged.dn, whole.dn)
        assert np.array_equal(merged.detector, whole.detector)
        assert np.array_equal(merged.quality, whole.quality)


def test_merging_counts_contradictions() -> None:
    one = full_ortho("B01")
    other = Ortho(one.dn.copy(), one.detector, one.quality)
    other.dn[3, :4] = 2001
    merged, conflicts = merge_band([one, other])
    assert conflicts == 4
    assert np.array_equal(merged.dn, one.dn)
