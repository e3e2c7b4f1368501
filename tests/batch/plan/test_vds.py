import errno
import logging
import os
import shutil
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from rasterio.errors import NotGeoreferencedWarning

from batch.errors import InputError
from batch.plan.cut import Cut, cut
from batch.plan.metadata import vds_metadata
from batch.plan.vds import vds_name, write_vds
from batch.safe.check import check_datastrip
from batch.safe.datastrip import Datastrip, read_datastrip
from batch.safe.gps import gps_seconds
from batch.safe.manifest import verify_manifest, write_manifest
from batch.safe.names import mtd_name, parse_name, quicklook_name
from batch.safe.packets import packets_of
from batch.safe.xml import findall, parse_xml, text, write_xml
from tests.batch.safe.tiny import datastrip_name, replace_file, write_tiny
from tests.shared import SHARED, needs_shared

REAL = SHARED / "data/l0c/S2B_OPER_MSI_L0__DS_REFS_20221124T163650_S20221011T064025_N02.08"
SCHEMA = SHARED / "data/xsd/PSD-14.8/S2_PDI_Level-0_Datastrip_Metadata.xsd"
NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
QUICKLOOK = "Quality_Indicators_Info/Quicklook_Info"
T0 = f"{QUICKLOOK}/Display_Geometric_Model/Datation_Model/T0"
RING = f"{QUICKLOOK}/Footprint/EXT_POS_LIST"


def piece(first: int, last: int) -> Cut:
    return Cut("v01", first, last, 1, 0, 0)


def metadata_of(source: Path, target: Path, part: Cut) -> Path:
    """Only the metadata of a vDS, as its DS folder below `target`."""
    datastrip = read_datastrip(source)
    folder = target / "DS" / vds_name(datastrip, part, NOW)
    folder.mkdir(parents=True)
    tree = vds_metadata(parse_xml(datastrip.mtd), datastrip, part, folder.name, NOW)
    write_xml(tree, folder / mtd_name(folder.name))
    return folder


def ring(folder: Path) -> list[float]:
    return [float(v) for v in text(parse_xml(read_datastrip(folder).mtd), RING).split()]


