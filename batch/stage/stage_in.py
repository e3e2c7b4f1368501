"""STAGE_IN: a vDS from shared storage to the stage's scratch, and its L0c file types for the IPFs.

It may be repeated: what has arrived in `<job>/input` stays and is not fetched again. The granules of a
datastrip that is in a bucket come from there; then everything is checked here, as nothing before has read it.
"""

from pathlib import Path

from batch.errors import InputError
from batch.joborder import JobOrder
from batch.place import Url, place
from batch.safe.check import check_datastrip
from batch.safe.datastrip import find_datastrip, read_datastrip
from batch.stage.transfer import bring_tree

#: File types that are a part of the datastrip's PDI; the others are the PDIs themselves.
PARTS = {"PDI_SAD": "ANC_DATA", "QUICKLOOK": "QI_DATA", "QUICKLOOK_GEO": "QI_DATA"}
DATASTRIP, GRANULES = "DS", "GR"


def stage_in(order: JobOrder) -> None:
    """Parameters: SOURCE (it has DS/ and GR/), INPUT (where to keep it), GRANULES (GR in a bucket).

    InputError if a part is missing.
    """
    source, kept = Path(order.parameters["SOURCE"]), Path(order.parameters["INPUT"])
    granules = place(order.parameters.get("GRANULES", ""))
    for part in (DATASTRIP,) if isinstance(granules, Url) else (DATASTRIP, GRANULES):
        if not (source / part).is_dir():
            raise InputError(f"{source} has no folder {part}, a vDS was expected; submit the datastrip again")
        bring_tree(source / part, kept / part)
    if isinstance(granules, Url):
        fetch(granules, kept)
    for file_type, output in order.outputs.items():
        if file_type != "REPORT":
            give(kept, file_type, output.path)


def fetch(granules: Url, kept: Path) -> None:
    """Bring the granules that the vDS in `kept` lists and check all of it: framing, times, manifests."""
    from batch.place.datastrip import fetch_granules
    from batch.place.store import Store

    listed = read_datastrip(*find_datastrip(kept)).granules.values()
    names = [g.name for of_detector in listed for g in of_detector]
    fetched = fetch_granules(Store(), granules, names, kept / GRANULES)
    print(f"{fetched} files fetched from {granules}, the others of {len(names)} granules were here")
    check_datastrip(kept)


def give(kept: Path, file_type: str, target: Path) -> None:
    """Link what the file type means: PDI_DS and PDI_DS_GR_LIST hold PDIs, the others files of the DS PDI."""
    if file_type not in PARTS:
        bring_tree(kept / (GRANULES if "GR" in file_type else DATASTRIP), target)
        return
    for pdi in sorted((kept / DATASTRIP).iterdir()):
        bring_tree(pdi / PARTS[file_type], target)
