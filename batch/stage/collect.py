"""COLLECT: the first step of the assembly. It gathers the L1C of all vDS, the L0c DS, and their tiles."""

import re
from pathlib import Path

from batch.errors import VdsError
from batch.joborder import JobOrder
from batch.place import Place, Url, place
from batch.stage.tilelist import write_tiles
from batch.stage.transfer import bring_tree

#: The tile in the name of an L1C product: …_T36MZD_…
TILE = re.compile(r"_T(\d{2}[A-Z]{3})(?=[_.]|$)")


def collect(order: JobOrder) -> None:
    """Parameters: SOURCE (the L0c DS PDI), PRODUCTS (OUT/<DS>/l1c), JOBS (v01 v02 …).

    Writes PDI_SAFE/<vDS>/<product>, PDI_DS/<L0c DS PDI> and the union of the tiles, sorted.
    """
    source, products = place(order.parameters["SOURCE"]), place(order.parameters["PRODUCTS"])
    tiles: set[str] = set()
    for job in order.parameters["JOBS"].split():
        names = bring_products(products / job, order.output("PDI_SAFE") / job)
        if names is None:
            raise VdsError(
                f"{products / job} is missing, the L1C of {job} was expected there; resubmit the datastrip"
            )
        tiles.update(tile for name in names for tile in TILE.findall(name))
    if "PDI_DS" in order.outputs:
        bring_datastrip(source, order.output("PDI_DS") / source.name)
    write_tiles(order.output("TILE_LIST_FILE"), sorted(tiles))


def bring_products(products: Place, target: Path) -> list[str] | None:
    """Every complete product of a vDS to `target`; gives their names, None if the vDS published nothing."""
    if isinstance(products, Url):
        return _fetch_products(products, target)
    if not products.is_dir():
        return None
    names = [p.name for p in sorted(products.iterdir()) if p.is_dir() and not p.name.startswith(".")]
    for name in names:
        bring_tree(products / name, target / name)
    return names


def _fetch_products(products: Url, target: Path) -> list[str] | None:
    from batch.place.fetch import fetch_product
    from batch.place.publish import sealed
    from batch.place.store import Store, each

    store = Store()
    there = store.below(products)
    names = sealed(there)
    each(lambda name: fetch_product(store, there, name, target), names)
    return names or None


def bring_datastrip(source: Place, target: Path) -> None:
    """The L0c DS PDI to `target`."""
    if isinstance(source, Url):
        from batch.place.fetch import fetch_pdi
        from batch.place.store import Store

        fetch_pdi(Store(), source, target)
    else:
        bring_tree(source, target)
