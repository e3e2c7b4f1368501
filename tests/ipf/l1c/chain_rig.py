"""The steps of L1C run one after the other, on the orbit of a generated datastrip.

Counts are invented: a formula of band, detector and row since the first scene, so that those of a virtual
datastrip are those of its datastrip. Folders are as the stage lays them out.
"""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np

from batch.joborder import JobOrder, Output
from batch.safe.datastrip import LINES_PER_SCENE
from batch.safe.gps import gps_seconds
from batch.safe.xml import findall, need, text, write_xml
from ipf.geometry.frame import Frame
from ipf.geometry.navigation import Navigation
from ipf.l1c.acquisition import parse_utc, utc_text
from ipf.l1c.datation import gps_text
from ipf.radiometry import BANDS
from ipf.synth.ds_metadata import datastrip_metadata
from ipf.synth.strip import Strip, plan_strip
from ipf.task import Task

SCALE = 16
#: One that only the first half sees, one that both see half of, one at the edge of the swath.
TILES = ("42TVQ", "42TVP", "42TUP")
STAMP = "Image_Data_Info/Sensor_Configuration/Time_Stamp"
L1B_LEVEL = 300


@cache
def strip() -> Strip:
    """16 scenes of orbit 34 from 45° N on: zone 42."""
    return plan_strip(relative_orbit=34, lat=45.0, scenes=16)


def counts(band: str, detector: int, rows: np.ndarray) -> np.ndarray:
    """Smooth in columns, ragged in rows: any slip of a row or column shows."""
    column = np.arange(BANDS[band].l1b_columns(SCALE))
    wave = np.sin(0.37 * column + detector)[None, :] * 40
    ragged = (rows[:, None] * 2654435761 + column * 40503) % 97
    return (L1B_LEVEL + 8 * BANDS[band].number + wave + ragged).astype(np.uint16)


