"""Processed as virtual datastrips, a datastrip gives what it gives as a whole: every pixel of every tile."""

import shutil
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from batch.plan.cut import MINIMUM, OVERLAP, Cut, cut
from batch.safe.check import check_datastrip
from ipf.radiometry import BANDS
from study.quality.compare import Comparison, compare
from study.quality.truth import camera
from tests.e2e.conftest import SCALE, SCENES, vds_json
from tests.support.holes import LINE_M, hole_km
from tests.support.in_process import InProcess

pytestmark = pytest.mark.slow

#: Images of a product: 13 bands, TCI, PVI, 2 masks per band, classification.
IMAGES = 13 + 2 + 26 + 1
#: Seconds between the first lines of all bands and detectors, those of the margins of both edges together,
#: and of two scenes (../shared/domain/chain.md §5.1, ipf/geometry/frame.py); km/s over ground.
SPREAD_S, MARGINS_S, TWO_SCENES_S, SPEED = 7.309, 2 * 0.319, 2 * 3.608, 6.705


def process(source: Path, out: Path, cuts: tuple[Cut, ...]) -> Path:
    return InProcess(out, jobs=2).datastrip(check_datastrip(source), cuts)


def assert_identical(result: Comparison) -> None:
    assert not result.missing and not result.extra
    assert len(result.images) == IMAGES * len(result.tiles) > 0
    assert [image for image in result.images if not image.identical] == []
    assert result.identical


@st.composite
def cuts(draw: st.DrawFn) -> tuple[Cut, ...]:
    """Two or three vDS of any lengths, neighbours of which share 3, 4 or 5 scenes."""
    first, last, found, left = 1, 0, [], 0
    joints = draw(st.integers(1, 2))
    for number in range(joints):
        overlap = draw(st.integers(OVERLAP, 5), label="overlap")
        # Long enough itself, begins before the next one does, and leaves a scene to the next ones.
        shortest = max(first + MINIMUM - 1, first + overlap, last + 1)
        longest = SCENES - (joints - number)
        if shortest > longest:
            break
        last = draw(st.integers(shortest, longest), label="last scene")
        found.append(Cut(f"v{number + 1:02d}", first, last, 1, left, overlap))
        first, left = last - overlap + 1, overlap
    found.append(Cut(f"v{len(found) + 1:02d}", first, SCENES, 1, left, 0))
    return tuple(found)


# A failure is not shrunk: every example takes half a minute, and its cut says enough.
@settings(max_examples=3, derandomize=True, deadline=None, database=None, phases=[Phase.generate])
@given(several=cuts())
def test_any_cut_gives_the_same_pixels(
    small_strip: Path, small_l1c: Path, tmp_path_factory: pytest.TempPathFactory, several: tuple[Cut, ...]
) -> None:
    out = tmp_path_factory.mktemp("cut")
    print([(c.first, c.last) for c in several])
    try:
        assert_identical(compare(small_l1c, process(small_strip, out, several)))
    finally:
        shutil.rmtree(out)


@pytest.mark.parametrize(
    ("words", "tiles"),
    [
        # a scene is missing after the fourth: data blocks of 4 and 5 scenes
        pytest.param(("--orbit", 34, "--lat", 20, "--scenes", 9, "--gap", 4), {"41QLB"}, id="gap"),
        pytest.param(
            ("--orbit", 30, "--lat", 2, "--lon", 179.6, "--scenes", 5), {"60NYH", "01NAB"}, id="antimeridian"
        ),
        # zones are 140 km wide at 78° north: tiles of three of them overlap
        pytest.param(
            ("--orbit", 30, "--lat", 78, "--scenes", 5), {"04XEN", "05XNF", "06XVL"}, id="78° north"
        ),
    ],
)
def test_wherever_it_is(tmp_path: Path, words: tuple[object, ...], tiles: set[str]) -> None:
    source = tmp_path / "l0c"
    vds_json("synth", *words, "--scale", SCALE, "--out", source)
    blocks = check_datastrip(source).blocks
    whole, shorter = cut(blocks, max(blocks)), cut(blocks, MINIMUM)
    assert len(shorter) > len(whole) == len(blocks)
    result = compare(process(source, tmp_path / "whole", whole), process(source, tmp_path / "cut", shorter))
    assert tiles <= set(result.tiles)
    assert_identical(result)


def test_two_scenes_of_overlap_leave_the_predicted_hole(
    small_strip: Path, small_l1c: Path, tmp_path: Path
) -> None:
    """The negative control: the comparison finds what is missing, and it is as wide as the physics says."""
    cautions = vds_json("plan", small_strip, "--scenes", 6, "--overlap", 2)["cautions"]
    assert len(cautions) == 1 and "a hole of about 5 km" in cautions[0]

    too_short = process(small_strip, tmp_path, cut((SCENES,), 6, overlap=2))
    result = compare(small_l1c, too_short)
    assert not result.identical and not result.missing and not result.extra
    pixels = {band: [i for i in result.images if i.image == band] for band in BANDS}
    for images in pixels.values():
        # nothing but missing: what is there is the same
        assert sum(i.missing_b for i in images) == sum(i.differing for i in images) > 0

    expected = (SPREAD_S + MARGINS_S - TWO_SCENES_S) * SPEED
    assert 0.6 < expected < 5
    view = camera(small_strip)
    for band, facts in BANDS.items():
        row = facts.resolution / 10 * SCALE * LINE_M / 1000
        found = hole_km(view, small_l1c, too_short, band)
        assert set(found) == set(range(1, 13)), f"{band}: no hole in some detector"
        print(band, f"{min(found.values()):.2f} … {max(found.values()):.2f} km, rows of {row:.2f} km")
        for detector, km in found.items():
            # Interpolation takes 4 rows, so 3 more are lost at scale 16; the frame begins and ends with whole
            # rows, which takes up to 2; the raster of pixels hides up to one.
            assert expected + 2 * row - 0.1 < km < expected + 5 * row + 0.1, (band, detector)
