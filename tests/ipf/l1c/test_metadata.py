"""Metadata of products: valid against PSD 14.8 at full size, and read back as written."""

import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from lxml import etree

from batch.safe.xml import find, findall, need, parse_xml, text
from ipf.l1c import mtd_datastrip, mtd_product, mtd_tile
from ipf.l1c.acquisition import Acquisition, Names, Processing, parse_utc, relative_orbit
from ipf.l1c.angles import NODES, Grid, TileAngles, merged
from ipf.l1c.geocoding import Geocoding
from ipf.l1c.xmlbuild import save
from tests.shared import SHARED, needs_shared

PSD = SHARED / "data/xsd/PSD-14.8"
PROCESSING = Processing("04.00", "REFS", datetime(2022, 11, 24, 17, 9, 56, tzinfo=UTC), "REFS")


def real_l0c() -> Path:
    return next((SHARED / "data/l0c").glob("S2B*/S2B_OPER_MTD_L0__DS*.xml"))


def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(PSD / name)))


def errors(name: str, document: etree._Element) -> list[str]:
    # parsed again: what counts is what stands in the file
    parsed = etree.fromstring(etree.tostring(document))
    xsd = schema(name)
    return [] if xsd.validate(parsed) else [f"{e.line}: {e.message}" for e in xsd.error_log][:5]


def angles(seed: int = 1) -> TileAngles:
    random = np.random.default_rng(seed)

    def grid() -> Grid:
        return Grid(random.uniform(0, 60, (NODES, NODES)), random.uniform(0, 360, (NODES, NODES))).rounded()

    viewing = {("B02", 5): grid(), ("B8A", 6): grid()}
    for values in viewing.values():
        values.zenith[:4] = values.azimuth[:4] = np.nan
    return TileAngles(grid(), viewing)


def content(scale: int = 1) -> mtd_tile.TileContent:
    geocoding = Geocoding("40MCV", 32740, 300000, 9400000, scale)
    return mtd_tile.TileContent(
        geocoding, angles(), datetime(2022, 10, 11, 6, 40, 55, 123000, UTC), 12.5, 0.25, 0.0
    )


@pytest.mark.parametrize(
    ("satellite", "absolute", "relative"),
    [("S2A", 26904, 23), ("S2A", 32448, 133), ("S2B", 29232, 34)],
)
def test_relative_orbits_of_real_products(satellite: str, absolute: int, relative: int) -> None:
    assert relative_orbit(satellite, absolute) == relative


def test_times_are_read_in_both_ways() -> None:
    assert parse_utc("2022-11-24T17:09:56Z") == parse_utc("20221124T170956") == PROCESSING.creation
    assert parse_utc("2022-10-11T06:40:25.456Z").microsecond == 456000


@needs_shared
def test_names_of_a_real_datastrip() -> None:
    names = Names(Acquisition.read(real_l0c()), PROCESSING, "40MCV")
    assert names.safe == "S2B_MSIL1C_20221011T064029_N0400_R034_T40MCV_20221124T170956.SAFE"
    assert names.granule_folder == "L1C_T40MCV_A029232_20221011T064025"
    assert names.datastrip_folder == "DS_REFS_20221124T170956_S20221011T064025"
    assert names.datatake_id == "GS2B_20221011T064029_029232_N04.00"
    assert names.acquisition.relative_orbit == relative_orbit("S2B", names.acquisition.datatake.orbit)


@needs_shared
@pytest.mark.parametrize("scale", [1, 16])
def test_tile_metadata_are_valid(scale: int) -> None:
    names = Names(Acquisition.read(real_l0c()), PROCESSING, "40MCV")
    document = mtd_tile.build(names, content(scale))
    assert errors("S2_PDI_Level-1C_Tile_Metadata.xsd", document) == []


