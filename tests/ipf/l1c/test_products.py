"""From L1B counts to products: a datastrip, its virtual datastrips, and the tiles completed from them."""

import hashlib
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio
from lxml import etree

from batch.errors import InputError
from batch.safe.manifest import verify_manifest
from ipf.l1c import jp2
from tests.ipf.l1c.chain_rig import TILES, Stage
from tests.ipf.l1c.test_metadata import PSD
from tests.shared import needs_shared

CUT = ((1, 9, TILES), (7, 16, TILES[1:]))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    stage = Stage(tmp_path_factory.mktemp("ds"))
    stage.prepare()
    stage.l1c()
    return stage


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The datastrip assembled from two virtual ones that overlap by 3 scenes, laid out by COLLECT."""
    assembly = Stage(tmp_path_factory.mktemp("assembly"))
    assembly.prepare()
    for number, (first, last, tiles) in enumerate(CUT, 1):
        stage = Stage(assembly.root / f"v{number:02d}", first, last, tiles)
        stage.prepare()
        stage.l1c()
        target = assembly.path("COLLECT", "PDI_SAFE") / f"v{number:02d}"
        shutil.copytree(stage.products, target)
    ds = {"PDI_DS": ["GET_TILE_LIST"], "TILE_LIST_FILE": ["GET_TILE_LIST"]}
    assembly.run("FORMAT_METADATA_DS_L1C", ds, ["PDI_DS"])
    for number in range(1, len(TILES) + 1):
        inputs = {
            "PDI_SAFE": ["COLLECT"],
            "PDI_DS": ["FORMAT_METADATA_DS_L1C", "GET_TILE_LIST"],
            "TILE_LIST_FILE": ["GET_TILE_LIST"],
        }
        task = assembly.run("MERGE_TILE", inputs, ["PDI_SAFE"], PARALLEL_TILE_IDENT=f"{number:03d}")
        assert task.warnings == []
    return assembly


def digests(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_assembled_products_are_those_of_the_datastrip_byte_for_byte(whole: Stage, merged: Stage) -> None:
    one, other = digests(whole.products), digests(merged.path("MERGE_TILE", "PDI_SAFE"))
    assert set(one) == set(other)
    assert [name for name in one if one[name] != other[name]] == []


def test_some_tile_really_straddles_the_cut(merged: Stage) -> None:
    shares = {}
    for tile in TILES:
        pattern = f"v*/*_T{tile}_*/GRANULE/*/IMG_DATA/*_B02.jp2"
        files = sorted(merged.path("COLLECT", "PDI_SAFE").glob(pattern))
        shares[tile] = [float((jp2.read(file)[0] != 0).mean()) for file in files]
    assert [len(shares[tile]) for tile in TILES] == [1, 2, 2]
    assert all(0.1 < share < 0.9 for tile in TILES[1:] for share in shares[tile]), shares


@needs_shared
@pytest.mark.parametrize(
    ("where", "schema"),
    [
        ("MTD_MSIL1C.xml", "S2_User_Product_Level-1C_Metadata.xsd"),
        ("GRANULE/*/MTD_TL.xml", "S2_PDI_Level-1C_Tile_Metadata.xsd"),
        ("DATASTRIP/*/MTD_DS.xml", "S2_PDI_Level-1C_Datastrip_Metadata.xsd"),
        ("GRANULE/*/QI_DATA/*.xml", "OLQC_Report.xsd"),
        ("DATASTRIP/*/QI_DATA/*.xml", "OLQC_Report.xsd"),
    ],
)
def test_metadata_of_the_product_are_valid(merged: Stage, where: str, schema: str) -> None:
    xsd = etree.XMLSchema(etree.parse(str(PSD / schema)))
    files = sorted(merged.path("MERGE_TILE", "PDI_SAFE").glob(f"*.SAFE/{where}"))
    assert files
    for file in files:
        xsd.assertValid(etree.parse(str(file)))


def test_packages_agree_with_their_manifests(merged: Stage) -> None:
    products = sorted(merged.path("MERGE_TILE", "PDI_SAFE").iterdir())
    assert len(products) == len(TILES)
    for safe in products:
        assert len(verify_manifest(safe)) > 50
    (pdi,) = merged.path("FORMAT_METADATA_DS_L1C", "PDI_DS").iterdir()
    assert len(verify_manifest(pdi)) == 6


def test_gdal_reads_the_product(merged: Stage) -> None:
    safe = sorted(merged.path("MERGE_TILE", "PDI_SAFE").iterdir())[0]
    bands = {"10m": 4, "20m": 6, "60m": 3}
    for resolution, count in bands.items():
        with rasterio.open(f"SENTINEL2_L1C:{safe}/MTD_MSIL1C.xml:{resolution}:EPSG_32642") as image:
            assert image.count == count
            first = image.read(1)
            band = image.descriptions[0].split(",")[0]
        (file,) = safe.glob(f"GRANULE/*/IMG_DATA/*_B{int(band[1:]):02d}.jp2")
        assert np.array_equal(first, jp2.read(file)[0])


def test_stactools_reads_the_product(merged: Stage) -> None:
    stac = pytest.importorskip("stactools.sentinel2.stac")
    for safe in merged.path("MERGE_TILE", "PDI_SAFE").iterdir():
        item = stac.create_item(str(safe))
        assert len(item.assets) >= 18
        assert item.properties["sat:relative_orbit"] == 34
        assert item.properties["s2:product_uri"] == safe.name
        for asset in item.assets.values():
            assert Path(asset.href).exists(), asset.href


def test_bands_lie_where_they_should_and_are_encoded_as_public_ones(whole: Stage) -> None:
    (file,) = whole.products.glob("*_T42TVQ_*/GRANULE/*/IMG_DATA/*_B05.jp2")
    with rasterio.open(file) as image:
        assert image.driver == "JP2OpenJPEG"
        assert image.crs.to_epsg() == 32642
        assert (image.width, image.transform.a, image.transform.c % 60) == (344, 320.0, 0)
        assert image.tags(1, ns="IMAGE_STRUCTURE").get("NBITS") == "15"


def test_olqc_accepts_the_product_and_refuses_half_of_it(whole: Stage, tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage._tile_list()
    shutil.copytree(whole.products, stage.products, dirs_exist_ok=True)
    inputs = {"PDI_SAFE": ["PACK_SAFE"], "TILE_LIST_FILE": ["GET_TILE_LIST"]}
    stage.run("OLQC_TILE_L1C", inputs, [], PARALLEL_TILE_IDENT="001")
    (image,) = stage.products.glob(f"*_T{TILES[0]}_*/GRANULE/*/IMG_DATA/*_B8A.jp2")
    image.write_bytes(image.read_bytes()[:-1000])
    with pytest.raises(InputError, match=r"_B8A\.jp2"):
        stage.run("OLQC_TILE_L1C", inputs, [], PARALLEL_TILE_IDENT="001")


def test_olqc_of_the_datastrip(whole: Stage) -> None:
    whole.run("OLQC_DS_L1C", {"PDI_SAFE": ["FORMAT_METADATA_DS_L1C/PDI_DS"]}, [])


def test_a_second_run_gives_the_same_files(whole: Stage, tmp_path: Path) -> None:
    again = Stage(tmp_path, tiles=TILES[:1])
    again.prepare()
    again.l1c()
    (safe,) = again.products.iterdir()
    one, other = digests(whole.products / safe.name), digests(safe)
    differ = {name for name in one if one[name] != other.get(name)}
    # the other tile is not in the list of the datastrip: that is all that differs
    assert {name.split("/")[-1] for name in differ} <= {"MTD_DS.xml", "manifest.safe", "GENERAL_QUALITY.xml"}


def test_steps_start_without_readers_of_images() -> None:
    import subprocess

    steps = "tile_init gen_ortho_toa tile_finalize mask_s2 format_img_l1c pack_safe merge_tile olqc_tile_l1c"
    code = (
        "import sys, importlib\n"
        f"[importlib.import_module('ipf.steps.' + s) for s in {steps.split()}]\n"
        "print([m for m in ('rasterio', 'shapely', 'pyproj') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
