"""`vds chain`: tables, graphs, JSON and exit codes."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from batch.chain import load_chain
from batch.chain.load import SHIPPED
from batch.cli import main
from batch.cli.chain import chain
from tests.shared import SHARED, needs_shared

TABLES = SHARED / "data" / "tasktables"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(chain, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_show_is_a_table() -> None:
    shown = run("show")
    for ipf in load_chain().ipfs:
        assert ipf.name in shown


def test_show_json_is_one_document() -> None:
    document = json.loads(run("show", "--json"))
    ortho = next(i for i in document["ipfs"] if i["name"] == "GEN_ORTHO_TOA")
    assert ortho["split"] == ["band", "tile"]
    assert ortho["inputs"]["PDI_ATF_LIST"] == ["RADIO_AB/PDI_ATF_LIST"]
    assert document["partitions"]["atf"] == {"scenes": 20}


def test_graphs() -> None:
    assert "DECOMP [atf × detector] ← UPDATE_LOC" in run("show", "--graph", "text").splitlines()
    dot = run("show", "--graph", "dot")
    assert '"UPDATE_LOC" -> "DECOMP"' in dot and dot.count("{") == dot.count("}")
    assert '"OLQC_DS_L1C" -> "STAGE_OUT"' in dot and '"DECOMP" -> "STAGE_OUT"' not in dot
    mermaid = run("show", "--graph", "mermaid", "--scope", "datastrip").splitlines()
    assert mermaid[0] == "flowchart LR" and "  COLLECT --> MERGE_TILE" in mermaid


def test_check_tells_what_is_good(tmp_path: Path) -> None:
    assert "26 IPFs per vDS and 7 for the datastrip" in run("check", str(SHIPPED))
    assert json.loads(run("check", str(SHIPPED), "--json"))["ipfs"] == {"vds": 26, "datastrip": 7}


def test_check_tells_the_mistake_and_exits_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "chain.yaml"
    path.write_text(SHIPPED.read_text().replace("PDI_DS: STAGE_IN", "PDI_DS: STAGE_ON"))
    monkeypatch.setattr(sys, "argv", ["vds", "chain", "check", str(path)])
    with pytest.raises(SystemExit) as exit_:
        main.main()
    assert exit_.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "UNFORMAT_SAFE_DS: inputs: PDI_DS comes from STAGE_ON" in said


@needs_shared
def test_import_writes_a_chain_that_loads(tmp_path: Path) -> None:
    out = tmp_path / "imported.yaml"
    run("import", "--tasktables", str(TABLES), "--out", str(out))
    assert load_chain(out).ipf("RADIO_AB").split == ("atf", "detector")
    assert [p.name for p in tmp_path.iterdir()] == ["imported.yaml"]


@needs_shared
def test_import_json_of_other_modes() -> None:
    document = json.loads(run("import", "--tasktables", str(TABLES), "--modes", "L1A, L1B", "--json"))
    names = [i["name"] for i in document["ipfs"]]
    assert "SPATIO" in names and "UNFORMAT_GRI_2" in names


@needs_shared
def test_import_writes_nothing_where_there_is_no_folder(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        chain, ["import", "--tasktables", str(TABLES), "--out", str(tmp_path / "no/x")]
    )
    assert result.exit_code != 0 and "cannot be written" in str(result.exception)
