"""An L2A step joins by a copy of the chain file and an executable; nothing of the project changes."""

import difflib
import hashlib
import json
import os
import sys
from pathlib import Path

import pytest

import batch
import ipf
from batch.chain import load_chain
from batch.chain.load import SHIPPED
from batch.plan.cut import Cut
from batch.plan.vds import write_vds
from batch.runner.make import KIT
from batch.safe.check import check_datastrip
from batch.safe.names import parse_name
from tests.e2e.conftest import vds, vds_json
from tests.e2e.observe import TILE, check_seal, datastrip_folder

pytestmark = pytest.mark.slow

#: The same step twice: on the L1C of a vDS, and on the L1C of the datastrip, where tiles are whole.
ENTRIES = """
  - name: SEN2COR_TILE
    mode: L2A
    version: "02.10.03"
    split: [tile]
    inputs:
      MSI_L1C_TL: PACK_SAFE/PDI_SAFE
      TILE_LIST_FILE: GET_TILE_LIST
    outputs: [PDI_SAFE_L2A]
    parameters: {RESOLUTION: "20"}

  - name: SEN2COR_TILE
    mode: L2A
    scope: datastrip
    version: "02.10.03"
    split: [tile]
    inputs:
      MSI_L1C_TL: MERGE_TILE/PDI_SAFE
      TILE_LIST_FILE: COLLECT
    outputs: [PDI_SAFE_L2A]
    parameters: {RESOLUTION: "10"}
"""
#: An IPF that knows the job order and nothing else: not even Python's packages, let alone this project's.
SEN2COR = """#!{python} -ISE
import hashlib, pathlib, sys
from xml.etree import ElementTree

order = ElementTree.parse(sys.argv[1]).getroot()
parameters = {{p.findtext("Name"): p.findtext("Value") for p in order.iter("Processing_Parameter")}}
inputs = {{i.findtext("File_Type"): pathlib.Path(i.findtext(".//File_Name")) for i in order.iter("Input")}}
outputs = {{o.findtext("File_Type"): pathlib.Path(o.findtext("File_Name")) for o in order.iter("Output")}}
listed = [t.text for t in ElementTree.parse(inputs["TILE_LIST_FILE"]).getroot().iter("Tile_Id")]
tile = listed[int(parameters["PARALLEL_TILE_IDENT"]) - 1]
(l1c,) = inputs["MSI_L1C_TL"].glob(f"S2?_MSIL1C_*_T{{tile}}_*.SAFE")
l2a = outputs["PDI_SAFE_L2A"] / l1c.name.replace("MSIL1C", "MSIL2A")
l2a.mkdir()
seen = hashlib.sha256((l1c / "MTD_MSIL1C.xml").read_bytes()).hexdigest()
(l2a / "MTD_MSIL2A.xml").write_text(f"<L2A resolution='{{parameters['RESOLUTION']}}'>{{seen}}</L2A>")
print(f"[I] {{l2a.name}}")
sys.exit(1)  # good, with warnings
"""


def sources() -> dict[Path, str]:
    """Every file of the project's packages and its checksum."""
    roots = [Path(m.__file__).parent for m in (batch, ipf) if m.__file__]
    files = (f for root in roots for f in root.rglob("*") if f.is_file() and f.suffix != ".pyc")
    return {f: hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def own_chain(path: Path) -> Path:
    """A copy of the shipped chain with the step, and its product among those of STAGE_OUT."""
    text = SHIPPED.read_text()
    for producer in ("PACK_SAFE", "MERGE_TILE"):
        before = f'PRODUCTS: "{producer}/PDI_SAFE '
        assert text.count(before) == 1
        text = text.replace(before, f"{before}SEN2COR_TILE/PDI_SAFE_L2A ")
    path.write_text(text + ENTRIES)
    return path


def executables(folder: Path) -> str:
    """One `<IPF>.bash` each, as in ESA's images; gives the command."""
    folder.mkdir()
    names = {i.task_name for i in load_chain().ipfs} - set(KIT)
    for name in names:
        (folder / f"{name}.bash").write_text(f'#!/bin/sh\nexec {sys.executable} -m ipf {name} "$1"\n')
    (folder / "SEN2COR_TILE.bash").write_text(SEN2COR.format(python=sys.executable))
    for path in folder.iterdir():
        path.chmod(0o755)
    return f"{folder}/{{ipf}}.bash {{joborder}}"


@pytest.fixture(scope="module")
def strip(small_strip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four of the small datastrip's scenes."""
    whole = check_datastrip(small_strip)
    creation = parse_name(whole.name).creation
    return write_vds(whole, Cut("strip", 4, 7, 1, 0, 0), tmp_path_factory.mktemp("added"), creation)


def test_l2a_step_by_the_chain_file_alone(strip: Path, tmp_path: Path) -> None:
    before = sources()
    chain, out = own_chain(tmp_path / "my-chain.yaml"), tmp_path / "out"
    lines = difflib.ndiff(SHIPPED.read_text().splitlines(), chain.read_text().splitlines())
    assert sum(line.startswith("- ") for line in lines) == 2  # PRODUCTS of each STAGE_OUT
    environment = {**os.environ, "VDS_IPF_COMMAND": executables(tmp_path / "bin")}
    words = ["--chain", chain, "--partitions", "detector=1,band=1,atf=1,granule=1", "--whole"]

    planned = vds_json("plan", strip, *words[:4], "--scenes", 4, env=environment)
    assert planned["ipfs"]["SEN2COR_TILE"] == planned["vds"][0]["tiles"]
    final = vds_json("run", strip, "--out", out, *words, env=environment)

    assert final["state"] == "DONE"
    ds = datastrip_folder(out)
    for folder, resolution in ((ds / "l1c/v01", "20"), (ds / "L1C", "10")):
        l1c, l2a = (sorted(folder.glob(f"S2B_MSI{level}_*.SAFE")) for level in ("L1C", "L2A"))
        assert [TILE.findall(p.name) for p in l2a] == [TILE.findall(p.name) for p in l1c] != []
        for product, source in zip(l2a, l1c, strict=True):
            seen = hashlib.sha256((source / "MTD_MSIL1C.xml").read_bytes()).hexdigest()
            text = (product / "MTD_MSIL2A.xml").read_text()
            assert text == f"<L2A resolution='{resolution}'>{seen}</L2A>"
            check_seal(product)
    tiles = len(final["tiles"])
    assert final["attempts_by_state"]["WARNING"] == 2 * tiles
    assert {Path(p).name[:10] for p in final["products"]} == {"S2B_MSIL1C", "S2B_MSIL2A", "S2B_OPER_M"}
    log = next(ds.glob("logs/v01/SEN2COR_TILE/*/*.log"))
    assert "[I] S2B_MSIL2A_" in log.read_text()
    compared = vds("compare", ds, ds, "--json")
    assert compared.returncode == 0 and json.loads(compared.stdout), compared.stderr
    assert sources() == before
