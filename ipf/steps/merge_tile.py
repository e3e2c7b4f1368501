"""MERGE_TILE: the product of a tile of a datastrip, out of the products of its virtual datastrips.

PDI_SAFE in: `<vDS id>/<product>.SAFE`; PDI_SAFE out: `<product>.SAFE`, named after the whole datastrip.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from batch.errors import InputError
from batch.safe.names import mtd_name
from batch.safe.xml import parse_xml
from ipf.l1c import inputs, merge, pack
from ipf.steps.pack_safe import datastrip_pdi

if TYPE_CHECKING:
    from ipf.task import Task


def run(task: "Task") -> None:
    """One tile."""
    tile = inputs.tile_name(task)
    parts = merge.parts_of(task.inputs("PDI_SAFE"), tile)
    if not parts:
        raise InputError(f"no virtual datastrip has a product of tile {tile}; run those that see it first")
    pdi = datastrip_pdi(task)
    names = pack.names_of(parse_xml(pdi / mtd_name(pdi.name)), tile)
    # Beside the product, so that its files can be hard links: WORKING may be on another file system.
    with TemporaryDirectory(prefix=f".{tile}-", dir=task.output("PDI_SAFE").parent) as made:
        granule, record = merge.complete(Path(made), names, parts, lambda why: task.log("W", why))
        safe = pack.write_safe(task.output("PDI_SAFE"), pdi, tile, granule, record)
    task.log("I", f"{safe.name}: out of {len(parts)} virtual datastrips")
