"""FORMAT_METADATA_DS_L1B: valid metadata of the right granules and times; the datastrip handed on."""

from pathlib import Path

import pytest
from lxml import etree

from ipf.geometry.frame import Frame
from ipf.steps import format_metadata_ds_l1b, get_gri, unformat_safe_ds
from tests.ipf.conftest import Made
from tests.ipf.steps.l1a_tasks import task
from tests.ipf.synth.test_strip import REAL, schema
from tests.shared import SHARED, needs_shared


def formatted(pdi: Path, out: Path, gri: Path | None = None) -> etree._ElementTree:
    unformat_safe_ds.run(task("UNFORMAT_SAFE_DS", out / "before", {"PDI_DS": pdi}, ("PDI_DS", "PDI_SAD")))
    (out / "before/PDI_DS/footprint.geojson").write_text("{}")
    orbit = {"GRI_ORBIT": gri} if gri else {}
    get_gri.run(task("GET_GRI", out, orbit, ("GRI_LIST_FILE",)))
    inputs = {"PDI_DS": out / "before/PDI_DS", "GRI_LIST_FILE": out / "GRI_LIST_FILE"}
    one = task("FORMAT_METADATA_DS_L1B", out, inputs, ("PDI_DS", "VECTOR"), PROCESSING_CENTER="REFS")
    format_metadata_ds_l1b.run(one)
    return etree.parse(str(out / "PDI_DS/MTD_L1B.xml"))


@needs_shared
def test_metadata_of_generated_and_real_datastrips_are_valid(made: Made, tmp_path: Path) -> None:
    check = schema("S2_PDI_Level-1B_Datastrip_Metadata.xsd")
    for pdi in (made.ds.ds_dir, SHARED / "data/l0c" / REAL):
        tree = formatted(pdi, tmp_path / pdi.name)
        assert check.validate(tree), check.error_log


@needs_shared
def test_a_real_datastrip_of_16_scenes_has_13_scenes_at_l1b(tmp_path: Path) -> None:
    """Three scenes are lost (chain facts §5.2); times are those of the first L1 lines."""
    tree = formatted(SHARED / "data/l0c" / REAL, tmp_path)
    detectors = tree.findall(".//Granules_Information/Detector_List/Detector")
    assert [len(d.findall(".//Granule")) for d in detectors] == [13] * 12
    stamp = tree.find(".//Time_Stamp")
    assert stamp.get("usedModel") == "EXOGENEOUS"
    first = Frame(16).rows("B09", "02")[0]
    assert first * 6 * 1.5658736e-3 == pytest.approx(0.317, abs=0.01)
    # 06:40:43.456979752 + 0.3194 s
    assert stamp.findtext("Band_Time_Stamp[@bandId='9']/Detector[@detectorId='02']/GPS_TIME")[:23] in (
        "2022-10-11T06:40:43.776",
        "2022-10-11T06:40:43.773",
        "2022-10-11T06:40:43.774",
    )


def test_the_datastrip_is_handed_on(made: Made, tmp_path: Path) -> None:
    formatted(made.ds.ds_dir, tmp_path)
    assert {f.name for f in (tmp_path / "PDI_DS").iterdir()} == {
        "MTD.xml",
        "MTD_L1B.xml",
        "navigation.npz",
        "datastrip.json",
        "footprint.geojson",
    }
    assert (tmp_path / "VECTOR/footprint.geojson").exists()


def test_gri_that_is_given_is_named(made: Made, tmp_path: Path) -> None:
    name = "S2A_OPER_GRI_MSIL1B_MPC__20160723T191003_S20160708T120223"
    (tmp_path / "gri" / name).mkdir(parents=True)
    tree = formatted(made.ds.ds_dir, tmp_path, tmp_path / "gri")
    assert [e.text for e in tree.findall(".//GRI_List/GRI_FILENAME")] == [name]