@pytest.fixture
def with_quicklook(tiny: Path) -> Path:
    """A tiny datastrip that has a quick-look, whose rows count themselves."""
    ds = tiny / "DS" / datastrip_name()
    rows = int(text(parse_xml(read_datastrip(ds).mtd), f"{QUICKLOOK}/Image_Size/NROWS"))
    image = np.repeat(np.arange(rows, dtype=np.uint16)[:, None], 40, axis=1)
    path = ds / "QI_DATA" / quicklook_name(ds.name, "B04")
    profile = {"driver": "JP2OpenJPEG", "height": rows, "width": 40, "count": 1, "dtype": "uint16"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", QUALITY=100, REVERSIBLE="YES", **profile) as out:
            out.write(image, 1)
    (ds / "QI_DATA" / "SENSOR_QUALITY.xml").write_text("<of_the_whole/>")
    (ds / "Inventory_Metadata.xml").write_text("<of_the_whole/>")
    write_manifest(ds, "L0_DS")
    return tiny


@pytest.mark.filterwarnings("error")
def test_a_vds_is_a_valid_datastrip(with_quicklook: Path, tmp_path: Path) -> None:
    whole = check_datastrip(with_quicklook, deep=True)
    folder = write_vds(whole, Cut("v02", 2, 5, 1, 3, 0), tmp_path / "out", NOW)
    vds = check_datastrip(folder, deep=True)
    assert folder == tmp_path / "out" / "v02"
    assert vds.name == "S2B_OPER_MSI_L0__DS_REFS_20261121T120000_S20221011T064029_N02.08"
    assert (vds.scenes, vds.positions) == (4, whole.positions[:4])
    for detector, granules in vds.granules.items():
        assert [g.name for g in granules] == [g.name for g in whole.granules[detector][1:5]]
    assert vds.gps_start == whole.gps_start + whole.scene_seconds
    assert sorted(p.name for p in folder.iterdir()) == ["DS", "GR"]
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["v02"]


def test_granules_take_no_space(with_quicklook: Path, tmp_path: Path) -> None:
    whole = read_datastrip(with_quicklook / "DS" / datastrip_name(), with_quicklook / "GR")
    folder = write_vds(whole, piece(1, 4), tmp_path / "out", NOW)
    files = [p for p in (folder / "GR").rglob("*") if p.is_file()]
    assert len(files) == 4 * 12 * (13 + 2)
    assert all(p.samefile(whole.gr_dir / p.relative_to(folder / "GR")) for p in files)
    ancillary = next(folder.glob("DS/*/ANC_DATA/*"))
    assert ancillary.samefile(whole.ds_dir / "ANC_DATA" / ancillary.name)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_quicklook_is_cropped_with_its_datation(with_quicklook: Path, tmp_path: Path) -> None:
    whole = read_datastrip(with_quicklook / "DS" / datastrip_name())
    vds = check_datastrip(write_vds(whole, piece(2, 5), tmp_path / "out", NOW))
    tree, before = parse_xml(vds.mtd), parse_xml(whole.mtd)
    assert text(tree, f"{QUICKLOOK}/Image_Size/NROWS") == str(4 * 72 + 104)
    assert gps_seconds(text(tree, T0)) - gps_seconds(text(before, T0)) == whole.scene_seconds
    with rasterio.open(vds.ds_dir / "QI_DATA" / quicklook_name(vds.name, "B04")) as image:
        assert image.read(1)[:, 7].tolist() == list(range(72, 72 + 4 * 72 + 104))
    assert f"{quicklook_name(vds.name, 'B04')[:-8]}.jp2" == text(tree, f"{QUICKLOOK}/REF_QL_IMAGE")


def test_what_is_of_the_whole_is_left_out_and_the_manifest_lists_the_rest(
    with_quicklook: Path, tmp_path: Path
) -> None:
    whole = read_datastrip(with_quicklook / "DS" / datastrip_name())
    vds = check_datastrip(write_vds(whole, piece(1, 4), tmp_path / "out", NOW))
    files = {p.relative_to(vds.ds_dir).as_posix() for p in vds.ds_dir.rglob("*") if p.is_file()}
    assert {Path(f).name for f in files} == {
        mtd_name(vds.name),
        "manifest.safe",
        quicklook_name(vds.name, "B04"),
        "S2B_OPER_AUX_S09123_REFS_20221124T163650.bin",
        "S2_PDI_Level-0_Datastrip_Metadata.xsd",
    }
    listed = {e.href for e in verify_manifest(vds.ds_dir)}
    assert listed | {"manifest.safe", "rep_info/S2_PDI_Level-0_Datastrip_Metadata.xsd"} == files


def test_writing_again_changes_nothing_but_something_else_is_refused(tiny: Path, tmp_path: Path) -> None:
    whole = check_datastrip(tiny)
    out = tmp_path / "out"
    folder = write_vds(whole, piece(1, 4), out, NOW)
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    assert write_vds(whole, piece(1, 4), out, NOW) == folder
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == before
    with pytest.raises(InputError, match=r"v01 holds something else than S2B_.*S20221011T064029"):
        write_vds(whole, piece(2, 5), out, NOW)
    with pytest.raises(InputError, match=r"v01 holds something else"):
        write_vds(whole, piece(1, 5), out, NOW)
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == before


def test_a_cut_of_another_datastrip_is_refused(tmp_path: Path) -> None:
    whole = check_datastrip(write_tiny(tmp_path / "DIR", (4, 4)))
    assert whole.blocks == (4, 4)
    for part in (piece(1, 9), piece(0, 4), piece(2, 6)):  # too long, from nowhere, across the gap
        with pytest.raises(InputError, match=r"data blocks of 4, 4 scenes; plan again"):
            write_vds(whole, part, tmp_path / "out", NOW)
    assert not (tmp_path / "out").exists()


def test_after_a_gap_time_follows_position(tmp_path: Path) -> None:
    whole = check_datastrip(write_tiny(tmp_path / "DIR", (4, 4)))
    (first, second) = cut(whole.blocks)
    vds = check_datastrip(write_vds(whole, second, tmp_path / "out", NOW), deep=True)
    assert (first.last, second.first) == (4, 5)
    assert vds.positions == whole.positions[:4]  # re-based to 1, without the gap
    assert vds.gps_start - whole.gps_start == (6 * whole.scene_seconds)  # the gap is two scenes long


def test_nothing_is_left_where_a_granule_is_missing(tiny: Path, tmp_path: Path) -> None:
    whole = check_datastrip(tiny)
    gone = whole.gr_dir / whole.granules["12"][3].name
    gone.rename(tmp_path / "elsewhere")
    with pytest.raises(InputError, match=rf"{gone.name} is missing"):
        write_vds(whole, piece(1, 5), tmp_path / "out", NOW)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_quicklook_of_other_size_or_broken_is_refused(with_quicklook: Path, tmp_path: Path) -> None:
    ds = with_quicklook / "DS" / datastrip_name()
    whole = read_datastrip(ds)
    mtd = whole.mtd.read_text()
    replace_file(whole.mtd, mtd.replace("<NROWS>464<", "<NROWS>500<"))
    with pytest.raises(InputError, match=r"_B04.jp2 has 464 rows, NROWS of the metadata is 500"):
        write_vds(whole, piece(1, 4), tmp_path / "out", NOW)
    replace_file(whole.mtd, mtd)
    replace_file(ds / "QI_DATA" / quicklook_name(ds.name, "B04"), b"not a JP2")
    with pytest.raises(InputError, match=r"_B04.jp2 is not a readable JP2"):
        write_vds(whole, piece(1, 4), tmp_path / "out", NOW)
    replace_file(whole.mtd, mtd.replace("50.1079552", "50.5"))
    with pytest.raises(InputError, match=r"TE of 50.5 ms is not a whole number of lines"):
        write_vds(whole, piece(1, 4), tmp_path / "out", NOW)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.fixture
def other_file_system() -> Iterator[Path]:
    """A folder on another file system than the temporary one."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == Path("/tmp").stat().st_dev:
        pytest.skip("there is no second file system")
    folder = memory / f"vds-test-{os.getpid()}"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def test_across_file_systems_granules_are_copied_and_the_log_says_so(
    tiny: Path, tmp_path: Path, other_file_system: Path, caplog: pytest.LogCaptureFixture
) -> None:
    if tiny.stat().st_dev == other_file_system.stat().st_dev:
        pytest.skip("there is no second file system")
    whole = check_datastrip(tiny)
    with caplog.at_level(logging.WARNING):
        folder = write_vds(whole, piece(1, 4), other_file_system, NOW)
    assert check_datastrip(folder, deep=True).scenes == 4
    assert "720 files were copied" in caplog.text


def test_other_errors_of_linking_are_not_hidden(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "link", full)
    with pytest.raises(OSError, match="no space left"):
        write_vds(check_datastrip(tiny), piece(1, 4), tmp_path / "out", NOW)
    assert list((tmp_path / "out").iterdir()) == []


# The real metadata


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


@needs_shared
@pytest.mark.parametrize(("first", "last"), [(1, 16), (1, 10), (8, 16), (5, 8), (13, 16)])
def test_a_vds_of_the_real_one_is_valid(
    tmp_path: Path, schema: etree.XMLSchema, first: int, last: int
) -> None:
    tree = etree.parse(str(read_datastrip(metadata_of(REAL, tmp_path, piece(first, last))).mtd))
    schema.validate(tree)
    assert [str(e) for e in schema.error_log] == []


@needs_shared
@settings(max_examples=8, deadline=None)
@given(st.data())
def test_a_vds_of_the_real_one_read_again_agrees(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    first = data.draw(st.integers(1, 13))
    last = data.draw(st.integers(first + 3, 16))
    whole = read_datastrip(REAL)
    folder = metadata_of(REAL, tmp_path_factory.mktemp("vds"), piece(first, last))
    vds, tree = read_datastrip(folder), parse_xml(folder / mtd_name(folder.name))
    n = last - first + 1
    assert (vds.scenes, vds.blocks) == (n, (n,))
    assert vds.positions == tuple(1 + 2304 * i for i in range(n))
    for detector, granules in vds.granules.items():
        assert [g.name for g in granules] == [g.name for g in whole.granules[detector][first - 1 : last]]
    shift = (first - 1) * Decimal("3.6077727744")
    assert {gps_seconds(t) for t in vds.gps_times.values()} == {whole.gps_start + shift}
    assert vds.sensing_start.replace(microsecond=0) == parse_name(vds.granules["01"][0].name).sensing
    assert vds.sensing_stop.replace(microsecond=0) == parse_name(vds.granules["01"][-1].name).sensing
    assert parse_name(vds.name).sensing == vds.sensing_start.replace(microsecond=0)
    counters = (
        "Image_Data_Info/Sensor_Configuration/Source_Packet_Description/Source_Packet_Counters_List/"
        "Detector_List/Detector/Band_List/Band"
    )
    for band in findall(tree, counters):
        assert int(text(band, "NB_OF_SOURCE_PACKETS")) == n * packets_of(int(band.get("bandId", "")))
    _quicklook_agrees(parse_xml(whole.mtd), tree, first, n)
    for kept in ("Satellite_Ancillary_Data_Info", "Auxiliary_Data_Info"):
        ours, theirs = findall(tree, kept)[0], findall(parse_xml(whole.mtd), kept)[0]
        assert etree.tostring(ours, method="c14n") == etree.tostring(theirs, method="c14n")


def _quicklook_agrees(before: etree._ElementTree, after: etree._ElementTree, first: int, scenes: int) -> None:
    """Geometric headers keep their times: T0 + LINE_INDEX · TE, to the rounding of the real ones."""
    rows = int(text(after, f"{QUICKLOOK}/Image_Size/NROWS"))
    assert rows == 72 * scenes + 104
    headers = findall(after, "Image_Data_Info/Geometric_Header_List/Geometric_Header")
    indices = [int(text(h, "LINE_INDEX")) for h in headers]
    assert indices == sorted(indices) and 0 <= indices[0] < 78 and rows <= indices[-1] < rows + 78
    by_time = {
        text(h, "GPS_TIME"): int(text(h, "LINE_INDEX"))
        for h in findall(before, "Image_Data_Info/Geometric_Header_List/Geometric_Header")
    }
    assert all(
        by_time[text(h, "GPS_TIME")] - 72 * (first - 1) == i for h, i in zip(headers, indices, strict=True)
    )
    for header, index in zip(headers, indices, strict=True):
        seen = gps_seconds(text(after, T0)) + index * Decimal("0.0501079552")
        assert abs(gps_seconds(text(header, "GPS_TIME")) - seen) < Decimal("0.006")


@needs_shared
@settings(max_examples=6, deadline=None)
@given(st.data())
def test_a_vds_of_a_vds_is_the_vds_itself(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    first = data.draw(st.integers(1, 9))
    last = data.draw(st.integers(first + 7, 16))
    begin = data.draw(st.integers(1, last - first - 2))
    end = data.draw(st.integers(begin + 3, last - first + 1))
    tmp_path = tmp_path_factory.mktemp("vds")
    outer = metadata_of(REAL, tmp_path / "outer", piece(first, last))
    nested = metadata_of(outer, tmp_path / "nested", piece(begin, end))
    direct = metadata_of(REAL, tmp_path / "direct", piece(first + begin - 1, first + end - 1))
    assert nested.name == direct.name
    assert _without_ring(nested) == _without_ring(direct)
    # The footprint's inner edges are interpolated, twice in the nested one: 0.002° are some 200 m.
    mine, theirs = ring(nested), ring(direct)
    assert len(mine) == len(theirs)
    assert np.allclose(mine, theirs, rtol=0, atol=2e-3)


def _without_ring(folder: Path) -> bytes:
    tree = parse_xml(folder / mtd_name(folder.name))
    findall(tree, RING)[0].text = ""
    return etree.tostring(tree, method="c14n")


def test_names_of_all_vds_of_a_datastrip_differ(tiny: Path) -> None:
    whole: Datastrip = check_datastrip(tiny)
    names = {vds_name(whole, piece(first, 5), NOW) for first in range(1, 6)}
    assert len(names) == 5
    assert vds_name(whole, piece(1, 4), parse_name(whole.name).creation) == whole.name
