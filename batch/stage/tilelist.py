"""TILE_LIST_FILE: `Tile_List{Number_Of_Tiles, List_Tile_Id@Tile_Number{Tile_Id}}`, one such per tile."""

from pathlib import Path

from lxml import etree

from batch.errors import InputError
from batch.safe.xml import parse_xml


def read_tiles(path: Path) -> tuple[str, ...]:
    """MGRS names in the file's order (a tile's number is its place in it); InputError if one stands twice."""
    tiles = tuple((e.text or "").strip().removeprefix("T") for e in parse_xml(path).iter("{*}Tile_Id"))
    if "" in tiles or len(set(tiles)) < len(tiles):
        raise InputError(f"{path}: each Tile_Id must be a name that stands once; run GET_TILE_LIST again")
    return tiles


def write_tiles(path: Path, tiles: list[str]) -> None:
    """Write the list."""
    root = etree.Element("Tile_List")
    etree.SubElement(root, "Number_Of_Tiles").text = str(len(tiles))
    for number, tile in enumerate(tiles, 1):
        element = etree.SubElement(root, "List_Tile_Id", Tile_Number=str(number))
        etree.SubElement(element, "Tile_Id").text = tile
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8"))
