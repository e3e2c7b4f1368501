"""The design: every IPF, sizes that differ in every term, units that the chain knows."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.chain import load_chain
from batch.chain.units import BANDS, DETECTORS
from batch.errors import InputError
from study.bench.design import Strip, knows_tiles, points
from study.bench.strips import lay, scenes_needed, typical_coverage

CHAIN = load_chain()
TILES = {"36MZD": 1.0, "36MZE": 0.4, "36MZF": 0.02}


def strip(**changed) -> Strip:  # type: ignore[no-untyped-def]
    return replace(Strip("vds", 7, 16, TILES), **changed)


def test_every_ipf_is_measured() -> None:
    assert {p.invocation.ipf for p in points(CHAIN, strip())} == {i.name for i in CHAIN.scope("vds")}


@pytest.mark.parametrize("name", ["GEN_ORTHO_TOA", "FORMAT_IMG_L1C"])
def test_terms_can_be_told_apart(name: str) -> None:
    """Bands of 10, 20 and 60 m, full and empty tiles: pixels, pixels with data and the process differ."""
    sizes = [p.size for p in points(CHAIN, strip(), repetitions=1, only=[name])]
    assert len({round(s.mpixels, 6) for s in sizes}) == 4
    assert max(s.covered / s.mpixels for s in sizes) == 1.0
    assert min(s.covered / s.mpixels for s in sizes) == pytest.approx(0.02)


def test_pieces_are_those_of_the_job_orders() -> None:
    for point in points(CHAIN, strip(), repetitions=1):
        for dimension, known in (("band", BANDS), ("detector", DETECTORS)):
            piece = point.invocation.unit.piece(dimension)
            assert piece is None or set(piece.split("-")) <= set(known)


def test_detectors_differ() -> None:
    sizes = [p.size.scenes for p in points(CHAIN, strip(), repetitions=1, only=["DECOMP"])]
    assert sizes == pytest.approx([7 / 12, 7 / 3, 7])


def test_crowds_are_of_the_largest_unit() -> None:
    found = points(CHAIN, strip(), slots=(1, 2, 4), repetitions=2, only=["GEN_ORTHO_TOA"])
    crowds = [p for p in found if p.slots > 1]
    assert {p.slots for p in crowds} == {2, 4}
    assert {str(p.invocation.unit) for p in crowds} == {"band=B01-B02,tile=36MZD"}
    assert not [p for p in points(CHAIN, strip(), slots=(1, 2), crowd=False) if p.slots > 1]


@given(
    scenes=st.integers(4, 60),
    scale=st.sampled_from([1, 4, 16]),
    repetitions=st.integers(1, 4),
    slots=st.lists(st.integers(1, 8), min_size=1, max_size=3, unique=True),
    scope=st.sampled_from(["vds", "datastrip"]),
)
@settings(deadline=None, max_examples=40)
def test_points_are_all_different(
    scenes: int, scale: int, repetitions: int, slots: list[int], scope: str
) -> None:
    found = points(CHAIN, strip(scope=scope, scenes=scenes, scale=scale), slots, repetitions)
    assert len({(p.invocation.key, p.slots, p.repetition) for p in found}) == len(found)
    assert all(p.size.mpixels > 0 for p in found)


def test_without_tiles_nothing_is_split_by_tile() -> None:
    assert not [p for p in points(CHAIN, strip(tiles={})) if p.invocation.unit.piece("tile")]


def test_who_knows_the_tiles() -> None:
    known = {i.name for i in CHAIN.scope("vds") if knows_tiles(CHAIN, i)}
    assert known == {"GET_TILE_LIST", "FORMAT_METADATA_DS_L1C", "OLQC_DS_L1C", "STAGE_OUT"}


@given(st.lists(st.integers(4, 30), min_size=1, max_size=5, unique=True))
@settings(deadline=None)
def test_vds_lie_one_after_another(sizes: list[int]) -> None:
    cuts = lay(sizes, [scenes_needed(sizes)], "DS")
    assert [c.scenes for c in cuts] == sizes
    assert cuts[0].first == 1
    assert cuts[-1].last == scenes_needed(sizes)
    assert all(b.first == a.last - 2 for a, b in pairwise(cuts)), "3 scenes in common"


@pytest.mark.parametrize("sizes", [[], [3, 7], [7, 7]])
def test_impossible_sizes(sizes: list[int]) -> None:
    with pytest.raises(InputError, match="--sizes"):
        lay(sizes, [40], "DS")


def test_too_short_a_datastrip() -> None:
    with pytest.raises(InputError, match="need 15 in a row"):
        lay([4, 7, 10], [14, 30], "DS")


def test_typical_coverage_is_a_share() -> None:
    assert 0.3 < typical_coverage(16, 19) < 0.6
    assert typical_coverage(2, 3) == 0
    assert typical_coverage(16, 0) == 0
