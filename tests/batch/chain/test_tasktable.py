"""ESA's real task tables import: inputs resolve as the public orchestrator resolves them."""

from pathlib import Path

import pytest

from batch.chain import AUX, Chain, Source, name_type
from batch.chain.importer import LEVEL1_MODES, import_chain
from batch.chain.tasktable import read_configuration, read_mode, read_task_table
from batch.errors import InputError
from tests.shared import SHARED, needs_shared

TABLES = SHARED / "data" / "tasktables"
REFINED = ("L1A", "L1B", "L1CTile", "OLQC_L1CTL", "OLQC_L1CDS")
FORMATS = ("L1A", "L1BNoGRI", "L1AFormatDS", "L1AFormatGR", "L1BFormatGR", "OLQC_L1BDS")


def imported(*modes: str) -> Chain:
    return import_chain([read_mode(TABLES, m) for m in modes], read_configuration(TABLES))


def sources(chain: Chain, ipf: str, file_type: str) -> list[str]:
    (given,) = [i for i in chain.ipf(ipf).inputs if i.type == file_type]
    return ["/".join(s) for s in given.sources]


@needs_shared
def test_level1_without_refinement() -> None:
    chain = imported(*LEVEL1_MODES)
    # the mapping changes types …
    assert sources(chain, "DECOMP", "PDI_GR_LIST") == ["UPDATE_LOC/PDI_DS_GR_LIST"]
    assert sources(chain, "QL_CLOUD_MASK", "QUICKLOOK_CM") == ["QL_DECOMP/QUICKLOOK"]
    assert sources(chain, "GET_TILE_LIST", "VECTOR_DS_FOOTPRINT") == ["FORMAT_METADATA_DS_L1B/VECTOR"]
    assert sources(chain, "FORMAT_METADATA_TILE_L1C", "PDI_DS_TILE_LIST") == [
        "MASK_S2/PDI_DS_TILE_LIST",
        "TILE_INIT/PDI_DS_TILE_LIST",
        "FORMAT_IMG_PVI_TCI/PDI_DS_PVI_LIST",
        "FORMAT_IMG_L1C/PDI_DS_TILE_LIST",
    ]
    # … without it the last earlier producer counts, though not one whose outputs are filed under a level
    assert sources(chain, "GEO1B_FINALIZE", "PDI_DS") == ["RADIO_FINALIZE/PDI_DS"]
    assert sources(chain, "FORMAT_METADATA_DS_L1C", "PDI_DS") == ["GET_TILE_LIST/PDI_DS"]
    assert sources(chain, "GET_TILE_LIST", "VECTOR") == ["GEO1B_FINALIZE/VECTOR"]
    # origin DB: an earlier product, the L0c, or static data
    assert sources(chain, "UPDATE_LOC", "PDI_SAD") == ["UNFORMAT_SAFE_DS/PDI_SAD"]
    assert sources(chain, "UNFORMAT_SAFE_GR", "PDI_DS_GR_LIST") == ["STAGE_IN/PDI_DS_GR_LIST"]
    assert sources(chain, "TILE_INIT", "ECMWF") == ["aux/ECMWF"]
    assert sources(chain, "OLQC_DS_L1C", "PDI_SAFE") == ["FORMAT_METADATA_DS_L1C/PDI_DS"]
    assert chain.ipf("GET_TILE_LIST").announces == "tile"
    assert chain.ipf("TILE_INIT").version == "06.01.03"
    # the option of the task table beats the ICD, the overloading of the mode too
    assert chain.ipf("QL_CLOUD_MASK").parameters["REPROCESSING_SCENARIO"] == "true"
    assert chain.ipf("FORMAT_METADATA_DS_L1C").parameters["FAKE_MODE"] == "false"
    assert chain.ipf("DECOMP").parameters["PROCESSING_BASELINE"] == "04.00"


@needs_shared
def test_level1_with_refinement() -> None:
    chain = imported(*REFINED)
    assert [i.task_name for i in chain.scope("vds")].count("UNFORMAT_GRI") == 2
    again = chain.ipf("UNFORMAT_GRI_2")
    assert again.executable == "UNFORMAT_GRI"
    assert again.parameters["GRI_DECOMPRESSION"] == "true" and again.parameters["MASK_AGGREGATION"] == "false"
    assert chain.ipf("UNFORMAT_GRI").parameters["MASK_AGGREGATION"] == "true"
    assert sources(chain, "RESAMPLE_TO_VS", "GRI_ORBIT") == [
        "GET_GRI/GRI_ORBIT",
        "UNFORMAT_GRI/GRI_ORBIT",
        "UNFORMAT_GRI_2/GRI_ORBIT",
    ]
    # what a task writes to the DB another reads from there
    assert sources(chain, "SPATIO", "GCP_POINTS") == ["TP_COLLECT/GCP_POINTS"]
    assert sources(chain, "RESAMPLE_TO_VS", "VIRTUAL_SENSOR") == ["INIT_VS_GEO/VIRTUAL_SENSOR"]
    assert sources(chain, "TP_COLLECT", "VIRTUAL_SENSOR") == [
        "RESAMPLE_TO_VS/VIRTUAL_SENSOR",
        "RESAMPLE_TO_VS_2/VIRTUAL_SENSOR",
    ]
    assert sources(chain, "GEO1B_FINALIZE", "PDI_DS") == ["SPATIO/PDI_DS"]
    assert chain.ipf("SPATIO").version == "06.01.01" and chain.ipf("SPATIO").split == ()
    assert chain.ipf("TP_COLLECT").split == ("detector",)


