"""The one step that needs the whole datastrip: refined over it, vDS give what the whole gives.

Refined each by itself they do not. The strip's attitude is off by 200 µrad, a pixel of 10 m at scale 16,
and by a wave that the model does not hold.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from batch.chain import load_chain, with_partitions
from batch.chain.load import SHIPPED
from batch.plan.cut import Cut, cut
from batch.safe.check import check_datastrip
from batch.safe.xml import find, need, parse_xml
from study.quality.compare import compare, products
from study.quality.impacts import impacts
from tests.e2e.conftest import SCALE, vds_json
from tests.support.in_process import ONE_PIECE, InProcess

pytestmark = pytest.mark.slow

SCENES = 9
WHOLE = cut((SCENES,), SCENES)
TWO = cut((SCENES,), 6)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """l0c, and aux with the reference."""
    folder = tmp_path_factory.mktemp("refined")
    strip = ("--orbit", 34, "--lat", 45, "--scenes", SCENES, "--scale", SCALE)
    wrong = ("--attitude-error", 200, "--seed", 1, "--reference", folder / "aux")
    vds_json("synth", *strip, *wrong, "--out", folder / "l0c")
    return folder


def process(work: Path, out: str, chain: str, cuts: tuple[Cut, ...], aux: str) -> Path:
    loaded = with_partitions(load_chain(SHIPPED.with_name(chain)), ONE_PIECE)
    strip = check_datastrip(work / "l0c")
    return InProcess(work / out, 2, loaded, aux=work / aux).datastrip(strip, cuts).parent


def refining(out: Path) -> dict[str, Any]:
    return dict(json.loads(next((out / "L1C").glob("REFINING_*/refining.json")).read_text()))


def flag(folder: Path) -> str:
    safe = next(iter(products(folder).values()))
    tree = parse_xml(next(safe.glob("DATASTRIP/*/MTD_DS.xml")))
    assert (find(tree, "Image_Data_Info/Geometric_Info/Refined_Corrections_List") is not None) == (
        need(tree, "Image_Data_Info/Geometric_Info/Image_Refining").get("flag") == "REFINED"
    )
    return str(need(tree, "Image_Data_Info/Geometric_Info/Image_Refining").get("flag"))


def test_refined_over_the_datastrip_is_refined_as_the_whole(work: Path) -> None:
    # The tie points of two vDS are those of the whole, to the last bit, and so is what is fitted to them.
    found = refining(process(work, "points-two", "tie-points.yaml", TWO, "aux"))
    assert found["flag"] == "REFINED" and found["points"] > 60
    assert found == refining(process(work, "points-whole", "tie-points.yaml", WHOLE, "aux"))
    shutil.copytree(work / "aux", work / "aux-ds")
    shutil.copytree(next((work / "points-two").glob("S2*/L1C")), work / "aux-ds" / "REFINING")

    # Without REFINING the one vDS that is the whole fits its own tie points.
    whole = process(work, "whole", "level1-refined.yaml", WHOLE, "aux")
    given = process(work, "given", "level1-refined.yaml", TWO, "aux-ds")
    result = compare(whole, given)
    assert result.identical and len(result.tiles) > 5
    assert flag(whole) == flag(given) == "REFINED"

    each = process(work, "each", "level1-refined.yaml", TWO, "aux")
    assert not compare(whole, each).identical
    impact = {(i.measure, i.where): i.value for i in impacts(whole, each, work / "l0c")}
    assert impact["step between vDS, mean", "cuts"] > 0.05
    assert impact["shift from A, 95 %", "all"] > 0.05
    # It is right in itself: a vDS' own line follows the wave better than one line over all.
    assert impact["geolocation, mean", "all"] < 0.3
    # Two corrections are no correction of the datastrip: its metadata cannot tell them.
    assert flag(each) == "NOT_REFINED" and flag(each / "l1c" / "v01") == "REFINED"
