"""INIT_LOC_L1: angles that make sense, footprints that follow each other."""

import json
from pathlib import Path

import pytest
from shapely.geometry import shape

from ipf.geometry.focal_plane import BANDS
from ipf.steps import init_loc_l1
from tests.ipf.geometry import strips
from tests.ipf.steps.geometry_tasks import task


def test_init_loc_l1(tmp_path: Path) -> None:
    ds = strips.datastrip(strips.pass_over(45.0, 5.0), 5)
    pdi = strips.write_pdi(tmp_path / "in", ds)
    unit = task(
        "INIT_LOC_L1",
        tmp_path / "out",
        {"PDI_DS": pdi},
        ("PDI_DS_GR_LIST", "VECTOR"),
        PARALLEL_DETECTOR_IDENT="01-12",
    )
    init_loc_l1.run(unit)
    assert sorted(p.name for p in (tmp_path / "out" / "VECTOR").iterdir()) == [
        "granules_D01.geojson",
        "granules_D12.geojson",
    ]
    for detector, azimuth in (("01", 100), ("12", 283)):
        content = json.loads((tmp_path / "out" / "PDI_DS_GR_LIST" / f"granules_D{detector}.json").read_text())
        granules = content["granules"]
        assert [g["granule"] for g in granules] == [1, 2, 3]  # 5 scenes less 2.2, the last one in part
        assert set(granules[0]["viewing"]) == set(BANDS)
        # The first detector looks to the east of a descending orbit, so it is seen from the west.
        assert granules[0]["viewing"]["B02"]["azimuth"] == pytest.approx(azimuth, abs=25)
        assert granules[0]["viewing"]["B02"]["zenith"] == pytest.approx(10.7, abs=0.5)
        assert 40 < granules[0]["sun"]["zenith"] < 65
        vector = json.loads((tmp_path / "out" / "VECTOR" / f"granules_D{detector}.geojson").read_text())
        a, b, _ = (shape(f["geometry"]) for f in vector["features"])
        assert a.buffer(1e-6).intersects(b) and a.intersection(b).area < 1e-3 * a.area
