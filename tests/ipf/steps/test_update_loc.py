"""UPDATE_LOC over a small datastrip: what later IPFs find."""

import json
from pathlib import Path

import pytest

from batch.errors import InputError
from ipf.geometry.datastrip import read_footprint
from ipf.geometry.frame import Frame
from ipf.l1c.strip import read_frame
from ipf.steps import update_loc
from tests.ipf.geometry import strips
from tests.ipf.steps.geometry_tasks import task

OUTPUTS = ("PDI_DS", "PDI_DS_GR_LIST", "FRAME_FILE", "VECTOR_DS_FOOTPRINT")


def test_update_loc(tmp_path: Path) -> None:
    ds = strips.datastrip(strips.pass_over(45.0, 5.0), 4)
    pdi = strips.write_pdi(tmp_path / "in", ds)
    packet = tmp_path / "granules" / "D07" / "003" / "B8A.isp"
    packet.parent.mkdir(parents=True)
    packet.write_bytes(b"packets")
    inputs = {"PDI_DS": pdi, "PDI_DS_GR_LIST": tmp_path / "granules"}
    update_loc.run(task("UPDATE_LOC", tmp_path / "out", inputs, OUTPUTS))

    out = tmp_path / "out"
    made = {p.name for p in (out / "PDI_DS").iterdir()}
    assert made == {"MTD.xml", "navigation.npz", "datastrip.json", "frame.json", "footprint.geojson"}
    # The reader of L1C and the writer agree on inclusive last rows.
    first, end = Frame(4).rows("B11", "05")
    assert read_frame(out / "PDI_DS" / "frame.json")["B11", 5] == (first, end - 1)
    xml = (out / "FRAME_FILE" / "frame_file.xml").read_text()
    assert xml.count("<DETECTOR ") == 156
    assert xml.count("<GRANULE_ID>") == 12 and "GR_12_001" in xml
    assert (out / "PDI_DS_GR_LIST" / "D07" / "003" / "B8A.isp").samefile(packet)
    granules = json.loads((out / "PDI_DS_GR_LIST" / "granules.json").read_text())["features"]
    assert [g["properties"]["granule"] for g in granules[:5]] == [
        "GR_01_000",
        "GR_01_001",
        "GR_01_002",
        "GR_01_003",
        "GR_02_000",
    ]
    ground = read_footprint(out / "VECTOR_DS_FOOTPRINT" / "footprint.geojson")
    assert ground.symmetric_difference(ds.ground()).area < 1e-9 * ground.area


def test_a_datastrip_of_two_scenes_is_refused(tmp_path: Path) -> None:
    pdi = strips.write_pdi(tmp_path / "in", strips.datastrip(strips.pass_over(45.0, 5.0), 2))
    with pytest.raises(InputError, match="at least 3 scenes"):
        update_loc.run(task("UPDATE_LOC", tmp_path / "out", {"PDI_DS": pdi}, OUTPUTS))


def test_without_facts(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(InputError, match=r"datastrip\.json"):
        update_loc.run(task("UPDATE_LOC", tmp_path / "out", {"PDI_DS": tmp_path / "in"}, OUTPUTS))
    (tmp_path / "in" / "datastrip.json").write_text('{"scenes": 4}')
    with pytest.raises(InputError, match="line_period_s"):
        update_loc.run(task("UPDATE_LOC", tmp_path / "out2", {"PDI_DS": tmp_path / "in"}, OUTPUTS))
