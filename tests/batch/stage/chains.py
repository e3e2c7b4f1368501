"""A tiny chain and tiny IPFs (a shell script each would be slower): real processes, real job orders."""

import json
import textwrap
from pathlib import Path

CHAIN = """
partitions: {detector: 3, band: 2}
ipfs:
  - {name: STAGE_IN, kit: true, version: "01.00", outputs: [PDI_DS, PDI_DS_GR_LIST]}
  - name: RADIO
    version: "06.01.00"
    split: [detector]
    inputs: {PDI_DS: STAGE_IN, PDI_DS_GR_LIST: STAGE_IN}
    outputs: [PDI_ATF_LIST]
    resources: {timeout_s: {fixed: 20}}
  - name: GET_TILE_LIST
    version: "06.01.00"
    inputs: {PDI_DS: STAGE_IN}
    outputs: [TILE_LIST_FILE]
    announces: tile
  - name: ORTHO
    version: "06.01.00"
    split: [band, tile]
    inputs: {PDI_ATF_LIST: RADIO, TILE_LIST_FILE: GET_TILE_LIST}
    outputs: [PDI_DS_TILE_LIST]
  - name: PACK_SAFE
    version: "06.01.00"
    split: [tile]
    inputs: {PDI_DS_TILE_LIST: ORTHO, TILE_LIST_FILE: GET_TILE_LIST}
    outputs: [PDI_SAFE]
  - {name: STAGE_OUT, kit: true, version: "01.00", inputs: everything}
  - name: COLLECT
    scope: datastrip
    kit: true
    version: "01.00"
    outputs: [PDI_DS, PDI_SAFE, TILE_LIST_FILE]
    announces: tile
  - name: MERGE_TILE
    scope: datastrip
    version: "06.01.00"
    split: [tile]
    inputs: {PDI_SAFE: COLLECT, TILE_LIST_FILE: COLLECT}
    outputs: [PDI_SAFE]
  - {name: STAGE_OUT, scope: datastrip, kit: true, version: "01.00", inputs: everything}
"""

#: Invocations of one vDS: STAGE_IN, 3 RADIO, GET_TILE_LIST, 2 × 2 ORTHO, 2 PACK_SAFE, STAGE_OUT.
PER_VDS = 12
#: COLLECT, MERGE_TILE for 3 tiles, STAGE_OUT.
ASSEMBLY = 5

