"""SPATIO: takes what was fitted over the whole, fits its own else, and leaves alone what it cannot refine."""

import json
from pathlib import Path

import numpy as np
import pytest

from ipf.geometry.navigation import Navigation, Refining
from ipf.refine import record, tiepoints
from ipf.refine.record import Refined
from ipf.steps import spatio, unformat_safe_ds
from ipf.synth.datastrip import write_datastrip
from ipf.synth.strip import plan_strip
from ipf.task import Task
from tests.ipf.steps.l1a_tasks import task

TURN = ((1e-4, 1e-6), (0.0, 0.0), (0.0, 0.0))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """PDI_DS of a datastrip of four scenes."""
    out = tmp_path_factory.mktemp("before")
    pdi = write_datastrip(plan_strip(relative_orbit=34, scenes=4), out / "l0c")
    unformat_safe_ds.run(task("UNFORMAT_SAFE_DS", out, {"PDI_DS": pdi}, ("PDI_DS", "PDI_SAD")))
    return out / "PDI_DS"


def run(before: Path, out: Path, given: Refined | None = None) -> tuple[Task, Refined]:
    tiepoints.save(out / "points" / "TIE_POINTS_D01", [])
    inputs = {"PDI_DS": before, "TIE_POINTS": out / "points"}
    if given is not None:
        given.write(out / "aux" / "REFINING_DS" / record.FILE)
        inputs["REFINING"] = out / "aux"
    one = task("SPATIO", out, inputs, ("PDI_DS", "REFINING"))
    spatio.run(one)
    return one, Refined.read(next((out / "REFINING").glob("REFINING_*/refining.json")))


def whole(before: Path, datatake: str = "") -> Refined:
    facts = json.loads((before / "datastrip.json").read_text())
    epoch = Navigation.load(before / "navigation.npz").epoch
    return Refined("REFINED", Refining(40.0, TURN), epoch, datatake or facts["datatake"], "DS", points=99)


def test_what_was_fitted_over_the_whole_is_taken(before: Path, tmp_path: Path) -> None:
    done, found = run(before, tmp_path, whole(before))
    assert found.given and found.refining.rotation == TURN and not done.warnings
    refined = Navigation.load(tmp_path / "PDI_DS/navigation.npz")
    assert refined.refining == Refining(40.0, TURN)
    assert np.array_equal(refined.attitude, Navigation.load(before / "navigation.npz").attitude)
    assert Refined.read(tmp_path / "PDI_DS" / record.FILE) == found
    assert (tmp_path / "PDI_DS/footprint.geojson").exists() and (tmp_path / "PDI_DS/MTD.xml").exists()


def test_what_belongs_to_another_datatake_is_not_taken(before: Path, tmp_path: Path) -> None:
    """That is told, as each vDS then fits by itself. Here is nothing to fit on: not refined, which is told
    too, and nothing changed."""
    other = "GS2B_20200101T000000_000001_N02.08"
    done, found = run(before, tmp_path, whole(before, other))
    assert found.flag == "NOT_REFINED" and not found.given
    theirs, few = done.warnings
    assert f"DS ({other})" in theirs and "fitted by itself" in theirs
    assert "not refined" in few
    assert Navigation.load(tmp_path / "PDI_DS/navigation.npz").refining == Refining()


def test_without_refining_nobody_expects_one(before: Path, tmp_path: Path) -> None:
    done, _ = run(before, tmp_path)
    assert len(done.warnings) == 1 and "not refined" in done.warnings[0]
