"""The refined chains are the shipped one but for what is listed here."""

from pathlib import Path

import pytest

from batch.chain import Ipf, Source, load_chain
from batch.chain.load import SHIPPED, chain_file

REFINED = load_chain(SHIPPED.with_name("level1-refined.yaml"))
POINTS = load_chain(SHIPPED.with_name("tie-points.yaml"))
B03 = "B02"  # bandId


def facts(ipf: Ipf) -> dict[str, object]:
    return {
        "version": ipf.version,
        "split": ipf.split,
        "kit": ipf.kit,
        "inputs": {i.type: i.sources for i in ipf.inputs},
        "outputs": ipf.outputs,
        "parameters": dict(ipf.parameters),
        "resources": ipf.resources,
        "announces": ipf.announces,
    }


def differences(scope: str) -> dict[tuple[str, str], object]:
    shipped = {i.name: facts(i) for i in load_chain().scope(scope)}
    mine = {i.name: facts(i) for i in REFINED.scope(scope)}
    return {
        (name, what): fact
        for name, has in mine.items()
        for what, fact in has.items()
        if name in shipped and shipped[name][what] != fact
    }


def test_two_ipfs_are_added_and_two_others_wait_for_them() -> None:
    names = [{i.name for i in chain.scope("vds")} for chain in (REFINED, load_chain())]
    assert names[0] - names[1] == {"TP_COLLECT", "SPATIO"} and names[1] <= names[0]
    changed = differences("vds")
    assert set(changed) == {("GEO1B_FINALIZE", "inputs"), ("FORMAT_METADATA_DS_L1B", "inputs")}
    for name in ("GEO1B_FINALIZE", "FORMAT_METADATA_DS_L1B"):
        now = {i.type: i.sources for i in REFINED.ipf(name).inputs}
        before = {i.type: i.sources for i in load_chain().ipf(name).inputs}
        assert now == before | {"PDI_DS": (Source("SPATIO", "PDI_DS"),)}
    assert REFINED.partitions == load_chain().partitions


def test_the_assembly_asks_the_vds_how_they_were_refined() -> None:
    assert set(differences("datastrip")) == {("FORMAT_METADATA_DS_L1C", "inputs")}
    inputs = {i.type: i.sources for i in REFINED.ipf("FORMAT_METADATA_DS_L1C", "datastrip").inputs}
    assert inputs["PDI_SAFE"] == (Source("COLLECT", "PDI_SAFE"),)


def test_tie_points_need_one_band_and_no_tile() -> None:
    for name in ("DECOMP", "RADIO_AB"):
        mine, shipped = POINTS.ipf(name), load_chain().ipf(name)
        assert facts(mine) | {"parameters": None} == facts(shipped) | {"parameters": None}
        assert mine.parameters == {**shipped.parameters, "PARALLEL_BAND_IDENT": B03}
    assert not any("tile" in i.split or i.announces for i in POINTS.ipfs)
    assert POINTS.ipf("SPATIO", "datastrip").split == ()


def test_shipped_chains_have_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert chain_file(None) == chain_file(Path("level1")) == SHIPPED
    assert load_chain(Path("level1-refined")) == REFINED
    assert chain_file(Path("mine")) == Path("mine")  # to be refused as a file that is not there
    (tmp_path / "level1").write_text("")
    assert chain_file(Path("level1")) == Path("level1")  # a file that is there is meant
    assert chain_file(tmp_path / "level1-refined") == tmp_path / "level1-refined"  # a path is a path