@needs_shared
def test_datastrip_and_product_metadata_are_valid() -> None:
    l0c = parse_xml(real_l0c())
    first_lines = {("B02", 1): "2022-10-11T06:40:48.448979752"}
    datastrip = mtd_datastrip.build(l0c, PROCESSING, ["40MCV", "40MBV"], first_lines)
    assert errors("S2_PDI_Level-1C_Datastrip_Metadata.xsd", datastrip) == []
    stamp = need(datastrip, "Image_Data_Info/Sensor_Configuration/Time_Stamp")
    assert stamp.get("usedModel") == "EXOGENEOUS"
    times = [
        detector for b in findall(stamp, "Band_Time_Stamp") for detector in findall(b, "Detector/GPS_TIME")
    ]
    assert len(times) == 156
    assert [t.text for t in times].count("2022-10-11T06:40:48.448979752") == 1

    names = Names(Acquisition.of(l0c), PROCESSING, "40MCV")
    ring = [(55.0, -5.0), (56.0, -5.0), (56.0, -6.0), (55.0, -5.0)]
    what = mtd_product.ProductContent(ring, 12.5, 0.25, 0.0, 0.0)
    product = mtd_product.build(names, what, datastrip.getroottree())
    assert errors("S2_User_Product_Level-1C_Metadata.xsd", product) == []
    assert find(product, "General_Info/Product_Info/Datatake/SENSING_ORBIT_NUMBER").text == "34"
    outline = text(
        product, "Geometric_Info/Product_Footprint/Product_Footprint/Global_Footprint/EXT_POS_LIST"
    )
    assert outline.split()[:2] == ["-5", "55"]


@needs_shared
def test_tile_metadata_are_read_back(tmp_path: Path) -> None:
    names = Names(Acquisition.read(real_l0c()), PROCESSING, "40MCV")
    written = content(16)
    save(mtd_tile.build(names, written), tmp_path / "MTD_TL.xml")
    back = mtd_tile.read(tmp_path / "MTD_TL.xml")
    assert back.geocoding == written.geocoding
    assert back.sensing_time == written.sensing_time
    assert (back.cloudy, back.snowy, back.degraded) == (12.5, 0.25, 0.0)
    assert len(back.masks) == 27
    for key, grid in written.angles.viewing.items():
        assert np.array_equal(back.angles.viewing[key].zenith, grid.zenith, equal_nan=True)
        assert np.array_equal(back.angles.viewing[key].azimuth, grid.azimuth, equal_nan=True)
    assert np.array_equal(back.angles.sun.zenith, written.angles.sun.zenith)


def test_angles_of_virtual_datastrips_complete_each_other(tmp_path: Path) -> None:
    whole = angles()
    upper, lower = (
        {k: Grid(g.zenith.copy(), g.azimuth.copy()) for k, g in whole.viewing.items()} for _ in range(2)
    )
    for grid in upper.values():
        grid.zenith[12:] = grid.azimuth[12:] = np.nan
    for grid in lower.values():
        grid.zenith[:9] = grid.azimuth[:9] = np.nan
    del lower["B02", 5]
    both = merged([replace(whole, viewing=upper), replace(whole, viewing=lower)])
    assert np.array_equal(both.viewing["B8A", 6].zenith, whole.viewing["B8A", 6].zenith, equal_nan=True)
    assert np.array_equal(both.viewing["B02", 5].zenith, upper["B02", 5].zenith, equal_nan=True)
    whole.save(tmp_path / "angles.npz")
    back = TileAngles.load(tmp_path / "angles.npz")
    assert np.array_equal(back.viewing["B8A", 6].azimuth, whole.viewing["B8A", 6].azimuth, equal_nan=True)
    assert set(back.viewing) == set(whole.viewing)


def test_mean_azimuth_is_a_mean_of_directions() -> None:
    grid = Grid(np.array([[10.0, 20.0]]), np.array([[359.0, 3.0]]))
    zenith, azimuth = grid.mean()
    assert zenith == 15 and azimuth == pytest.approx(1.0)
    assert math.isnan(Grid(np.array([[np.nan]]), np.array([[1.0]])).mean()[0])
