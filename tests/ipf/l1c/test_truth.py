"""What is photographed comes back: reflectance of a tile against the formula of the scene."""

from pathlib import Path

import numpy as np
import pytest

from ipf.l1a import atf_name, radiometry
from ipf.l1c.record import TileRecord
from ipf.radiometry import BANDS, l1c_reflectance
from ipf.scene import reflectance
from ipf.steps.unformat_safe_ds import read_datastrip
from ipf.synth.datastrip import write_datastrip
from ipf.synth.granules import camera_of
from ipf.synth.photo import photograph
from tests.ipf.l1c.chain_rig import SCALE, Stage, strip

#: One band of each resolution; bandId as in PARALLEL_BAND_IDENT.
LOOKED_AT = {"B01": "B00", "B03": "B02", "B11": "B11"}
TILE = "42TVQ"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A tile of photographed counts; its detectors are those in the west half of the swath."""
    root = tmp_path_factory.mktemp("truth")
    stage = Stage(root, 1, 16, (TILE,))
    stage.prepare(counted=False)
    camera = camera_of(read_datastrip(write_datastrip(strip(), root / "l0c")), SCALE)
    for band in LOOKED_AT:
        for detector in range(1, 13):
            raw = photograph(camera, band, f"{detector:02d}", 0, 7 * BANDS[band].lines(SCALE))
            name = atf_name("L1B", f"{detector:02d}", band, (1, 7))
            np.save(stage.path("RADIO_AB", "PDI_ATF_LIST") / name, radiometry(raw, band, f"{detector:02d}"))
    ds = {"PDI_DS": ["GET_TILE_LIST"], "TILE_LIST_FILE": ["GET_TILE_LIST"]}
    stage.run("TILE_INIT", ds, ["PDI_DS_TILE_LIST"], PARALLEL_TILE_IDENT="001")
    stage.run(
        "GEN_ORTHO_TOA",
        ds | {"PDI_DS_TILE_LIST": ["TILE_INIT"], "PDI_ATF_LIST": ["RADIO_AB"]},
        ["PDI_DS_TILE_LIST"],
        PARALLEL_TILE_IDENT="001",
        PARALLEL_BAND_IDENT="-".join(LOOKED_AT.values()),
    )
    return stage


@pytest.mark.parametrize("band", LOOKED_AT)
def test_reflectance_is_the_scene_s(stage: Stage, band: str) -> None:
    folder: Path = stage.path("GEN_ORTHO_TOA", "PDI_DS_TILE_LIST") / TILE
    geocoding = TileRecord.read(stage.path("TILE_INIT", "PDI_DS_TILE_LIST") / TILE / "tile.json").geocoding
    dn = np.load(folder / f"{band}.npy")
    pixel = geocoding.pixel(BANDS[band].resolution)
    centre = (np.arange(len(dn)) + 0.5) * pixel

    def scene(shift: float) -> np.ndarray:
        lonlat = geocoding.lonlat(*np.meshgrid(geocoding.ulx + shift + centre, geocoding.uly - centre))
        return reflectance(*lonlat, band)

    seen = dn > 0
    assert seen.mean() > 0.6
    error = (l1c_reflectance(dn) - scene(0))[seen]
    # rounding to 12 bits and to DN, quantised twice: a few 1e-4
    assert abs(error.mean()) < 5e-5
    assert error.std() < 4e-4
    shifted = (l1c_reflectance(dn) - scene(pixel / 2))[seen]
    assert shifted.std() > 1.2 * error.std()
