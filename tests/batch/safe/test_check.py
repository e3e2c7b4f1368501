import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from batch.errors import InputError
from batch.safe.check import check_datastrip, scale_of
from batch.safe.datastrip import find_datastrip
from batch.safe.names import mtd_path
from tests.batch.safe.tiny import datastrip_name, metadata, positions_of, replace_file, write_band

DETECTOR_3 = "*T064029_D03_N02.08"


def files(folder: Path) -> dict[str, tuple[int, int]]:
    """Everything that is below a folder."""
    return {str(p): (p.stat().st_mtime_ns, p.stat().st_size) for p in folder.rglob("*")}


def granule(folder: Path, pattern: str = DETECTOR_3) -> Path:
    return next((folder / "GR").glob(pattern))


def packets(folder: Path, band: str = "B02") -> Path:
    return next(granule(folder).glob(f"IMG_DATA/*_{band}.bin"))


def change_metadata(folder: Path, change: Callable[[str], str]) -> None:
    path = mtd_path(folder / "DS" / datastrip_name())
    changed = change(path.read_text())
    assert changed != path.read_text()
    replace_file(path, changed)


def test_a_good_one_is_good_both_ways(tiny: Path) -> None:
    by_folder = check_datastrip(tiny)
    by_pdi = check_datastrip(tiny / "DS" / datastrip_name(), deep=True)
    assert by_folder == by_pdi
    assert (by_folder.scenes, by_folder.blocks, scale_of(by_folder)) == (5, (5,), 16)


def test_relative_paths_and_links_will_do(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny / "DS" / datastrip_name())
    assert check_datastrip(Path()).scenes == 5
    (tiny.parent / "link").symlink_to(tiny)
    assert check_datastrip(tiny.parent / "link").scenes == 5


def missing_granule(folder: Path) -> None:
    shutil.rmtree(granule(folder))


def missing_band(folder: Path) -> None:
    packets(folder).unlink()


def additional_granule(folder: Path) -> None:
    name = granule(folder).name.replace("T064029", "T074029")
    shutil.copytree(granule(folder), folder / "GR" / name)


def other_scene_inside(folder: Path) -> None:
    write_band(granule(folder), 3, 1, 1 + 2 * 2304)


def other_detector_inside(folder: Path) -> None:
    write_band(granule(folder), 4, 1, 2305)


def other_scale(folder: Path) -> None:
    write_band(granule(folder), 3, 1, 2305, scale=8)


def too_few_packets(folder: Path) -> None:
    write_band(granule(folder), 3, 1, 2305, packets=143)


def truncated(folder: Path) -> None:
    replace_file(packets(folder), packets(folder).read_bytes()[:-2])


def empty(folder: Path) -> None:
    replace_file(packets(folder), b"")


def broken_granule_metadata(folder: Path) -> None:
    replace_file(mtd_path(granule(folder)), "<Level-0_Granule_ID>\n<x>")


def broken_metadata(folder: Path) -> None:
    change_metadata(folder, lambda t: t.replace("</n1:General_Info>", ""))


