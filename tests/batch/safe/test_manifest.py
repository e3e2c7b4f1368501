import hashlib
from pathlib import Path

import pytest
from lxml import etree

from batch.errors import InputError
from batch.safe.manifest import read_manifest, verify_manifest, write_manifest
from batch.safe.xml import attribute, findall, parse_xml
from tests.shared import SHARED, needs_shared

DS = "S2B_OPER_MSI_L0__DS_REFS_20221124T163650_S20221011T064025_N02.08"
PRODUCT = "S2B_MSIL1C_20221011T064029_N0400_R034_T39MYP_20221124T000000.SAFE"


def fill(folder: Path, *files: str) -> Path:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {name}")
    return folder


def datastrip(folder: Path) -> Path:
    return fill(
        folder / DS,
        "S2B_OPER_MTD_L0__DS_REFS_20221124T163650_S20221011T064025.xml",
        "QI_DATA/S2B_OPER_QLK_L0__DS_REFS_20221124T163650_S20221011T064025_B02.jp2",
        "ANC_DATA/S2B_OPER_AUX_S09123_REFS_20221124T163650_V20221011T064029_20221011T064149_A000034_WF_LN.bin",
        "rep_info/OLQC_Report.xsd",
    )


def test_lists_every_file_with_size_and_checksum(tmp_path: Path) -> None:
    folder = datastrip(tmp_path)
    entries = verify_manifest(write_manifest(folder, "L0_DS").parent)
    assert {e.id for e in entries} == {"S2_Level-0_Datastrip_Metadata", "QLK_L0_Band02_Data", "ANC09123_Data"}
    for entry in entries:
        data = (folder / entry.href).read_bytes()
        assert (entry.size, entry.checksum) == (len(data), hashlib.sha3_256(data).hexdigest().upper())


def test_identifiers_are_those_of_the_real_datastrip(tmp_path: Path) -> None:
    ours = parse_xml(write_manifest(datastrip(tmp_path), "L0_DS"))
    pointers = {attribute(e, "dataObjectID") for e in ours.iter("dataObjectPointer")}
    assert pointers == {attribute(e, "ID") for e in findall(ours, "dataObjectSection/dataObject")}
    ids = [e.get("ID") for e in ours.iter() if e.get("ID")]
    assert len(ids) == len(set(ids))


@needs_shared
def test_reads_the_real_one(tmp_path: Path) -> None:
    path = SHARED / "data/l0c" / DS / "manifest.safe"
    entries = read_manifest(path)
    assert len(entries) == 35  # 29 ANC_DATA, 5 QI_DATA, the metadata
    metadata = entries[0]
    assert (metadata.id, metadata.size) == ("S2_Level-0_Datastrip_Metadata", 3586384)
    # nothing in ours that the real one does not know
    ours = parse_xml(write_manifest(datastrip(tmp_path), "L0_DS"))
    assert {e.tag for e in ours.iter()} <= {e.tag for e in parse_xml(path).iter()}


def test_user_product_has_the_identifiers_that_readers_look_for(tmp_path: Path) -> None:
    folder = fill(
        tmp_path / "aside",
        "MTD_MSIL1C.xml",
        "INSPIRE.xml",
        "DATASTRIP/DS_REFS_20221124T000000_S20221011T064025/MTD_DS.xml",
        "GRANULE/L1C_T39MYP_A029232_20221011T064025/MTD_TL.xml",
        "GRANULE/L1C_T39MYP_A029232_20221011T064025/IMG_DATA/T39MYP_20221011T064029_B02.jp2",
    )
    ids = {e.id for e in read_manifest(write_manifest(folder, "L1C", name=PRODUCT))}
    assert {
        "S2_Level-1C_Product_Metadata",
        "S2_Level-1C_Datastrip1_Metadata",
        "S2_Level-1C_Tile1_Metadata",
        "INSPIRE_Metadata",
    } < ids


def test_what_changed_is_named(tmp_path: Path) -> None:
    folder = datastrip(tmp_path)
    write_manifest(folder, "L0_DS")
    quicklook = next(folder.glob("QI_DATA/*"))
    quicklook.write_bytes(quicklook.read_bytes()[::-1])
    verify_manifest(folder, deep=False)
    with pytest.raises(InputError, match=r"_B02.jp2 has not the checksum"):
        verify_manifest(folder)
    quicklook.write_bytes(b"")
    with pytest.raises(InputError, match=r"_B02.jp2 has 0 bytes"):
        verify_manifest(folder, deep=False)
    quicklook.unlink()
    with pytest.raises(InputError, match=r"_B02.jp2 is missing"):
        verify_manifest(folder, deep=False)


@pytest.mark.parametrize("href", ["/etc/passwd", "../other", "./QI_DATA/../../x"])
def test_a_path_that_leaves_the_package_is_refused(tmp_path: Path, href: str) -> None:
    path = write_manifest(datastrip(tmp_path), "L0_DS")
    tree = etree.parse(str(path))
    next(tree.iter("fileLocation")).set("href", href)
    tree.write(str(path))
    with pytest.raises(InputError, match="leaves the package"):
        read_manifest(path)
