"""`python -m benchmarks.impacts` refuses what would overwrite the shipped measurement by a part of it."""

from pathlib import Path

import pytest

from benchmarks.impacts import CASES, GEOMETRY, SHIPPED_IMPACTS, folder, main


@pytest.mark.parametrize(
    "asked, told",
    [
        (["--only", "2 vds"], "'2 vds' is no case"),
        (["--only", GEOMETRY, "--only", "4 vDS;2 vDS", "--out", "x.json"], "'4 vDS;2 vDS' is no case"),
        (["--only", CASES[0].name], f"{SHIPPED_IMPACTS} holds all"),
        (["--only", GEOMETRY], "give --out FILE"),
    ],
)
def test_what_is_not_there_or_only_a_part_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: list[str], told: str
) -> None:
    before = SHIPPED_IMPACTS.read_bytes()
    with pytest.raises(SystemExit) as refused:
        main([str(tmp_path / "work"), *asked])
    assert refused.value.code == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "work").exists() and SHIPPED_IMPACTS.read_bytes() == before


def test_every_case_has_a_folder_of_its_own(tmp_path: Path) -> None:
    assert len({folder(tmp_path, one) for one in CASES}) == len(CASES)