def cut_metadata(folder: Path) -> None:
    change_metadata(folder, lambda t: t[: len(t) // 2])


def other_satellite_in_metadata(folder: Path) -> None:
    change_metadata(folder, lambda t: t.replace("Sentinel-2B", "Sentinel-2A"))


def other_satellite_in_name(folder: Path) -> None:
    ds = folder / "DS" / datastrip_name()
    mtd_path(ds).rename(mtd_path(ds).with_name(mtd_path(ds).name.replace("S2B", "S2A")))
    ds.rename(ds.with_name(ds.name.replace("S2B", "S2A")))


def other_satellite_in_granules(folder: Path) -> None:
    change_metadata(folder, lambda t: t.replace('granuleId="S2B', 'granuleId="S2A', 1))


def overlapping(folder: Path) -> None:
    change_metadata(folder, lambda t: t.replace("<POSITION>4609<", "<POSITION>4600<"))


def unordered(folder: Path) -> None:
    swap = {"4609": "6913", "6913": "4609"}
    change_metadata(
        folder,
        lambda t: "<POSITION>".join(swap.get(p[:4], p[:4]) + p[4:] for p in t.split("<POSITION>")),
    )


def not_from_the_beginning(folder: Path) -> None:
    change_metadata(folder, lambda t: t.replace("<POSITION>1<", "<POSITION>2<"))


def uneven(folder: Path) -> None:
    change_metadata(folder, lambda t: t.replace("<POSITION>9217<", "<POSITION>11521<", 1))


def eleven_detectors(folder: Path) -> None:
    twelfth = r'<Detector detectorId="12"><Granule_List>.*?</Detector>'
    change_metadata(folder, lambda t: re.sub(twelfth, "", t))


def listed_twice(folder: Path) -> None:
    change_metadata(folder, lambda t: t.replace("T064029_D05", "T064025_D05"))


def three_scenes(folder: Path) -> None:
    replace_file(mtd_path(folder / "DS" / datastrip_name()), metadata(positions_of((3,))))


def no_line_period(folder: Path) -> None:
    change_metadata(folder, lambda t: t.replace("LINE_PERIOD", "LINE_COUNT"))


def bad_gps_time(folder: Path) -> None:
    change_metadata(folder, lambda t: t.replace("2022-10-11T06:40:43.456979752", "yesterday", 1))


def bad_number(folder: Path) -> None:
    change_metadata(folder, lambda t: t.replace("<POSITION>4609<", "<POSITION>two<"))


def no_metadata(folder: Path) -> None:
    mtd_path(folder / "DS" / datastrip_name()).unlink()


def other_document(folder: Path) -> None:
    change_metadata(folder, lambda t: t.replace("Level-0_DataStrip_ID", "Level-1C_DataStrip_ID"))


def no_granules(folder: Path) -> None:
    shutil.rmtree(folder / "GR")


def no_datastrip(folder: Path) -> None:
    shutil.rmtree(folder / "DS")


def two_datastrips(folder: Path) -> None:
    shutil.copytree(folder / "DS" / datastrip_name(), folder / "DS" / datastrip_name().replace("06", "07"))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (no_datastrip, "is not an L0c datastrip"),
        (two_datastrips, "holds 2 datastrips"),
        (no_granules, "GR is missing"),
        (missing_granule, r"lacks granule S2B_\w+T064029_D03_N02.08 \(1 of 60 are missing\)"),
        (missing_band, r"_D03_B02.bin is missing"),
        (additional_granule, r"holds granule S2B_\w+T074029_D03_N02.08 .* of another datastrip"),
        (other_scene_inside, r"_D03_B02.bin begins \+3.608 s from where its POSITION"),
        (other_detector_inside, r"_D03_B02.bin holds packets of bandId 1 and detector 4"),
        (other_scale, r"_D03_B02.bin holds packets of scale 8, .* scale 16"),
        (too_few_packets, r"_D03_B02.bin holds 143 packets, 144 were expected"),
        (truncated, r"_D03_B02.bin, packet 144 at offset 4147: truncated packet, 1 bytes are left of 3"),
        (empty, r"_D03_B02.bin is empty"),
        (broken_granule_metadata, r"_D03.xml, line 2: broken XML"),
        (broken_metadata, r"S20221011T064025.xml, line \d+: broken XML"),
        (cut_metadata, r"S20221011T064025.xml, line \d+: broken XML"),
        (no_metadata, r"S20221011T064025.xml is missing"),
        (other_document, r"is not L0 datastrip metadata"),
        (other_satellite_in_metadata, "is of Sentinel-2A .* folder's name says S2B: one satellite"),
        (other_satellite_in_name, "is of Sentinel-2B .* folder's name says S2A: one satellite"),
        (other_satellite_in_granules, "of another satellite or detector"),
        (overlapping, "overlapping POSITIONs, 4600 after 2305 where 4609"),
        (unordered, "unordered POSITIONs, 4609 after 6913"),
        (not_from_the_beginning, "the first POSITION is 2, 1 was expected"),
        (uneven, "detectors 01 and 0[2-9] do not list granules at the same POSITIONs"),
        (eleven_detectors, "lists granules of 11 detectors"),
        (listed_twice, "lists granule S2B_.*T064025_D05_N02.08 twice"),
        (three_scenes, "has 3 scenes, at least 4 were expected"),
        (no_line_period, "has no .*LINE_PERIOD"),
        (bad_gps_time, "'yesterday' is not a GPS_TIME"),
        (bad_number, "'two' where an integer was expected"),
    ],
)
def test_each_mistake_is_one_sentence_and_nothing_is_written(
    tiny: Path, spoil: Callable[[Path], None], says: str
) -> None:
    spoil(tiny)
    before = files(tiny)
    with pytest.raises(InputError, match=says) as caught:
        check_datastrip(tiny)
    assert files(tiny) == before
    message = str(caught.value)
    assert "\n" not in message and "; " in message and not message.endswith(".")


def test_what_is_not_there_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not an L0c datastrip"):
        find_datastrip(tmp_path / "nothing")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="is not an L0c datastrip"):
        check_datastrip(tmp_path / "file")


def test_only_deep_reads_payloads_and_checksums(tiny: Path) -> None:
    path = packets(tiny)
    data = path.read_bytes()
    replace_file(path, data[:-1] + bytes([data[-1] ^ 1]))
    check_datastrip(tiny)
    with pytest.raises(InputError, match=r"_D03_B02.bin, packet 144 at offset 4147: wrong CRC"):
        check_datastrip(tiny, deep=True)
    replace_file(path, data)
    replace_file(next((tiny / "DS").glob("*/ANC_DATA/*")), b"ANCILLARY")
    check_datastrip(tiny)
    with pytest.raises(InputError, match="has not the checksum"):
        check_datastrip(tiny, deep=True)


def test_two_datastrips_may_share_a_folder_of_granules(tiny: Path) -> None:
    additional_granule(tiny)
    two_datastrips(tiny)
    assert check_datastrip(tiny / "DS" / datastrip_name()).scenes == 5
