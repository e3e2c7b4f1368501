import os
import subprocess
from pathlib import Path

import pytest

from batch.errors import InputError, VdsError
from batch.joborder import JobOrder, Output
from batch.stage.collect import collect
from batch.stage.stage_in import stage_in
from batch.stage.stage_out import put, stage_out
from batch.stage.tilelist import read_tiles, write_tiles
from batch.stage.transfer import bring, copy


def fill(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_bring_links_and_a_copy_is_not_made_twice(tmp_path: Path) -> None:
    source = fill(tmp_path, a="content") / "a"
    bring(source, tmp_path / "linked")
    assert source.samefile(tmp_path / "linked")
    copy(source, tmp_path / "copied")
    inode = (tmp_path / "copied").stat().st_ino
    bring(source, tmp_path / "copied")
    assert (tmp_path / "copied").stat().st_ino == inode
    os.utime(source, (1, 1))
    bring(source, tmp_path / "copied")
    assert source.samefile(tmp_path / "copied")


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="needs a second file system")
def test_across_file_systems_it_is_copied_whole(tmp_path: Path) -> None:
    target = Path("/dev/shm") / f"vds-test-{os.getpid()}"
    try:
        bring(fill(tmp_path, a="content") / "a", target)
        assert target.read_text() == "content"
        assert not list(target.parent.glob(f".{target.name}*"))
    finally:
        target.unlink(missing_ok=True)


def test_stage_in_gives_the_l0c_file_types(tmp_path: Path) -> None:
    fill(
        tmp_path / "v01",
        DS__PDI__MTD="m",
        DS__PDI__ANC_DATA__sad="s",
        DS__PDI__QI_DATA__ql="q",
        GR__G1__IMG="g",
    )
    types = ("PDI_DS", "PDI_DS_GR_LIST", "PDI_SAD", "QUICKLOOK")
    order = JobOrder(
        "STAGE_IN", "1", outputs={t: Output(tmp_path / "job" / t) for t in types},
        parameters={"SOURCE": str(tmp_path / "v01"), "INPUT": str(tmp_path / "job/input")},
    )  # fmt: skip
    for _ in range(2):  # restartable
        stage_in(order)
    made = {str(p.relative_to(tmp_path / "job")) for p in (tmp_path / "job").rglob("*") if p.is_file()}
    assert {
        "PDI_DS/PDI/MTD",
        "PDI_DS_GR_LIST/G1/IMG",
        "PDI_SAD/sad",
        "QUICKLOOK/ql",
        "input/GR/G1/IMG",
    } <= made
    with pytest.raises(InputError, match="has no folder DS"):
        stage_in(
            JobOrder("STAGE_IN", "1", parameters={"SOURCE": str(tmp_path), "INPUT": str(tmp_path / "i")})
        )


def out_order(tmp_path: Path) -> JobOrder:
    job = fill(
        tmp_path / "job", PACK_SAFE__output__PDI_SAFE__X_T36MZD_1_SAFE__a="1", TILE__output__PDI_DS__no="x"
    )
    inputs = {"PDI_SAFE": (job / "PACK_SAFE/output/PDI_SAFE",), "PDI_DS": (job / "TILE/output/PDI_DS",)}
    return JobOrder("STAGE_OUT", "1", inputs=inputs, parameters={"TARGET": str(tmp_path / "l1c/v01")})


def test_stage_out_publishes_products_with_checksums_only(tmp_path: Path) -> None:
    order = out_order(tmp_path)
    made = stage_out(order)
    assert sorted(p.name for p in (tmp_path / "l1c/v01").iterdir()) == [
        "X_T36MZD_1_SAFE",
        "X_T36MZD_1_SAFE.sha256",
    ]
    check = subprocess.run(
        ["sha256sum", "-c", f"{made[0].name}.sha256"], cwd=made[0].parent, capture_output=True
    )
    assert check.returncode == 0
    inode = (made[0] / "a").stat().st_ino
    stage_out(order)
    assert (made[0] / "a").stat().st_ino == inode


def test_a_product_that_differs_or_is_half_is_replaced(tmp_path: Path) -> None:
    order = out_order(tmp_path)
    made = stage_out(order)[0]
    (made / "a").unlink()  # a name of the very file on scratch where both are on one file system
    (made / "a").write_text("wrong size")
    stage_out(order)
    assert (made / "a").read_text() == "1"
    made.with_name(made.name + ".sha256").unlink()  # killed between product and checksum
    (made.parent / f".{made.name}.77.part").mkdir()  # and once in the middle of a copy
    stage_out(order)
    assert sorted(p.name for p in made.parent.iterdir()) == [made.name, made.name + ".sha256"]


def test_two_products_of_one_name_are_refused(tmp_path: Path) -> None:
    order = out_order(tmp_path)
    fill(tmp_path / "job", MERGE_TILE__output__PDI_SAFE__X_T36MZD_1_SAFE__a="2")
    order.inputs["PDI_SAFE"] += (tmp_path / "job/MERGE_TILE/output/PDI_SAFE",)
    with pytest.raises(VdsError, match="two products are called"):
        stage_out(order)


def test_put_of_a_file(tmp_path: Path) -> None:
    fill(tmp_path, a="1")
    (tmp_path / "t").mkdir()
    assert put(tmp_path / "a", tmp_path / "t").read_text() == "1"


def test_collect_unites_tiles(tmp_path: Path) -> None:
    fill(tmp_path / "l1c/v01", S2B_T39MVP_x__a="1", S2B_T39MVQ_x__a="1", S2B_T39MVQ_x_sha256="no")
    fill(tmp_path / "l1c/v02", S2B_T39MVQ_x__a="2", S2B_DS__a="2")
    fill(tmp_path / "l0c", MTD="m")
    outputs = {t: Output(tmp_path / "job" / t) for t in ("PDI_SAFE", "PDI_DS")}
    outputs["TILE_LIST_FILE"] = Output(tmp_path / "job/TILE_LIST_FILE/tile_list_file.xml")
    parameters = {"SOURCE": str(tmp_path / "l0c"), "PRODUCTS": str(tmp_path / "l1c"), "JOBS": "v01 v02"}
    collect(JobOrder("COLLECT", "1", outputs=outputs, parameters=parameters))
    assert read_tiles(outputs["TILE_LIST_FILE"].path) == ("39MVP", "39MVQ")
    assert (tmp_path / "job/PDI_SAFE/v02/S2B_T39MVQ_x/a").read_text() == "2"
    assert (tmp_path / "job/PDI_DS/l0c/MTD").exists()
    with pytest.raises(VdsError, match="v03 is missing"):
        collect(JobOrder("COLLECT", "1", outputs=outputs, parameters={**parameters, "JOBS": "v03"}))


def test_a_tile_that_stands_twice_is_refused(tmp_path: Path) -> None:
    write_tiles(tmp_path / "t.xml", ["36MZD", "36MZD"])
    with pytest.raises(InputError, match="stands once"):
        read_tiles(tmp_path / "t.xml")
