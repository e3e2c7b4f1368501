"""Where the steps of L1C find things: tile, datastrip, parameters, files of earlier IPFs."""

import json
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from batch.errors import InputError
from batch.safe.xml import attribute, findall, need, parse_xml, text
from ipf.l1a import link as link
from ipf.l1a import save_array as save_array
from ipf.l1c.acquisition import Acquisition, Names, Processing, parse_utc

if TYPE_CHECKING:
    from ipf.task import Task

BASELINE = "04.00"
TILES = "PDI_DS_TILE_LIST"


def places(task: "Task", file_type: str) -> Iterator[Path]:
    """Folders that an input type may mean: its paths and the folders right in them."""
    for path in task.inputs(file_type):
        yield path
        if path.is_dir():
            yield from sorted(p for p in path.iterdir() if p.is_dir())


def find(task: "Task", file_type: str, name: str) -> Path:
    """The file (or folder) of that name in an input type; InputError if no producer has made it."""
    for place in places(task, file_type):
        if place.name == name and place.exists():
            return place
        if (place / name).exists():
            return place / name
    where = ", ".join(str(path) for path in task.inputs(file_type)) or "no path"
    raise InputError(f"input {file_type} ({where}) has no {name}; run the IPF that makes it first")


def first_folder(task: "Task", file_type: str, pattern: str) -> Path:
    """The folder of that pattern in an input type, or that it is itself; InputError if there is none."""
    for place in places(task, file_type):
        if place.is_dir() and fnmatch(place.name, pattern):
            return place
    where = ", ".join(str(path) for path in task.inputs(file_type)) or "no path"
    raise InputError(f"input {file_type} ({where}) has no folder {pattern}; run the IPF that makes it first")


def scenes(tree: etree._ElementTree) -> int:
    """Number of scenes of a datastrip's L0c metadata."""
    detector = need(tree, "Image_Data_Info/Granules_Information/Detector_List/Detector")
    return len(findall(detector, "Granule_List/Granule"))


def tile_list(task: "Task") -> dict[str, str]:
    """MGRS names of the tiles by number "001"…: TILE_LIST_FILE, else what GET_TILE_LIST left in PDI_DS."""
    path = next((p for p in task.inputs("TILE_LIST_FILE") if p.is_file()), None)
    if path is None and not task.inputs("TILE_LIST_FILE"):
        note = json.loads(find(task, "PDI_DS", "datastrip.json").read_text())
        return {f"{number:03d}": tile for number, tile in enumerate(note.get("tiles", ()), 1)}
    path = path or find(task, "TILE_LIST_FILE", "tile_list_file.xml")
    return {
        f"{int(attribute(node, 'Tile_Number')):03d}": text(node, "Tile_Id").removeprefix("T")[-5:]
        for node in findall(parse_xml(path), "List_Tile_Id")
    }


def tile_name(task: "Task") -> str:
    """MGRS name of this unit's tile."""
    tiles = tile_list(task)
    ident = task.tile.removeprefix("T")
    if ident in tiles.values():
        return ident
    if ident not in tiles:
        raise InputError(f"TILE_LIST_FILE has no tile {ident}; give one of its {len(tiles)} numbers")
    return tiles[ident]


def tile_file(task: "Task", tile: str, name: str, file_type: str = TILES) -> Path:
    """A file of a tile made by an earlier IPF."""
    return find(task, file_type, f"{tile}/{name}")


def load(task: "Task", tile: str, name: str) -> NDArray[Any]:
    """An array of a tile, mapped."""
    return np.load(tile_file(task, tile, name), mmap_mode="r")


def output_folder(task: "Task", tile: str, file_type: str = TILES) -> Path:
    """Folder of a tile in an output type, made."""
    folder = task.output(file_type) / tile
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def datastrip_tree(task: "Task") -> etree._ElementTree:
    """Metadata of the (virtual) datastrip as they came in at L0c."""
    return parse_xml(find(task, "PDI_DS", "MTD.xml"))


def processing(task: "Task", tree: etree._ElementTree) -> Processing:
    """Parameters of the products. What the job order does not say follows from the datastrip, not from the
    clock, so that a re-run gives the same names."""
    info = "General_Info/Processing_Info"
    centre = task.parameter("PROCESSING_CENTER", "") or text(tree, f"{info}/PROCESSING_CENTER")
    created = task.parameter("CREATION_DATE", "") or text(tree, f"{info}/UTC_DATE_TIME")
    return Processing(
        baseline=task.parameter("PROCESSING_BASELINE", "") or BASELINE,
        centre=centre,
        creation=parse_utc(created).replace(microsecond=0),
        archiving_centre=task.parameter("ARCHIVING_CENTER", "") or centre,
    )


def names(task: "Task", tile: str) -> Names:
    """Names of a tile's files and folders."""
    tree = datastrip_tree(task)
    return Names(Acquisition.of(tree), processing(task, tree), tile)
