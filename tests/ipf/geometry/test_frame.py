"""The frame against the real L1 time stamps, against geometry, and in a cut."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from lxml import etree

from batch.errors import InputError
from ipf.geometry.datastrip import Datastrip
from ipf.geometry.focal_plane import BANDS, DETECTORS
from ipf.geometry.frame import Frame
from tests.ipf.geometry import strips
from tests.shared import SHARED, needs_shared

KEYS = [(b, d) for b in BANDS for d in DETECTORS]


def seconds(lines: int, band: str) -> float:
    return lines * BANDS[band].resolution / 10 * float(strips.PERIOD)


@needs_shared
def test_begins_as_the_real_l1() -> None:
    """Seconds from the first L0 to the first L1 line of S2B, 2022-10-11, of all bands and detectors."""
    text = (SHARED / "domain" / "chain.md").read_text(encoding="utf-8")
    table = text[text.index("### 5.1") : text.index("### 5.2")]
    rows = {m[1]: m[2].split("|") for m in re.finditer(r"^\| (B\w\w) \|(.*)\|$", table, re.M)}
    assert list(rows) == list(BANDS)
    frame = Frame(16)
    errors = [
        seconds(frame.cut(band, d)[0], band) - float(value)
        for band, values in rows.items()
        for d, value in zip(DETECTORS, values, strict=True)
    ]
    # Ours is a whole number of 60 m lines, which the real margin is not: 2.0 ms, and the table's rounding.
    assert max(errors) < 0.0026 and min(errors) > 0.0014


def test_same_length_everywhere() -> None:
    frame = Frame(16)
    for band, detector in KEYS:
        begin, end = frame.rows(band, detector)
        assert 0 < begin < end < 16 * BANDS[band].scene_lines
        assert (end - begin) * BANDS[band].resolution // 10 == frame.length_10m
    assert frame.length_10m / 2304 == pytest.approx(13.8, abs=0.01)
    margins = [min(frame.cut(b, d)) * BANDS[b].resolution // 10 for b, d in KEYS]
    assert min(margins) == 34 * 6


def test_cuts_do_not_depend_on_the_length() -> None:
    assert {Frame(n).cut("B05", "04") for n in (3, 4, 16, 230)} == {Frame(9).cut("B05", "04")}


def test_vds_that_overlap_by_three_scenes_leave_no_gap() -> None:
    first, second = Frame(8), Frame(9)
    for band, detector in KEYS:
        shift = (8 - 3) * BANDS[band].scene_lines
        assert second.rows(band, detector)[0] + shift < first.rows(band, detector)[1]
    # With two, there would be one: the physics that fixes the overlap.
    assert second.rows("B09", "01")[0] + 6 * 384 > first.rows("B09", "01")[1]


@pytest.mark.parametrize("scenes", [0, 2])
def test_too_short(scenes: int) -> None:
    with pytest.raises(InputError, match="at least 3 scenes"):
        Frame(scenes)


@pytest.mark.parametrize("latitude", [-60.0, 0.0, 60.0])
def test_bands_and_neighbours_begin_and_end_on_the_same_ground(latitude: float) -> None:
    nav = strips.pass_over(latitude, 10.0)
    ds = strips.datastrip(nav, 12)
    for edge in (0, 1):
        apart = [abs(_apart(ds, b, d, edge)) for b, d in KEYS]
        # Nominal offsets are those of the mean orbit: other heights and yaws move the ends by some lines.
        assert max(apart) < 60


def _apart(ds: Datastrip, band: str, detector: str, edge: int) -> float:
    """10 m lines by which a band misses what B02 sees with the same detector and B02 what its neighbour
    sees."""
    n = BANDS[band].columns
    t = ds.clock(band, detector).time(ds.frame.rows(band, detector)[edge], within=0.0)
    lon, lat = ds.locator(band, detector).direct(t, n * 0.98)
    neighbour = f"{min(int(detector) + 1, 12):02d}"
    other = ds.locator("B02", neighbour)
    seen, _ = other.inverse(lon, lat)
    expected = ds.clock("B02", neighbour).time(ds.frame.rows("B02", neighbour)[edge], within=0.0)
    return float(seen - expected) / float(strips.PERIOD)


def test_written(tmp_path: Path) -> None:
    frame = Frame(7)
    frame.write_json(tmp_path / "frame.json")
    content = json.loads((tmp_path / "frame.json").read_text())
    assert list(content) == list(BANDS) and list(content["B09"]) == list(DETECTORS)
    assert content["B09"]["02"] == [34, 7 * 384 - 778 - 34 - 1]
    frame.write_xml(tmp_path / "frame_file.xml", ["GR_A", "GR_B"])
    root = etree.parse(tmp_path / "frame_file.xml").getroot()
    detectors = root.findall("BAND_LIST/BAND/DETECTOR_LIST/DETECTOR")
    assert len(detectors) == 156
    cuts = np.array([[int(e.text or "") for e in d] for d in detectors]).reshape(13, 12, 2)
    assert tuple(cuts[9, 1]) == (34, 812) == frame.cut("B09", "02")
    assert [e.text for e in root.iterfind("EXTRA_GRANULES_LIST/GRANULE_ID")] == ["GR_A", "GR_B"]
    assert root.findtext("COMPRESSION_MARGIN") == "32"
