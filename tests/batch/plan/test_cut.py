from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.errors import InputError
from batch.plan.cut import MINIMUM, Cut, cautions, count, cut, dropped, overhead

some_blocks = st.lists(st.integers(1, 160), min_size=1, max_size=5).filter(lambda b: max(b) >= MINIMUM)


@st.composite
def requests(draw: st.DrawFn) -> dict[str, int | None]:
    """What a user may ask for."""
    scenes = draw(st.none() | st.integers(MINIMUM, 60))
    overlap = draw(st.integers(0, (scenes or 16) - 1))
    return {"scenes": scenes, "overlap": overlap, "stages": draw(st.none() | st.integers(1, 12))}


def by_block(cuts: tuple[Cut, ...]) -> dict[int, list[Cut]]:
    return {number: [c for c in cuts if c.block == number] for number in {c.block for c in cuts}}


@given(some_blocks, requests())
def test_every_scene_of_every_usable_block_is_covered(blocks: list[int], request: dict[str, int]) -> None:
    covered = {scene for c in cut(blocks, **request) for scene in range(c.first, c.last + 1)}
    left_out = {scene for d in dropped(blocks) for scene in range(d.first, d.last + 1)}
    assert covered | left_out == set(range(1, sum(blocks) + 1))
    assert not covered & left_out


@given(some_blocks, requests())
def test_no_vds_crosses_a_gap(blocks: list[int], request: dict[str, int]) -> None:
    for c in cut(blocks, **request):
        begin = sum(blocks[: c.block - 1]) + 1
        assert begin <= c.first <= c.last < begin + blocks[c.block - 1]


@given(some_blocks, requests())
def test_neighbours_overlap_exactly_and_edges_do_not(blocks: list[int], request: dict[str, int]) -> None:
    for cuts in by_block(cut(blocks, **request)).values():
        for left, right in pairwise(cuts):
            assert left.last - right.first + 1 == request["overlap"]
            assert left.right_overlap == right.left_overlap == request["overlap"]
            assert left.first < right.first and left.last < right.last
        assert cuts[0].left_overlap == cuts[-1].right_overlap == 0


@given(some_blocks, requests())
def test_balanced_and_never_too_short(blocks: list[int], request: dict[str, int]) -> None:
    for cuts in by_block(cut(blocks, **request)).values():
        scenes = [c.scenes for c in cuts]
        assert max(scenes) - min(scenes) <= 1
        assert min(scenes) >= MINIMUM


@given(some_blocks, requests())
def test_at_most_the_scenes_asked_for_unless_that_made_one_too_short(
    blocks: list[int], request: dict[str, int]
) -> None:
    if request["scenes"] is None:
        return
    for number, cuts in by_block(cut(blocks, **request)).items():
        k, n, total = request["overlap"], request["scenes"], blocks[number - 1]
        one_more = len(cuts) + 1
        too_short = (total + (one_more - 1) * k) // one_more < MINIMUM
        assert max(c.scenes for c in cuts) <= n or too_short


@given(some_blocks, requests())
def test_the_same_request_gives_the_same_cut_with_ids_in_order(
    blocks: list[int], request: dict[str, int]
) -> None:
    cuts = cut(blocks, **request)
    assert cuts == cut(tuple(blocks), **request)
    assert [c.id for c in cuts] == sorted({c.id for c in cuts})
    assert [c.first for c in cuts] == sorted(c.first for c in cuts)


@given(st.integers(MINIMUM, 400), st.integers(0, 9))
def test_one_vds_where_the_datastrip_is_not_longer(total: int, overlap: int) -> None:
    (whole,) = cut([total], scenes=max(total, overlap + 1), overlap=overlap)
    assert (whole.first, whole.last, whole.left_overlap, whole.right_overlap) == (1, total, 0, 0)


