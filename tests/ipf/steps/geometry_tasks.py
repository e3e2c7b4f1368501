"""Job orders for the geometry steps."""

from pathlib import Path

from batch.joborder import JobOrder
from batch.joborder.model import Output
from ipf.task import Task


def task(ipf: str, out: Path, inputs: dict[str, Path], outputs: tuple[str, ...], **parameters: str) -> Task:
    """A task whose outputs are folders of `out`, or the file of that name for a FRAME_FILE or
    TILE_LIST_FILE."""
    made = {}
    for file_type in outputs:
        folder = out / file_type
        folder.mkdir(parents=True)
        file = file_type.endswith("_FILE")
        made[file_type] = Output(folder / f"{file_type.lower()}.xml" if file else folder)
    return Task(JobOrder(ipf, "06.01.00", {k: (v,) for k, v in inputs.items()}, made, parameters))
