"""The laws of 2018: what ships is what the reports give, and agrees with the design budget."""

import pytest

from batch.chain import load_chain
from batch.plan.forecast import CORE_HOURS_PER_SCENE
from study.simulate.pdgs_laws import derive, pdgs_laws, process_seconds, reports
from study.simulate.service import Service


def test_the_file_is_derived_from_the_reports() -> None:
    assert pdgs_laws() == derive()


def test_a_line_goes_through_its_points() -> None:
    law = pdgs_laws().law("UPDATE_LOC")
    assert law is not None
    for scenes, wall in zip(reports()["scenes"], reports()["steps"]["UPDATE_LOC"]["wall"], strict=True):
        assert law.fixed_s + law.per_scene_s * scenes == pytest.approx(wall, rel=0.05)


def test_one_process_of_a_tile_step() -> None:
    # 121 tiles, 32 at a time: 4 rounds in 315 s
    assert process_seconds(reports(), 1)["GEN_ORTHO_TOA"] == pytest.approx(315 / 4)


@pytest.mark.parametrize("scenes", [16, 24])
def test_work_per_scene_is_near_the_design_budget(scenes: int) -> None:
    # ESA's budget of 2010: 0.67 core-hours per scene; two independent sources within 15 %.
    found = Service(load_chain(), pdgs_laws(), 16).work(scenes) / 3600 / scenes
    assert found == pytest.approx(CORE_HOURS_PER_SCENE, rel=0.15)
