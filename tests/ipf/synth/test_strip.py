"""Generated datastrips: valid metadata, where and when the orbit says, like the real one."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from batch.errors import InputError
from batch.safe.datastrip import read_datastrip
from batch.safe.gps import gps_seconds
from batch.safe.manifest import verify_manifest
from batch.safe.names import mtd_path
from ipf.geometry.navigation import Navigation
from ipf.synth.datastrip import made_datastrip, write_datastrip
from ipf.synth.orbit import passage
from ipf.synth.quicklook import read_model
from ipf.synth.strip import plan_strip
from tests.ipf.conftest import Made
from tests.shared import SHARED, needs_shared

REAL = "S2B_OPER_MSI_L0__DS_REFS_20221124T163650_S20221011T064025_N02.08"


def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SHARED / "data/xsd/PSD-14.8" / name)))


@needs_shared
@pytest.mark.parametrize(
    "wanted",
    [
        {"relative_orbit": 34},
        {"relative_orbit": 143, "lat": -55.0, "lon": 179.9, "scenes": 5, "gap": 2, "satellite": "S2A"},
        {"relative_orbit": 1, "lat": 80.0, "scenes": 1, "date": "2024-02-29"},
    ],
)
def test_metadata_are_valid(tmp_path: Path, wanted: dict) -> None:
    pdi = write_datastrip(plan_strip(**wanted), tmp_path)
    check = schema("S2_PDI_Level-0_Datastrip_Metadata.xsd")
    assert check.validate(etree.parse(str(mtd_path(pdi)))), check.error_log


def test_what_was_wanted_is_read_back(made: Made) -> None:
    ds, strip = made.ds, made.strip
    assert (ds.name, ds.satellite, ds.scenes, ds.blocks) == (strip.name, "S2B", 3, (3,))
    assert (ds.relative_orbit, ds.absolute_orbit) == (34, strip.absolute_orbit)
    assert ds.line_period == Decimal("1.5658736")
    assert ds.gps_start == strip.gps_start
    assert {g.name for granules in ds.granules.values() for g in granules} == {
        strip.granule(scene, f"{detector:02d}") for scene in range(3) for detector in range(1, 13)
    }
    verify_manifest(ds.ds_dir)


def test_navigation_is_read_back_to_the_millimetre(made: Made) -> None:
    back = Navigation.from_datastrip(made.ds.mtd)
    assert np.abs(back.position - made.strip.navigation.position).max() <= 0.51e-3
    assert np.abs(back.attitude - made.strip.navigation.attitude).max() < 1e-14
    assert np.allclose(back.piloting_to_msi, made.strip.navigation.piloting_to_msi, rtol=1e-9)
    assert back.gps_t[-1] == len(back.gps_t) - 1


def test_ancillary_data_cover_image_and_quicklook(made: Made) -> None:
    model = read_model(made.ds.mtd)
    begin = made.strip.navigation.seconds(model.begin)
    first = float(made.strip.gps_start - gps_seconds(made.strip.navigation.epoch))
    end = first + made.strip.lines * 1.5658736e-3
    assert made.camera.navigation.start < begin < first
    assert end < begin + model.rows * model.period < made.camera.navigation.stop


def test_a_gap_begins_another_block(tmp_path: Path) -> None:
    strip = plan_strip(relative_orbit=34, scenes=7, gap=4)
    ds = read_datastrip(write_datastrip(strip, tmp_path))
    assert ds.blocks == (4, 3)
    assert ds.positions[4] - ds.positions[3] == 2 * 2304
    assert strip.start(4) - strip.start(3) == pytest.approx(
        timedelta(seconds=2 * 3.60777), abs=timedelta(milliseconds=2)
    )


@given(st.integers(1, 143), st.floats(-80, 80), st.sampled_from(["S2A", "S2B"]), st.dates())
def test_the_sun_stands_as_it_does_for_sentinel_2(orbit: int, lat: float, satellite: str, day) -> None:
    if not 2016 <= day.year <= 2050:
        day = day.replace(year=2022, day=min(day.day, 28))
    over = passage(satellite, orbit, lat, day.isoformat())
    known = {"S2A": 141, "S2B": 27}[satellite]
    assert (over.absolute_orbit - known) % 143 + 1 == orbit or over.absolute_orbit == 1
    local = (over.time.hour + over.time.minute / 60 + over.longitude / 15) % 24
    # 10:30 at the node; on the way there from high latitudes local time is later, beyond it is earlier
    assert abs(local - 10.5) < 0.2 + 6 * (abs(lat) / 81.4) ** 4 + abs(lat) / 60


@settings(max_examples=15, deadline=None)
@given(st.floats(-70, 75), st.floats(-180, 180))
def test_the_satellite_is_over_the_place_at_line_one(lat: float, lon: float) -> None:
    strip = plan_strip(relative_orbit=50, lat=lat, lon=lon, scenes=1)
    first = float(strip.gps_start - gps_seconds(strip.navigation.epoch))
    x, y, z = (np.interp(first, strip.navigation.gps_t, strip.navigation.position[:, i]) for i in range(3))
    assert np.degrees(np.arctan2(z, np.hypot(x, y))) == pytest.approx(lat, abs=0.01)
    assert (np.degrees(np.arctan2(y, x)) - lon + 180) % 360 - 180 == pytest.approx(0, abs=0.03)


@needs_shared
def test_orbit_34_passes_where_the_real_one_does() -> None:
    real = Navigation.from_datastrip(mtd_path(SHARED / "data/l0c" / REAL))
    x, y, z = real.position[0]
    lat, lon = np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
    over = passage("S2B", 34, lat, "2022-10-11")
    assert over.longitude == pytest.approx(lon, abs=0.1)
    assert over.absolute_orbit == 29232
    real_time = datetime(2022, 10, 11, 6, 39, 58, tzinfo=UTC)
    assert abs(over.time - real_time) < timedelta(minutes=3)


@needs_shared
def test_quicklook_looks_where_the_real_one_does(made: Made) -> None:
    real = read_model(mtd_path(SHARED / "data/l0c" / REAL))
    ours = plan_strip(relative_orbit=34, scenes=16).quicklook
    assert (ours.rows, ours.columns) == (real.rows, real.columns)
    assert ours.period == pytest.approx(real.period, abs=1e-9)
    pixel = np.diff(real.tan_psi_x).mean()
    assert np.abs(ours.tan_psi_x - real.tan_psi_x).max() < 0.2 * pixel
    assert np.abs(ours.tan_psi_y - real.tan_psi_y).max() < 0.2 * pixel


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"scenes": 0}, "0 scenes"),
        ({"scenes": 601}, "601 scenes"),
        ({"lat": 81.5}, "latitude 81.5"),
        ({"date": "midsummer"}, "midsummer"),
        ({"gap": 16}, "gap after 16 of 16"),
    ],
)
def test_impossible_datastrips_are_refused(tmp_path: Path, wanted: dict, message: str) -> None:
    with pytest.raises(InputError, match=message), made_datastrip(tmp_path, relative_orbit=34, **wanted):
        pass
    assert not list(tmp_path.iterdir())
