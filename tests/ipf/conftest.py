"""A small generated datastrip that tests share: three scenes, detectors 05 and 06, scale 16."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from batch.safe.datastrip import Datastrip, read_datastrip
from ipf.synth.datastrip import write_datastrip
from ipf.synth.granules import camera_of, write_granule
from ipf.synth.photo import Camera
from ipf.synth.strip import Strip, plan_strip

SCALE = 16


@dataclass(frozen=True)
class Made:
    """A generated datastrip in `folder`/DS and granules of two detectors in `folder`/GR."""

    folder: Path
    strip: Strip
    ds: Datastrip
    camera: Camera
    detectors: tuple[str, str] = ("05", "06")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("strip")
    strip = plan_strip(relative_orbit=34, lat=45.0, scenes=3)
    ds = read_datastrip(write_datastrip(strip, folder / "DS"))
    camera = camera_of(ds, SCALE)
    result = Made(folder, strip, ds, camera)
    for detector in result.detectors:
        for granule in ds.granules[detector]:
            write_granule(ds, camera, granule, folder / "GR")
    return result