IPFS = '''
"""Fake IPFs: what they write depends on job order and inputs only, so every way to the end is the same."""
import hashlib, json, os, sys, time
from pathlib import Path
from batch.joborder import read_job_order

ipf, order = sys.argv[1], read_job_order(Path(sys.argv[2]))
p = order.parameters
faults = json.loads(Path(os.environ["FAULTS"]).read_text()) if os.environ.get("FAULTS") else {}
attempt = int(str(Path(sys.argv[2]).parent).rpartition(".")[2])
fault = faults.get(ipf)
time.sleep(faults.get("sleep", 0.02))

def digest(*types):
    h = hashlib.sha256()
    for t in types:
        for place in order.inputs[t]:
            files = sorted(f for f in place.rglob("*") if f.is_file()) if place.is_dir() else [place]
            for f in files:
                h.update(f.read_bytes())
    return h.hexdigest()

def tile():
    from batch.stage.tilelist import read_tiles
    return read_tiles(order.input("TILE_LIST_FILE"))[int(p["PARALLEL_TILE_IDENT"]) - 1]

if fault and attempt <= fault.get("until", 99):
    if fault["kind"] == "hang":
        time.sleep(600)
    if fault["kind"] == "fail":
        print("the reason stands here", file=sys.stderr)
        sys.exit(fault.get("code", 130))
    if fault["kind"] == "lie":
        sys.exit(0)
    if fault["kind"] == "half":
        target = next(o for t, o in order.outputs.items() if t != "REPORT").path
        (target / "x").write_text("half of")
        os.kill(os.getpid(), 9)

if ipf == "RADIO":
    name = p["PARALLEL_DETECTOR_IDENT"]
    (order.output("PDI_ATF_LIST") / name).write_text(name + digest("PDI_DS", "PDI_DS_GR_LIST"))
elif ipf == "GET_TILE_LIST":
    from batch.stage.tilelist import write_tiles
    number = next(order.input("PDI_DS").iterdir()).name[-2:]
    write_tiles(order.output("TILE_LIST_FILE"), ["36MZD", "36M" + {"01": "XA", "02": "XB"}.get(number, "XC")])
elif ipf == "ORTHO":
    place = order.output("PDI_DS_TILE_LIST") / tile()
    place.mkdir()
    (place / p["PARALLEL_BAND_IDENT"]).write_text(digest("PDI_ATF_LIST"))
elif ipf == "PACK_SAFE":
    place = order.output("PDI_SAFE") / f"L1C_T{tile()}_{p['CREATION_DATE']}.SAFE"
    place.mkdir()
    (place / "sum").write_text(hashlib.sha256(b"".join(
        f.read_bytes() for f in sorted((order.input("PDI_DS_TILE_LIST") / tile()).iterdir()))).hexdigest())
elif ipf == "MERGE_TILE":
    place = order.output("PDI_SAFE") / f"L1C_T{tile()}.SAFE"
    place.mkdir()
    (place / "sum").write_text(hashlib.sha256(b"".join(f.read_bytes()
        for f in sorted(order.input("PDI_SAFE").rglob(f"*_T{tile()}_*/sum")))).hexdigest())
sys.exit(fault["code"] if fault and fault["kind"] == "warn" else 0)
'''


class Tiny:
    """A datastrip of two vDS, the chain's file and the IPFs, in a folder."""

    def __init__(self, root: Path, sleep: float = 0.02) -> None:
        self.root, self.out, self.scratch = root, root / "out/DS", root / "scratch"
        self.chain = root / "chain.yaml"
        self.chain.parent.mkdir(parents=True, exist_ok=True)
        self.chain.write_text(textwrap.dedent(CHAIN))
        self.script = root / "ipf.py"
        self.script.write_text(IPFS)
        self.fault_file = root / "faults.json"
        self.faults(sleep=sleep)
        for number in ("01", "02"):
            for part, name in (("DS", f"L0_DS_{number}"), ("GR", f"L0_GR_{number}")):
                folder = self.out / f"vds/v{number}" / part / name
                folder.mkdir(parents=True)
                (folder / "data").write_text(f"{part} {number}")
        (root / "l0c/DS/L0_DS").mkdir(parents=True)
        (root / "l0c/DS/L0_DS/MTD.xml").write_text("<x/>")

    def faults(self, **faults: object) -> None:
        """What the IPFs are to do wrong: {IPF: {kind, until, code}}; `sleep`: seconds that each takes."""
        self.fault_file.write_text(json.dumps(faults))

    @property
    def record(self) -> dict[str, object]:
        return {
            "chain_hash": "tiny",
            "priority": "normal",
            "assemble": True,
            "out": str(self.out),
            "source": str(self.root / "l0c/DS/L0_DS"),
            "vds": ["v01", "v02"],
            "scenes": 8,
            "creation_date": "20261121T000000",
        }

    @property
    def jobs(self) -> dict[str, dict[str, object]]:
        return {
            f"v{n}": {"scope": "vds", "scenes": 4, "path": str(self.out / f"vds/v{n}"), "first": 1, "last": 4}
            for n in ("01", "02")
        }

    def products(self) -> dict[str, str]:
        """Every published file with its content."""
        found = [*self.out.glob("l1c/**/*"), *self.out.glob("L1C/**/*")]
        return {str(f.relative_to(self.out)): f.read_text() for f in found if f.is_file()}