@needs_shared
def test_formatting_modes() -> None:
    chain = imported(*FORMATS)
    assert chain.ipf("FORMAT_IMG_L1B").split == ("atf", "detector")
    assert chain.ipf("FORMAT_METADATA_GR_L1B").split == ("detector", "granule")
    assert sources(chain, "FORMAT_METADATA_GR_L1B", "PDI_DS_GR_LIST") == [
        "GEO1B_FINALIZE/PDI_DS_GR_LIST",
        "INIT_LOC_L1/PDI_DS_GR_LIST",
        "FORMAT_IMG_L1B/PDI_GR_LIST",
    ]
    assert sources(chain, "OLQC_GR_L1B", "PDI_SAFE") == ["FORMAT_METADATA_GR_L1B/PDI_DS_GR_LIST"]
    assert sources(chain, "OLQC_DS_L1A", "PDI_SAFE") == ["FORMAT_METADATA_DS_L1A/PDI_DS"]
    # the kit's step that packs L1C tiles has nothing to pack here
    assert "PACK_SAFE" not in [i.name for i in chain.scope("vds")]


@needs_shared
@pytest.mark.parametrize("modes", [("L0", "OLQC_L0DS", "OLQC_L0GR"), ("L0", "L1A"), ("L1A",)], ids=str)
def test_other_selections_import(modes: tuple[str, ...]) -> None:
    chain = imported(*modes)
    assert chain.scope("vds")[-1].name == "STAGE_OUT"
    if modes[0] == "L1A":
        assert chain.ipf("QL_CLOUD_MASK").inputs[0].sources == (Source("STAGE_IN", "QUICKLOOK_GEO"),)


@needs_shared
def test_static_data_is_what_it_should_be() -> None:
    chain = imported(*REFINED)
    aux = {i.type for ipf in chain.scope("vds") for i in ipf.inputs if i.aux}
    outside = {t for t in aux if not t.startswith(("GIP_", "DEM_"))}
    # HOMOLOG_POINTS_LIST is in the orchestrator a folder of its data base, which TP_COLLECT fills on the side
    points = {"HOMOLOG_POINTS_LIST", "TIE_POINTS", "GCP_POINTS"}
    assert outside == {"IERS", "ECMWF", "CAMS", "GRI_ORBIT", "PERSISTENT_RESOURCES"} | points
    assert all(s.type == i.type for p in chain.ipfs for i in p.inputs for s in i.sources if s.ipf == AUX)


@needs_shared
def test_file_name_types_follow_one_rule() -> None:
    checked = 0
    for table in sorted(TABLES.glob("*/TaskTable_*.xml")):
        for task in read_task_table(table, table.parent.name):
            for named in (*task.inputs, *task.outputs):
                assert name_type(named.type) == named.name_type, (table.name, task.name, named.type)
                checked += 1
    assert checked > 500


@needs_shared
@pytest.mark.parametrize(
    ("modes", "says"),
    [
        (("L1A", "L9"), "no mode L9; choose among L0, L1A"),
        (("L1BNoGRI",), "mode L1BNoGRI needs L1A before it"),
        (("L1CTile", "L1A", "L1B"), "mode L1CTile needs L1B or L1BNoGRI before it"),
        (("L1A", "L1B", "L1BNoGRI"), "modes L1B and L1BNoGRI are alternatives"),
    ],
    ids=str,
)
def test_wrong_modes_are_told(modes: tuple[str, ...], says: str) -> None:
    with pytest.raises(InputError, match=says):
        imported(*modes)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<Ipf_Task_Table>", "cannot be read as a task table"),
        ("<Other/>", "root element is Other"),
        (
            "<Ipf_Task_Table><List_of_Pools><Pool><List_of_Tasks><Task/></List_of_Tasks></Pool></List_of_Pools>"
            "</Ipf_Task_Table>",
            "Task has no Name",
        ),
    ],
)
def test_a_broken_table_is_told(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "TaskTable_X.xml"
    path.write_text(text)
    with pytest.raises(InputError, match=says):
        read_task_table(path, "X")


def test_missing_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no mode L1A; choose among none \(no task tables here\)"):
        read_mode(tmp_path, "L1A")
    with pytest.raises(InputError, match=r"orchestratorICD\.json: cannot be read as JSON"):
        read_configuration(tmp_path)
