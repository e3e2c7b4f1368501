"""FORMAT_METADATA_DS_L1B: metadata of the L1B datastrip; what later IPFs read is handed on.

PDI_DS   MTD.xml (still that of L0c), navigation.npz, datastrip.json, frame.json, footprint.geojson;
         MTD_L1B.xml
VECTOR   footprint.geojson
"""

import json

from batch.safe.xml import findall, parse_xml
from ipf import l1a, l1b
from ipf.geometry.frame import Frame
from ipf.l1c import datation, inputs
from ipf.l1c.strip import Times
from ipf.l1c.xmlbuild import save
from ipf.refine import record
from ipf.steps.get_gri import GRI_LIST
from ipf.steps.radio_finalize import FOOTPRINT
from ipf.task import Task

METADATA = "MTD_L1B.xml"


def run(task: Task) -> None:
    """PDI_DS, GRI_LIST_FILE → PDI_DS, VECTOR."""
    roots = task.inputs("PDI_DS")
    source = l1a.require(roots, "datastrip.json", "PDI_DS")
    for file in sorted(source.parent.iterdir()):
        if file.is_file():
            l1a.link(file, task.output("PDI_DS") / file.name)
    if (source.parent / FOOTPRINT).exists():
        l1a.link(source.parent / FOOTPRINT, task.output("VECTOR") / FOOTPRINT)

    tree = inputs.datastrip_tree(task)
    scenes = int(json.loads(source.read_text())["scenes"])
    first_lines = datation.first_lines(Times.of(tree), Frame(scenes))
    document = l1b.build(
        tree, inputs.processing(task, tree), scenes, first_lines, _gri(task), record.read_if(roots)
    )
    save(document, task.output("PDI_DS") / METADATA)
    task.log("I", f"{document.get('datastripIdentifier')}: {max(scenes - l1b.LOST_SCENES, 1)} L1B scenes")


def _gri(task: Task) -> tuple[str, ...]:
    file = next((p for p in task.inputs("GRI_LIST_FILE") if p.is_file()), None)
    file = file or l1a.find(task.inputs("GRI_LIST_FILE"), GRI_LIST)
    return tuple(node.text or "" for node in findall(parse_xml(file), "GRI_Id")) if file else ()
