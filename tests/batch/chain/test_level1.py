"""The shipped chain agrees with ESA's task tables; what differs is named here, with its reason."""

from pathlib import Path

import pytest

from batch.chain import Ipf, Source, extents_of, load_chain
from batch.chain.importer import LEVEL1_MODES, import_chain
from batch.chain.load import SHIPPED
from batch.chain.tasktable import read_configuration, read_mode
from batch.choreography import Event, Firing, depths
from tests.shared import SHARED, needs_shared

TABLES = SHARED / "data" / "tasktables"

#: (IPF, what) → why it is not as imported.
DEVIATIONS = {
    (
        "OLQC_TILE_L1C",
        "inputs",
    ): "the products of all tiles lie in one folder; its own it finds by TILE_LIST_FILE",
}


def facts(ipf: Ipf) -> dict[str, object]:
    return {
        "version": ipf.version,
        "mode": ipf.mode,
        "split": ipf.split,
        "inputs": {i.type: i.sources for i in ipf.inputs},
        "outputs": {o.type: o.mandatory for o in ipf.outputs},
        "parameters": dict(ipf.parameters),
        "announces": ipf.announces,
    }


@needs_shared
def test_the_shipped_chain_is_that_of_the_task_tables() -> None:
    modes = [read_mode(TABLES, m) for m in LEVEL1_MODES]
    esa = [i for i in import_chain(modes, read_configuration(TABLES)).scope("vds") if not i.kit]
    ours = [i for i in load_chain().scope("vds") if not i.kit]
    assert {i.name for i in ours} == {i.name for i in esa}
    by_name = {i.name: facts(i) for i in ours}
    different = {
        (ipf.name, what): (by_name[ipf.name][what], fact)
        for ipf in esa
        for what, fact in facts(ipf).items()
        if by_name[ipf.name][what] != fact
    }
    assert set(different) == set(DEVIATIONS), different


@needs_shared
def test_the_one_deviation_adds_an_input() -> None:
    modes = [read_mode(TABLES, m) for m in LEVEL1_MODES]
    esa = {i.type for i in import_chain(modes, read_configuration(TABLES)).ipf("OLQC_TILE_L1C").inputs}
    assert {i.type for i in load_chain().ipf("OLQC_TILE_L1C").inputs} - esa == {"TILE_LIST_FILE"}


def test_the_same_ipf_in_both_scopes_is_the_same_but_for_its_inputs() -> None:
    """Assembly reads the DS from COLLECT; there is no L1B DS and no GRI list to read."""
    chain = load_chain()
    for name in ("UNFORMAT_SAFE_DS", "FORMAT_METADATA_DS_L1C", "OLQC_TILE_L1C", "OLQC_DS_L1C"):
        vds, datastrip = facts(chain.ipf(name)), facts(chain.ipf(name, "datastrip"))
        assert {k: v for k, v in vds.items() if k != "inputs"} == {
            k: v for k, v in datastrip.items() if k != "inputs"
        }


def test_the_kits_own_steps() -> None:
    chain = load_chain()
    kit = {s: [i.name for i in chain.scope(s) if i.kit] for s in ("vds", "datastrip")}
    assert kit == {
        "vds": ["STAGE_IN", "PACK_SAFE", "STAGE_OUT"],
        "datastrip": ["COLLECT", "MERGE_TILE", "STAGE_OUT"],
    }
    merge = {i.type: i.sources for i in chain.ipf("MERGE_TILE", "datastrip").inputs}
    assert merge["PDI_DS"] == (
        Source("FORMAT_METADATA_DS_L1C", "PDI_DS"),
        Source("UNFORMAT_SAFE_DS", "PDI_DS"),
    )
    assert chain.ipf("COLLECT", "datastrip").announces == "tile"


@pytest.mark.parametrize("scope", ["vds", "datastrip"])
def test_from_the_first_step_to_the_last(scope: str) -> None:
    chain = load_chain()
    firing = Firing(chain, scope, extents_of(chain, 25))
    waiting = firing.start()
    assert [v.ipf for v in waiting] == [chain.scope(scope)[0].name]
    order = []
    while waiting:
        invocation = waiting.pop()
        order.append(invocation.ipf)
        announces = chain.ipf(invocation.ipf, scope).announces
        waiting += firing.apply(Event.of(invocation, {announces: ("36MZD", "36MZE")} if announces else None))
    assert firing.complete
    assert order[-1] == "STAGE_OUT"
    assert set(order) == {i.name for i in chain.scope(scope)}


def test_the_longest_path_leads_through_the_images() -> None:
    deep = depths(load_chain(), "vds")
    assert max(deep, key=lambda n: deep[n]) == "STAGE_IN"
    assert deep["GEN_ORTHO_TOA"] > deep["FORMAT_METADATA_DS_L1C"] > deep["STAGE_OUT"] == 1
    assert deep["UNFORMAT_SAFE_GR"] > deep["QL_DECOMP"]


#: The example of docs/add-an-ipf.md.
L2A = """
  - name: SEN2COR_TILE
    mode: L2A
    version: "02.10.03"
    split: [tile]
    inputs:
      MSI_L1C_TL: PACK_SAFE/PDI_SAFE
      TILE_LIST_FILE: GET_TILE_LIST
    aux: [GIP_L2ACSC, GIP_L2ACAC, GIP_PROBA2]
    outputs: [PDI_SAFE_L2A]
    resources: {memory_mb: 8192, timeout_s: {fixed: 7200, per_scene: 0}}
"""


def test_an_l2a_step_joins_by_the_chain_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "level2.yaml"
    path.write_text(SHIPPED.read_text() + L2A)
    chain = load_chain(path)
    firing = Firing(chain, "vds", extents_of(chain, 25))
    waiting, order = firing.start(), []
    while waiting:
        invocation = waiting.pop(0)
        order.append(invocation.key)
        announces = chain.ipf(invocation.ipf).announces
        fired = firing.apply(Event.of(invocation, {announces: ("36MZD", "36MZE")} if announces else None))
        if invocation.key == "PACK_SAFE/tile=36MZE":
            assert "SEN2COR_TILE/tile=36MZE" in [v.key for v in fired]
        waiting += fired
    assert firing.complete
    for tile in ("36MZD", "36MZE"):
        assert order.index(f"PACK_SAFE/tile={tile}") < order.index(f"SEN2COR_TILE/tile={tile}")
    assert order[-1] == "STAGE_OUT/"


def test_the_example_is_that_of_the_documentation() -> None:
    page = (SHIPPED.parents[2] / "docs" / "add-an-ipf.md").read_text()
    assert L2A.strip("\n") in page
