"""What SPATIO hands on comes back, and is given only to parts of the datastrip that it was fitted over."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.errors import InputError
from ipf.geometry.navigation import Refining
from ipf.refine import record
from ipf.refine.record import FILE, Refined, given_for, moved

REFINED = Refined(
    "REFINED",
    Refining(54.5, ((1e-4, 2e-6), (-1e-4, 3e-6), (5e-5, -1e-6)), ()),
    "2022-06-21T06:26:28",
    "GS2B_20220621T062637_027659_N02.08",
    "DS",
    ("GRI",),
    points=273,
    dropped=2,
    mean_m=(0.1, -0.2),
    deviation_m=(20.5, 19.25),
    before_m=250.0,
)


def test_it_comes_back(tmp_path: Path) -> None:
    REFINED.write(tmp_path / "x" / FILE)
    assert Refined.read(tmp_path / "x" / FILE) == REFINED


def test_a_part_is_given_the_whole_s(tmp_path: Path) -> None:
    REFINED.write(tmp_path / "REFINING_DS" / FILE)
    other = replace(REFINED, datatake="GS2B_20220622T062637_027660_N02.08", points=1)
    other.write(tmp_path / "REFINING_A" / FILE)
    held = record.given([tmp_path])
    assert set(held) == {REFINED, other} and record.given([]) == ()
    assert given_for(held, REFINED.epoch, REFINED.datatake) == REFINED
    assert given_for(held, "2022-06-21T06:26:29", REFINED.datatake) is None
    assert given_for([], REFINED.epoch, REFINED.datatake) is None


@pytest.mark.parametrize("text", ["", "{}", '{"refining": {"rotation": [1]}}'])
def test_what_is_none_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(InputError, match="run SPATIO again"):
        Refined.read(tmp_path / FILE)


@given(coefficients=st.lists(st.floats(-1, 1), max_size=4), t0=st.floats(-50, 50), t=st.floats(-100, 100))
def test_moved_polynomials_have_the_same_values(coefficients: list[float], t0: float, t: float) -> None:
    one = Refining(3.0, (tuple(coefficients), (), ()))
    two = moved(one, t0)
    value = lambda r: np.polyval(r.rotation[0][::-1], t - r.t0) if r.rotation[0] else 0.0  # noqa: E731
    assert two.t0 == t0
    assert value(two) == pytest.approx(value(one), rel=1e-6, abs=1e-4)
