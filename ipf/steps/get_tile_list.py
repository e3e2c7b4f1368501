"""GET_TILE_LIST: the MGRS tiles that the datastrip's footprint meets; from here on everything is per tile.

TILE_LIST_FILE   tile_list_file.xml
PDI_DS           as it came, with "tiles" (names) and "tile_coverage" (share covered) in datastrip.json
"""

from pathlib import Path

from lxml import etree

from batch.errors import InputError
from batch.safe.xml import write_xml
from ipf import l1a
from ipf.geometry.datastrip import FOOTPRINT, Datastrip, read_footprint
from ipf.geometry.tiles import Tile, coverage
from ipf.task import Task

#: A tile of which less than this is covered (one pixel of 60 m in 109.8 km) is not worth its files.
SMALLEST_SHARE = 1e-6


def run(task: Task) -> None:
    """PDI_DS, VECTOR_DS_FOOTPRINT → PDI_DS, TILE_LIST_FILE."""
    roots = task.inputs("PDI_DS")
    ds = Datastrip.read(roots)
    file = l1a.find([*task.inputs("VECTOR_DS_FOOTPRINT"), *task.inputs("VECTOR"), *roots], FOOTPRINT)
    ground = read_footprint(file) if file else ds.ground()
    tiles = [(tile, share) for tile, share in coverage(ground) if share > SMALLEST_SHARE]
    if not tiles:
        raise InputError(
            f"no tile of the grid meets the footprint of {ds.name}; the grid ends at 84° of latitude"
        )

    target = task.output("TILE_LIST_FILE")
    write_tile_list(
        target if target.suffix == ".xml" else target / "tile_list_file.xml", [tile for tile, _ in tiles]
    )
    out = task.output("PDI_DS")
    for path in sorted(l1a.require(roots, "datastrip.json", "PDI_DS").parent.iterdir()):
        if path.is_file() and path.name != "datastrip.json":
            l1a.link(path, out / path.name)
    names = [tile.name for tile, _ in tiles]
    shares = {tile.name: round(share, 6) for tile, share in tiles}
    l1a.save_json(out / "datastrip.json", {**ds.facts, "tiles": names, "tile_coverage": shares})
    task.log("I", f"{len(tiles)} tiles: {' '.join(names)}")


def write_tile_list(path: Path, tiles: list[Tile]) -> None:
    """Tile_List{Number_Of_Tiles, List_Tile_Id@Tile_Number{Tile_Id}}, numbered from 1 (source:
    S2IPF_Orchestrator)."""
    root = etree.Element("Tile_List")
    etree.SubElement(root, "Number_Of_Tiles").text = str(len(tiles))
    for number, tile in enumerate(tiles, start=1):
        node = etree.SubElement(root, "List_Tile_Id", Tile_Number=str(number))
        etree.SubElement(node, "Tile_Id").text = tile.name
    write_xml(etree.ElementTree(root), path)
