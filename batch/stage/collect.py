"""COLLECT: the first step of the assembly. It gathers the L1C of all vDS, the L0c DS, and their tiles."""

import re
from pathlib import Path

from batch.errors import VdsError
from batch.joborder import JobOrder
from batch.stage.tilelist import write_tiles
from batch.stage.transfer import bring_tree

#: The tile in the name of an L1C product: …_T36MZD_…
TILE = re.compile(r"_T(\d{2}[A-Z]{3})(?=[_.]|$)")


def collect(order: JobOrder) -> None:
    """Parameters: SOURCE (the L0c DS PDI), PRODUCTS (OUT/<DS>/l1c), JOBS (v01 v02 …).

    Writes PDI_SAFE/<vDS>/<product>, PDI_DS/<L0c DS PDI> and the union of the tiles, sorted.
    """
    source, products = Path(order.parameters["SOURCE"]), Path(order.parameters["PRODUCTS"])
    jobs = order.parameters["JOBS"].split()
    tiles: set[str] = set()
    for job in jobs:
        if not (products / job).is_dir():
            raise VdsError(
                f"{products / job} is missing, the L1C of {job} was expected there; resubmit the datastrip"
            )
        for product in sorted((products / job).iterdir()):
            if product.is_dir() and not product.name.startswith("."):
                tiles.update(TILE.findall(product.name))
                bring_tree(product, order.output("PDI_SAFE") / job / product.name)
    if "PDI_DS" in order.outputs:
        bring_tree(source, order.output("PDI_DS") / source.name)
    write_tiles(order.output("TILE_LIST_FILE"), sorted(tiles))
