"""GEO1B_FINALIZE: one footprint per detector and band, none shared between units."""

import json
from pathlib import Path

import pytest
from shapely.geometry import shape

from ipf.steps import geo1b_finalize
from tests.ipf.geometry import strips
from tests.ipf.steps.geometry_tasks import task


def test_geo1b_finalize(tmp_path: Path) -> None:
    ds = strips.datastrip(strips.pass_over(45.0, 5.0), 4)
    pdi = strips.write_pdi(tmp_path / "in", ds)
    unit = task(
        "GEO1B_FINALIZE",
        tmp_path / "out",
        {"PDI_DS": pdi},
        ("VECTOR", "PDI_DS_GR_LIST"),
        PARALLEL_DETECTOR_IDENT="07",
        PARALLEL_BAND_IDENT="B01-B08",
    )
    geo1b_finalize.run(unit)
    made = sorted(p.name for p in (tmp_path / "out" / "VECTOR").iterdir())
    assert made == ["detfoo_D07_B02.geojson", "detfoo_D07_B8A.geojson"]
    b02, b8a = (shape(json.loads((tmp_path / "out" / "VECTOR" / n).read_text())["geometry"]) for n in made)
    assert b02.symmetric_difference(b8a).area < 0.05 * b02.area
    geometry = json.loads((tmp_path / "out" / "PDI_DS_GR_LIST" / "geometry_D07_B02.json").read_text())
    assert tuple(geometry["rows"]) == ds.frame.rows("B02", "07")
    begin, end = geometry["seconds_since_epoch"]
    assert end - begin == pytest.approx(ds.frame.length_10m * float(strips.PERIOD))
