"""Chain files: every mistake is one sentence that names the file, the IPF and the key."""

from pathlib import Path

import pytest

from batch.chain import AUX, Input, Partition, Source, load_chain, with_partitions
from batch.chain.dump import to_dict, to_yaml
from batch.errors import InputError

GOOD = """
partitions: {detector: 4, atf: {scenes: 16}}
ipfs:
  - {name: STAGE_IN, kit: true, version: "1", outputs: [PDI_DS]}
  - name: LIST
    version: "1"
    inputs: {DS: STAGE_IN/PDI_DS}
    aux: [GIP_TILPAR]
    outputs: [PDI_DS, TILE_LIST_FILE]
    announces: tile
  - name: ORTHO
    version: "1"
    split: [tile, detector]
    inputs: {PDI_DS: [LIST], TILE_LIST_FILE: LIST}
    outputs: [PDI_DS_TILE_LIST]
    optional_outputs: [VECTOR]
    parameters: {SCALE: "1"}
    resources: {cpus: 2, memory_mb: 4096, timeout_s: {fixed: 10, per_scene: 2}}
  - {name: STAGE_OUT, kit: true, version: "1", inputs: everything}
  - {name: STAGE_OUT, scope: datastrip, kit: true, version: "1", inputs: everything}
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "chain.yaml"
    path.write_text(text)
    return path


def test_a_good_chain(tmp_path: Path) -> None:
    chain = load_chain(write(tmp_path, GOOD))
    ortho = chain.ipf("ORTHO")
    assert ortho.split == ("detector", "tile")
    assert ortho.inputs[0] == Input("PDI_DS", (Source("LIST", "PDI_DS"),))
    assert [(o.type, o.mandatory) for o in ortho.outputs] == [("PDI_DS_TILE_LIST", True), ("VECTOR", False)]
    assert ortho.resources.timeout_s(20) == 50
    assert chain.ipf("LIST").inputs == (
        Input("DS", (Source("STAGE_IN", "PDI_DS"),)),
        Input("GIP_TILPAR", (Source(AUX, "GIP_TILPAR"),)),
    )
    assert chain.producers(chain.ipf("STAGE_OUT")) == ("STAGE_IN", "LIST", "ORTHO")
    assert chain.producers(chain.ipf("STAGE_OUT", "datastrip")) == ()
    assert chain.partitions == {"detector": Partition(pieces=4), "atf": Partition(scenes=16)}
    assert [i.name for i in chain.scope("datastrip")] == ["STAGE_OUT"]


def test_what_is_dumped_loads_equal(tmp_path: Path) -> None:
    for chain in (load_chain(), load_chain(write(tmp_path, GOOD))):
        assert load_chain(write(tmp_path, to_yaml(chain))) == chain
    assert to_dict(load_chain())["ipfs"][1]["inputs"] == {"PDI_DS": ["STAGE_IN/PDI_DS"]}


def test_an_unknown_ipf_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="NONE: no such IPF in scope vds"):
        load_chain(write(tmp_path, GOOD)).ipf("NONE")


# what is wrong: (text of GOOD, what replaces it, words of the sentence)
MISTAKES = {
    "unknown key of the file": ("partitions:", "partition:", "unknown key partition"),
    "unknown key of an IPF": ("announces: tile", "announce: tile", "LIST: unknown key announce"),
    "unknown key of resources": ("cpus: 2", "cores: 2", "ORTHO: resources: unknown key cores"),
    "unknown key of timeout_s": ("per_scene: 2", "per_granule: 2", "timeout_s: unknown key per_granule"),
    "timeout_s is a number": ("{fixed: 10, per_scene: 2}", "10", "timeout_s must have fixed and per_scene"),
    "unknown producer": (
        "[LIST]",
        "[LISTE]",
        "ORTHO: inputs: PDI_DS comes from LISTE, which is not in scope",
    ),
    "type that nothing produces": (
        "PDI_DS: [LIST]",
        "PDI_GR: [LIST]",
        "ORTHO: inputs: PDI_GR: LIST does not produce PDI_GR, it produces PDI_DS, TILE_LIST_FILE",
    ),
    "no producer": ("[LIST]", "[]", "ORTHO: inputs: PDI_DS has no producer"),
    "producer twice": ("[LIST]", "[LIST, LIST]", "ORTHO: inputs: PDI_DS names a producer twice"),
    "producer is no text": ("[LIST]", "[3]", "ORTHO: inputs: PDI_DS comes from 3"),
    "aux beside an IPF": ("[LIST]", "[LIST, aux]", "PDI_DS comes from aux and from an IPF"),
    "duplicate IPF": ("name: ORTHO", "name: LIST", "LIST stands 2 times in scope vds"),
    "duplicate key": ("PDI_DS: [LIST],", "PDI_DS: [LIST], PDI_DS: [LIST],", "PDI_DS stands twice"),
    "duplicate aux": ("[GIP_TILPAR]", "[GIP_TILPAR, GIP_TILPAR]", "LIST: GIP_TILPAR stands twice"),
    "duplicate output": ("[VECTOR]", "[PDI_DS_TILE_LIST]", "ORTHO: outputs: PDI_DS_TILE_LIST stands twice"),
    "cycle": (
        "{DS: STAGE_IN/PDI_DS}",
        "{DS: ORTHO/VECTOR}",
        "LIST waits for itself: LIST ← ORTHO ← LIST",
    ),
    "two that wait for everything": (
        "inputs: {DS: STAGE_IN/PDI_DS}\n    aux: [GIP_TILPAR]",
        "inputs: everything",
        "waits for itself",
    ),
    "unknown split": (
        "split: [tile, detector]",
        "split: [tile, scene]",
        "ORTHO: split: scene is no dimension",
    ),
    "split twice": ("split: [tile, detector]", "split: [tile, tile]", "ORTHO: split names a dimension twice"),
    "split is no list": ("split: [tile, detector]", "split: tile", "ORTHO: split is 'tile', expected a list"),
    "nobody announces": ("    announces: tile\n", "", "ORTHO: split: no IPF of scope vds announces tile"),
    "two announce": ("outputs: [PDI_DS]}", "outputs: [PDI_DS], announces: tile}", "both announce tile"),
    "announces what is cut": ("announces: tile", "announces: band", "announces tile; add"),
    "announces nothing known": ("announces: tile", "announces: swath", "announces: swath is no dimension"),
    "negative memory": ("memory_mb: 4096", "memory_mb: -1", "ORTHO: resources: memory_mb is -1"),
    "no CPU": ("cpus: 2", "cpus: 0", "ORTHO: resources: cpus is 0"),
    "CPU is text": ("cpus: 2", "cpus: two", "ORTHO: resources: cpus is 'two'"),
    "endless time-out": ("fixed: 10", "fixed: .inf", "ORTHO: resources: timeout_s: fixed is inf"),
    "parameter is no text": ('SCALE: "1"', "SCALE: 1", "ORTHO: parameters: SCALE is 1, expected text"),
    "version is no text": ('version: "1"\n    split', "version: 6.1\n    split", "ORTHO: version is 6.1"),
    "version is missing": ('    version: "1"\n    split', "    split", "ORTHO: version is missing"),
    "kit is no boolean": ("kit: true", "kit: yes please", "STAGE_IN: kit is yes please"),
    "unknown scope": ("scope: datastrip", "scope: dataset", "STAGE_OUT: scope is dataset"),
    "name is no name": ("name: ORTHO", "name: ortho/toa", "ortho/toa: name must be capital letters"),
    "no name": ("name: ORTHO", "mode: ORTHO", "entry 3 of ipfs has no name"),
    "type is no type": ("[VECTOR]", "[vector]", "ORTHO: optional_outputs: 'vector' is no File_Type"),
    "unknown partition": ("detector: 4", "tile: 4", "partitions: tile cannot be cut"),
    "no pieces": ("detector: 4", "detector: 0", "partitions: detector is 0"),
    "detectors by scenes": ("detector: 4", "detector: {scenes: 4}", "partitions: detector is"),
    "inputs is a list": ("{PDI_DS: [LIST], TILE_LIST_FILE: LIST}", "[PDI_DS]", "ORTHO: inputs must map"),
    "parameters is a list": ('{SCALE: "1"}', "[SCALE]", "ORTHO: parameters must map"),
    "partitions is a list": ("{detector: 4, atf: {scenes: 16}}", "[4]", "partitions must map"),
}


@pytest.mark.parametrize(("old", "new", "says"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_sentence(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        load_chain(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "expected partitions and ipfs"),
        ("ipfs: []", "ipfs must be a list with one entry per IPF"),
        ("ipfs: [1]", "entry 1 of ipfs has no name"),
        ("ipfs: [", "line 1: "),
        ("a: !!python/object/apply:os.getcwd []", "could not determine a constructor"),
    ],
)
def test_a_file_that_is_no_chain(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        load_chain(write(tmp_path, text))


def test_a_static_dimension_cannot_be_announced(tmp_path: Path) -> None:
    text = GOOD.replace("announces: tile", "announces: band").replace("[tile, detector]", "[detector]")
    with pytest.raises(InputError, match="LIST: announces: band is cut by partitions, not announced"):
        load_chain(write(tmp_path, text))


def test_who_announces_is_not_split(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="LIST: announces tile and is split"):
        load_chain(write(tmp_path, GOOD.replace("announces: tile", "announces: tile\n    split: [band]")))


def test_who_announces_may_not_wait_for_what_it_announces(tmp_path: Path) -> None:
    text = GOOD.replace("{PDI_DS: [LIST], TILE_LIST_FILE: LIST}", "{DS: STAGE_IN/PDI_DS}")
    text = text.replace("inputs: {DS: STAGE_IN/PDI_DS}\n    aux", "inputs: {V: ORTHO/VECTOR}\n    aux")
    with pytest.raises(InputError, match="LIST waits for itself: LIST ← ORTHO ← LIST"):
        load_chain(write(tmp_path, text))


def test_other_partitions() -> None:
    chain = with_partitions(load_chain(), {"detector": 2, "atf": 1})
    assert chain.partitions["detector"] == Partition(pieces=2)
    assert chain.partitions["band"] == load_chain().partitions["band"]
    with pytest.raises(InputError, match="tile cannot be cut"):
        with_partitions(chain, {"tile": 2})