@dataclass
class Stage:
    """Scratch of one (virtual) datastrip of scenes first … last of the real one."""

    root: Path
    first: int = 1
    last: int = 16
    tiles: tuple[str, ...] = TILES
    parameters: dict[str, str] = field(default_factory=dict)

    def path(self, ipf: str, file_type: str) -> Path:
        folder = self.root / ipf / "output" / file_type
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def prepare(self, counted: bool = True) -> None:
        """What the IPFs up to GET_TILE_LIST leave; `counted`: with the invented counts."""
        ds = self.path("GET_TILE_LIST", "PDI_DS")
        tree = datastrip_metadata(strip())
        scenes = self.last - self.first + 1
        period = Decimal(text(tree, f"{STAMP}/LINE_PERIOD")) / 1000
        for time in findall(tree, f"{STAMP}/Band_Time_Stamp/Detector/GPS_TIME"):
            begin = gps_seconds(time.text) + (self.first - 1) * LINES_PER_SCENE * period
            whole, _, digits = f"{begin:f}".partition(".")
            time.text = f"{gps_text(int(whole))[:19]}.{digits or 0}"
        for detector in findall(tree, "Image_Data_Info/Granules_Information/Detector_List/Detector"):
            listed = need(detector, "Granule_List")
            for index, granule in enumerate(list(listed), 1):
                if not self.first <= index <= self.last:
                    listed.remove(granule)
        shift = timedelta(seconds=float((self.first - 1) * LINES_PER_SCENE * period))
        start = need(tree, "General_Info/Datastrip_Time_Info/DATASTRIP_SENSING_START")
        start.text = utc_text(parse_utc(start.text) + shift)
        write_xml(tree, ds / "MTD.xml")
        Navigation.from_datastrip(ds / "MTD.xml").save(ds / "navigation.npz")
        positions = [1 + LINES_PER_SCENE * k for k in range(scenes)]
        (ds / "datastrip.json").write_text(json.dumps({"positions": positions, "scenes": scenes}))
        Frame(scenes).write_json(ds / "frame.json")
        self._tile_list()
        if counted:
            self._counts(scenes)

    def _tile_list(self) -> None:
        nodes = "".join(
            f'<List_Tile_Id Tile_Number="{n:03d}"><Tile_Id>{tile}</Tile_Id></List_Tile_Id>'
            for n, tile in enumerate(self.tiles, 1)
        )
        listed = f"<Tile_List><Number_Of_Tiles>{len(self.tiles)}</Number_Of_Tiles>{nodes}</Tile_List>"
        (self.path("GET_TILE_LIST", "TILE_LIST_FILE") / "tile_list_file.xml").write_text(listed)

    def _counts(self, scenes: int) -> None:
        half = scenes // 2
        for band, constants in BANDS.items():
            lines = constants.lines(SCALE)
            for detector in range(1, 13):
                for begin, end in ((1, half), (half + 1, scenes)):
                    rows = np.arange((begin - 1) * lines, end * lines) + (self.first - 1) * lines
                    name = f"L1B_D{detector:02d}_{band}_{begin:03d}-{end:03d}.npy"
                    np.save(self.path("RADIO_AB", "PDI_ATF_LIST") / name, counts(band, detector, rows))

    def run(self, ipf: str, inputs: dict[str, list[str]], outputs: list[str], **parameters: str) -> Task:
        """One unit; inputs name the producers, or `IPF/TYPE` where the producer calls it otherwise."""
        found = {}
        for file_type, producers in inputs.items():
            pairs = [(p.split("/") if "/" in p else [p, file_type]) for p in producers]
            found[file_type] = tuple(self.path(*pair) for pair in pairs)
        job = JobOrder(
            ipf,
            "01.00",
            inputs=found,
            outputs={t: Output(self.path(ipf, t)) for t in outputs},
            parameters={"SCALE": str(SCALE), **self.parameters, **parameters},
        )
        task = Task(job)
        import_module(f"ipf.steps.{ipf.lower()}").run(task)
        return task

    def l1c(self) -> None:
        """All of mode L1CTile and the products."""
        ds = {"PDI_DS": ["GET_TILE_LIST"], "TILE_LIST_FILE": ["GET_TILE_LIST"]}
        tiles = "PDI_DS_TILE_LIST"
        self.run("FORMAT_METADATA_DS_L1C", ds, ["PDI_DS"])
        for number in range(1, len(self.tiles) + 1):
            unit = {"PARALLEL_TILE_IDENT": f"{number:03d}"}
            self.run("TILE_INIT", ds, [tiles], **unit)
            for bands in ("B00-B01-B02-B03-B04-B05-B06", "B07-B08-B09-B10-B11-B12"):
                more = {tiles: ["TILE_INIT"], "PDI_ATF_LIST": ["RADIO_AB"]}
                self.run("GEN_ORTHO_TOA", ds | more, [tiles], PARALLEL_BAND_IDENT=bands, **unit)
            self.run("TILE_FINALIZE", ds | {tiles: ["TILE_INIT", "GEN_ORTHO_TOA"]}, [tiles], **unit)
            self.run("MASK_S2", ds | {tiles: ["TILE_FINALIZE", "GEN_ORTHO_TOA"]}, [tiles, "VECTOR"], **unit)
            pixels = ds | {tiles: ["MASK_S2", "GEN_ORTHO_TOA"]}
            for bands in ("B00-B01-B02-B03-B04-B05-B06", "B07-B08-B09-B10-B11-B12"):
                self.run("FORMAT_IMG_L1C", pixels, [tiles], PARALLEL_BAND_IDENT=bands, **unit)
            self.run("FORMAT_IMG_PVI_TCI", pixels, ["PDI_DS_PVI_LIST", "PDI_DS_TCI_LIST"], **unit)
            made = ["MASK_S2", "TILE_INIT", "FORMAT_IMG_PVI_TCI/PDI_DS_PVI_LIST", "FORMAT_IMG_L1C"]
            self.run("FORMAT_METADATA_TILE_L1C", ds | {tiles: made}, [tiles], **unit)
            product = {
                tiles: ["FORMAT_METADATA_TILE_L1C", "FORMAT_IMG_L1C"],
                "PDI_DS_PVI_LIST": ["FORMAT_IMG_PVI_TCI"],
                "PDI_DS_TCI_LIST": ["FORMAT_IMG_PVI_TCI"],
                "PDI_DS": ["FORMAT_METADATA_DS_L1C"],
                "TILE_LIST_FILE": ["GET_TILE_LIST"],
            }
            self.run("PACK_SAFE", product, ["PDI_SAFE"], **unit)

    @property
    def products(self) -> Path:
        return self.path("PACK_SAFE", "PDI_SAFE")
