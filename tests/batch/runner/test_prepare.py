import textwrap
from pathlib import Path

import pytest

from batch.chain import Invocation, extents_of, load_chain
from batch.errors import VdsError
from batch.joborder import read_job_order, validate_job_order
from batch.runner.prepare import Context, prepare

CHAIN = """
partitions: {band: 2}
ipfs:
  - {name: STAGE_IN, kit: true, version: "01.00", outputs: [PDI_DS, TILE_LIST_FILE], optional_outputs: [GRI]}
  - name: RADIO_AB
    executable: RADIO
    version: "06.01.00"
    split: [band]
    inputs: {PDI_DS: STAGE_IN, TILE_LIST_FILE: STAGE_IN, GRI: STAGE_IN}
    aux: [GIP_R2PARA, DEM_SRTM, IERS]
    outputs: [PDI_ATF_LIST]
    optional_outputs: [VECTOR]
    parameters: {TRACE: "false", PARALLEL_BAND: "true"}
  - {name: STAGE_OUT, kit: true, version: "01.00", inputs: everything}
"""


def context(tmp_path: Path, **more: object) -> Context:
    path = tmp_path / "chain.yaml"
    path.write_text(textwrap.dedent(CHAIN))
    for place in ("STAGE_IN/output/PDI_DS/x", "STAGE_IN/output/TILE_LIST_FILE/tile_list_file.xml"):
        (tmp_path / "job" / place).parent.mkdir(parents=True)
        (tmp_path / "job" / place).write_text("x")
    return Context(load_chain(path), "vds", tmp_path / "job", **more)  # type: ignore[arg-type]


def test_job_order_of_a_unit(tmp_path: Path) -> None:
    aux = tmp_path / "aux"
    (aux / "DEM_SRTM").mkdir(parents=True)
    (aux / "S2B_OPER_GIP_R2PARA_MPC__B00.xml").touch()
    given = context(tmp_path, aux=aux, parameters={"SCALE": "8"}, sensing=("2026-01-01T00:00:00Z",) * 2)
    ready = prepare(given, Invocation.parse("RADIO_AB/band=B00-B05"), 2, extents_of(given.chain, 4))
    assert ready.folder == tmp_path / "job/RADIO_AB/attempts/band=B00-B05.2"
    validate_job_order(ready.job_order)
    order = read_job_order(ready.job_order)
    job = tmp_path / "job"
    assert (order.ipf, order.version) == ("RADIO", "06.01.00")
    assert order.input("PDI_DS") == job / "STAGE_IN/output/PDI_DS"
    assert order.input("TILE_LIST_FILE") == job / "STAGE_IN/output/TILE_LIST_FILE/tile_list_file.xml"
    assert order.input("DEM_SRTM") == aux / "DEM_SRTM"
    assert order.input("GIP_R2PARA").name == "S2B_OPER_GIP_R2PARA_MPC__B00.xml"
    assert not {"IERS", "GRI"} & order.inputs.keys()  # neither is there
    assert order.output("PDI_ATF_LIST") == ready.folder / "output/PDI_ATF_LIST"
    assert order.output("PDI_ATF_LIST").is_dir() and order.input("WORKING").is_dir()
    assert order.output("REPORT").parent.is_dir() and order.input("IDP_INFOS").is_file()
    assert order.parameters["SCALE"] == "8" and order.parameters["PARALLEL_BAND_IDENT"] == "B00-B05"
    assert order.sensing_start == "2026-01-01T00:00:00Z"
    assert ready.mandatory == {"PDI_ATF_LIST": ready.folder / "output/PDI_ATF_LIST"}
    assert ready.target == job / "RADIO_AB"


def test_what_a_producer_had_to_write_must_be_there(tmp_path: Path) -> None:
    given = context(tmp_path)
    (tmp_path / "job/STAGE_IN/output/PDI_DS/x").unlink()
    with pytest.raises(VdsError, match="STAGE_IN is done, but of its PDI_DS nothing is in"):
        prepare(given, Invocation.parse("RADIO_AB/band=B00-B05"), 1, extents_of(given.chain, 4))


def test_stage_out_sees_all_that_is_there(tmp_path: Path) -> None:
    given = context(tmp_path, own={"STAGE_OUT": {"TARGET": "/x"}})
    (tmp_path / "job/RADIO_AB/output/PDI_ATF_LIST").mkdir(parents=True)
    order = read_job_order(prepare(given, Invocation.parse("STAGE_OUT/"), 1, {}).job_order)
    assert {"PDI_DS", "TILE_LIST_FILE", "PDI_ATF_LIST"} <= order.inputs.keys()
    assert order.parameters["TARGET"] == "/x"


def test_leftovers_of_the_same_number_do_not_stay(tmp_path: Path) -> None:
    given = context(tmp_path)
    invocation, extents = Invocation.parse("RADIO_AB/band=B00-B05"), extents_of(given.chain, 4)
    first = prepare(given, invocation, 1, extents)
    (first.folder / "output/PDI_ATF_LIST/half").touch()
    assert not (prepare(given, invocation, 1, extents).folder / "output/PDI_ATF_LIST/half").exists()