@given(some_blocks, st.integers(0, 9), st.integers(1, 12))
def test_stages_share_the_work(blocks: list[int], overlap: int, stages: int) -> None:
    cuts = cut(blocks, overlap=overlap, stages=stages)
    usable = sum(n >= MINIMUM for n in blocks)
    assert usable <= len(cuts) <= max(stages, usable)
    for c in cuts:  # none is mostly overlap
        assert c.scenes > 2 * overlap or c.scenes == blocks[c.block - 1]


@pytest.mark.parametrize(
    ("scenes", "overlap", "pieces", "factor"),
    [
        (16, 3, 12, 1.26),
        (24, 3, 8, 1.26),
        (32, 3, 6, 1.26),
        (48, 3, 4, 1.26),
        (24, 8, 9, 1.42),
        (48, 8, 4, 1.26),
    ],
)
def test_the_152_scenes_of_the_large_payload(scenes: int, overlap: int, pieces: int, factor: float) -> None:
    """`factor` counts full vDS, m·n/N; ours are balanced, so they cost no more."""
    cuts = cut([152], scenes=scenes, overlap=overlap)
    assert len(cuts) == pieces
    assert overhead(cuts) <= factor + 0.005
    assert overhead(cuts) == (152 + (pieces - 1) * overlap) / 152


def test_two_stages_for_the_real_datastrip() -> None:
    assert cut([16], stages=2) == (Cut("v01", 1, 10, 1, 0, 3), Cut("v02", 8, 16, 1, 3, 0))
    assert cut([16]) == (Cut("v01", 1, 16, 1, 0, 0),)


def test_gaps_and_short_blocks() -> None:
    cuts = cut([10, 3, 6], scenes=8)
    assert [(c.id, c.first, c.last, c.block) for c in cuts] == [
        ("v01", 1, 7, 1),
        ("v02", 5, 10, 1),
        ("v03", 14, 19, 3),
    ]
    (short,) = dropped([10, 3, 6])
    assert str(short) == "data block 2 (scenes 11 to 13) is dropped: 3 scenes are too few"


def test_minimum_goes_before_length() -> None:
    assert [c.scenes for c in cut([5], scenes=4, overlap=0)] == [5]
    assert [c.scenes for c in cut([9], scenes=4, overlap=0)] == [5, 4]
    assert count(9, 4, 0) == 2


@pytest.mark.parametrize(
    ("blocks", "request_", "says"),
    [
        ([16], {"scenes": 3}, "vDS of 3 scenes: at least 4"),
        ([16], {"scenes": 5, "overlap": 5}, "vDS of 5 scenes cannot overlap by 5"),
        ([16], {"overlap": 16}, "vDS of 16 scenes cannot overlap by 16"),
        ([16], {"overlap": -1}, "overlap of -1"),
        ([16], {"stages": 0}, "0 stages"),
        ([16], {"minimum": 0}, "minimum of 0"),
        ([3], {}, "longest run of scenes without a gap has 3"),
        ([3, 2, 3], {"scenes": 8}, "longest run of scenes without a gap has 3"),
        ([], {}, "has 0"),
    ],
)
def test_what_cannot_be_met_is_refused(blocks: list[int], request_: dict[str, int], says: str) -> None:
    with pytest.raises(InputError, match=says):
        cut(blocks, **request_)


@pytest.mark.parametrize(("overlap", "km"), [(0, 53), (1, 29), (2, 5)])
def test_a_cut_that_leaves_a_hole_says_how_wide(overlap: int, km: int) -> None:
    (said,) = cautions([40], cut([40], 16, overlap))
    assert f"a hole of about {km} km" in said and "--overlap 3" in said


def test_a_cut_without_a_hole_says_nothing() -> None:
    assert cautions([40, 9], cut([40, 9], 16, 3)) == ()
    assert cautions([16], cut([16], 16, 2)) == ()  # not cut at all
    assert cautions([9, 9], cut([9, 9], 16, 2)) == ()  # a gap is no cut
    assert [str(d) for d in dropped([9, 3])] == list(cautions([9, 3], cut([9, 3], 16)))
