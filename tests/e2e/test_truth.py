"""L1C pixels lie where they should and have the reflectance of the scene that was photographed there."""

from pathlib import Path
from typing import Any

import pytest

from batch.plan.cut import cut
from batch.safe.check import check_datastrip
from benchmarks.truth import measure, table
from ipf.radiometry import BANDS
from tests.e2e.conftest import SCALE, vds_json
from tests.shared import SHARED, needs_shared
from tests.support.in_process import InProcess

pytestmark = pytest.mark.slow

Rows = dict[str, dict[str, Any]]

#: Of 95 % of the pixels: steps of the 12-bit counts; pixels.
REFLECTANCE, PLACE = 1.0, 0.1


def rows_of(l0c: Path, l1c: Path) -> Rows:
    rows = measure(l0c, l1c)
    print(f"\n{table(rows)}")
    return {row["band"]: row for row in rows}


@pytest.fixture(scope="module")
def small(small_strip: Path, small_l1c: Path) -> Rows:
    return rows_of(small_strip, small_l1c)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """16 scenes on the orbit and with the 10 Hz attitude of a real S2B datastrip, as two vDS."""
    root = tmp_path_factory.mktemp("real")
    (like,) = (SHARED / "data/l0c").glob("S2?_OPER_MSI_L0__DS_*")
    vds_json("synth", "--like", like, "--scale", SCALE, "--out", root / "l0c")
    strip = check_datastrip(root / "l0c")
    l1c = InProcess(root / "l1c", jobs=2).datastrip(strip, cut(strip.blocks, stages=2))
    return rows_of(root / "l0c", l1c)


@pytest.mark.parametrize("band", BANDS)
def test_generated_datastrip(small: Rows, band: str) -> None:
    check(small[band])


@needs_shared
@pytest.mark.parametrize("band", BANDS)
def test_real_datastrip(real: Rows, band: str) -> None:
    check(real[band])


def check(row: dict[str, Any]) -> None:
    assert row["pixels"] > 50_000 and row["windows"] >= 5
    assert row["reflectance_95"] <= REFLECTANCE
    assert abs(row["reflectance_bias"]) < 0.02
    assert row["shift_95"] <= PLACE and row["shift_mean"] <= PLACE / 4
    assert row["estimator_95"] < PLACE / 2, "the images tell too little of their place to judge by"
    # by geometry, at this scale and at full resolution
    assert row["place_95"] <= row["place_full_95"] <= PLACE
    assert row["place_full_max"] <= PLACE
