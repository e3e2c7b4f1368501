"""GET_TILE_LIST: the list, and the facts that go with it."""

import json
from pathlib import Path

import pytest
from lxml import etree

from batch.stage.tilelist import read_tiles
from ipf.geometry.tiles import tiles_of
from ipf.steps import get_tile_list
from tests.ipf.geometry import real, strips
from tests.ipf.steps.geometry_tasks import task
from tests.shared import needs_shared


@pytest.mark.parametrize("given", [True, False])
def test_get_tile_list(tmp_path: Path, given: bool) -> None:
    ds = strips.datastrip(strips.pass_over(-4.0, 54.0), 5)
    inputs = {"PDI_DS": strips.write_pdi(tmp_path / "in", ds)}
    if given:
        (tmp_path / "vector").mkdir()
        ds.write_footprint(tmp_path / "vector" / "footprint.geojson")
        inputs["VECTOR_DS_FOOTPRINT"] = tmp_path / "vector"
    unit = task("GET_TILE_LIST", tmp_path / "out", inputs, ("PDI_DS", "TILE_LIST_FILE"))
    get_tile_list.run(unit)

    file = tmp_path / "out" / "TILE_LIST_FILE" / "tile_list_file.xml"
    expected = [t.name for t in tiles_of(ds.ground())]
    assert list(read_tiles(file)) == expected
    root = etree.parse(file).getroot()
    assert root.findtext("Number_Of_Tiles") == str(len(expected))
    assert [e.get("Tile_Number") for e in root.findall("List_Tile_Id")] == [
        str(n + 1) for n in range(len(expected))
    ]
    facts = json.loads((tmp_path / "out" / "PDI_DS" / "datastrip.json").read_text())
    assert facts["tiles"] == expected and facts["scenes"] == 5
    assert all(0 < share <= 1 for share in facts["tile_coverage"].values())
    assert (tmp_path / "out" / "PDI_DS" / "navigation.npz").is_file()


@needs_shared
def test_real_datastrip(tmp_path: Path) -> None:
    """S2B over the Seychelles' waters: as many tiles as 16 scenes have on average, 1 + 1.153 per scene."""
    facts = strips.facts(16)
    time = "2022-10-11T06:40:43.456979752"
    facts["band_gps_time"] = {b: dict.fromkeys(d, time) for b, d in facts["band_gps_time"].items()}
    pdi = strips.write_pdi(tmp_path / "in", strips.Datastrip(real.l0c(), facts))
    get_tile_list.run(task("GET_TILE_LIST", tmp_path / "out", {"PDI_DS": pdi}, ("PDI_DS", "TILE_LIST_FILE")))
    assert len(read_tiles(tmp_path / "out" / "TILE_LIST_FILE" / "tile_list_file.xml")) == 19
