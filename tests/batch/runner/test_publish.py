from pathlib import Path

from batch.runner.publish import publish


def put(root: Path, *names: str, text: str = "x") -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def tree(root: Path) -> list[str]:
    return sorted(str(f.relative_to(root)) for f in root.rglob("*") if f.is_file())


def test_units_merge_into_one_folder(tmp_path: Path) -> None:
    put(tmp_path / "a1/output", "PDI_DS_TILE_LIST/36MZD/B01.npy")
    put(tmp_path / "a2/output", "PDI_DS_TILE_LIST/36MZD/B02.npy", "VECTOR/v.json")
    assert publish(tmp_path / "a1", tmp_path / "ipf") == 1
    assert publish(tmp_path / "a2", tmp_path / "ipf") == 2
    assert tree(tmp_path / "ipf/output") == [
        "PDI_DS_TILE_LIST/36MZD/B01.npy",
        "PDI_DS_TILE_LIST/36MZD/B02.npy",
        "VECTOR/v.json",
    ]
    assert tree(tmp_path / "a2") == []


def test_a_second_try_replaces_the_half_published_first(tmp_path: Path) -> None:
    put(tmp_path / "ipf/output", "VECTOR/v.json", text="half")
    put(tmp_path / "a/output", "VECTOR/v.json", text="whole")
    publish(tmp_path / "a", tmp_path / "ipf")
    assert (tmp_path / "ipf/output/VECTOR/v.json").read_text() == "whole"


def test_an_empty_type_still_has_its_folder(tmp_path: Path) -> None:
    (tmp_path / "a/output/VECTOR").mkdir(parents=True)
    assert publish(tmp_path / "a", tmp_path / "ipf") == 0
    assert (tmp_path / "ipf/output/VECTOR").is_dir()
