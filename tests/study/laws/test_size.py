"""Sizes: pixel counts, and that they add up however a vDS is cut."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.chain import Unit, extents_of, load_chain, with_partitions
from batch.choreography.rule import invocations_of
from ipf.geometry.tiles import SIZE
from study.laws.size import TILE_M, Size, size_of, tile_pixels

CHAIN = load_chain()


def test_pixels_of_a_scene_are_those_of_its_granules() -> None:
    # 4 bands of 10 m, 6 of 20 m, 3 of 60 m: docs/architecture.md, "L0c packets"
    per_detector = 4 * 2304 * 2592 + 6 * 1152 * 1296 + 3 * 384 * 1296
    assert size_of(CHAIN.ipf("UPDATE_LOC"), Unit(), 1).mpixels == pytest.approx(12 * per_detector / 1e6)


def test_pixels_of_a_tile() -> None:
    assert TILE_M == SIZE
    assert tile_pixels(10, 1) == 10980**2
    assert tile_pixels(60, 16) == 115**2
    unit = Unit((("band", "B01"), ("tile", "36MZD")))
    found = size_of(CHAIN.ipf("GEN_ORTHO_TOA"), unit, 13, 1, coverage=0.25)
    assert found == Size(1.0, 0.0, 10980**2 / 1e6, 10980**2 / 4e6)


def test_a_range_of_scenes_counts_its_own_scenes() -> None:
    unit = Unit((("atf", "003-006"), ("detector", "07")))
    assert size_of(CHAIN.ipf("DECOMP"), unit, 20).scenes == pytest.approx(4 / 12)


@given(
    scenes=st.integers(4, 60),
    detector=st.integers(1, 12),
    band=st.integers(1, 13),
    scale=st.sampled_from([1, 2, 4, 8, 16]),
    name=st.sampled_from(["UPDATE_LOC", "UNFORMAT_SAFE_GR", "DECOMP", "RADIO_AB", "GEO1B_FINALIZE"]),
)
@settings(deadline=None)
def test_units_add_up_to_the_vds(scenes: int, detector: int, band: int, scale: int, name: str) -> None:
    chain = with_partitions(CHAIN, {"detector": detector, "band": band})
    extents = extents_of(chain, scenes)
    ipf = chain.ipf(name)
    sizes = [size_of(ipf, v.unit, scenes, scale) for v in invocations_of(ipf, extents)]
    assert sum(s.scenes for s in sizes) == pytest.approx(scenes)
    whole = size_of(chain.ipf("UPDATE_LOC"), Unit(), scenes, scale).mpixels
    assert sum(s.mpixels for s in sizes) == pytest.approx(whole)
