"""GET_GRI: which granules of the global reference image (GRI) the datastrip meets.

The GRI is not public. Without one the list is empty and the chain goes on unrefined, as mode L1BNoGRI.
"""

from batch.safe.xml import write_xml
from ipf import l1a
from ipf.task import Task

GRI_LIST = "gri_list_file.xml"


def run(task: Task) -> None:
    """GRI_ORBIT (GRI granules' folders, if there are any) → GRI_LIST_FILE."""
    from lxml import etree

    places = [p for p in l1a.candidates(task.inputs("GRI_ORBIT")) if "_GRI_" in p.name]
    root = etree.Element("GRI_List", count=str(len(places)))
    for place in places:
        etree.SubElement(root, "GRI_Id").text = place.name
    out = task.output("GRI_LIST_FILE")
    path = out / GRI_LIST if out.suffix != ".xml" else out
    path.parent.mkdir(parents=True, exist_ok=True)
    write_xml(etree.ElementTree(root), path)
    if "GRI_ORBIT" in task.job.outputs:
        l1a.save_json(task.output("GRI_ORBIT") / "gri_orbit.json", [place.name for place in places])
    task.log("I", f"{len(places)} GRI products; the datastrip is {'to be' if places else 'not'} refined")
