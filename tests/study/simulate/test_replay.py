"""The operations of 2018-07-21: within the stated errors, and sensible where no row is."""

import pytest

from batch.errors import InputError
from study.simulate.pdgs_laws import reports
from study.simulate.replay import CENTRES, errors, model, summary


def test_errors_on_rows_that_were_left_out() -> None:
    found = summary()
    assert found["l1ab"]["mean"] < 0.08 and found["l1ab"]["largest"] < 0.15
    assert found["wall"]["mean"] < 0.08 and found["wall"]["largest"] < 0.22
    assert found["l1c"]["mean"] < 0.12 and found["l1c"]["largest"] < 0.25
    assert found["l0c"]["mean"] < 0.15


def test_each_error_is_of_one_row() -> None:
    rows = reports()["runs"]
    for error in errors():
        (row,) = [r for r in rows if (r["centre"], r["scenes"]) == (error["centre"], error["scenes"])]
        assert row[error["quantity"]] == error["measured_s"]
        assert error["off"] == pytest.approx(error["predicted_s"] / error["measured_s"] - 1, abs=0.005)
    # the steps of 95 scenes calibrate L1AB
    assert not [e for e in errors() if e["quantity"] == "l1ab" and e["scenes"] == 95]


@pytest.mark.parametrize(
    ("scenes", "l1ab", "request_l1c"), [(6, 386, None), (95, 1163, 557), (229, 1850, 1050)]
)
def test_the_datastrips_with_steps(scenes: int, l1ab: int, request_l1c: int | None) -> None:
    one = model().predict(scenes)
    assert one.l1ab == pytest.approx(l1ab, rel=0.05)
    if request_l1c:
        assert one.request_l1c == pytest.approx(request_l1c, rel=0.15)


def test_longer_takes_longer_and_epae_is_slower() -> None:
    for centre in (None, *CENTRES):
        walls = [model().predict(n, centre).wall or 0.0 for n in range(4, 620, 5)]
        assert walls == sorted(walls)
    one = {c: model().predict(57, c).wall or 0.0 for c in CENTRES}
    assert one["EPAE"] > one["SGS"] == one["MPS"]
    between = model().predict(57).wall or 0.0
    assert one["SGS"] < between < one["EPAE"]


@pytest.mark.parametrize("scenes", [1, 3])
def test_too_short_for_l1(scenes: int) -> None:
    one = model().predict(scenes)
    assert one.l0c > 0 and one.l1ab is one.l1c is one.wall is None and one.tiles == 0


def test_what_comes_out() -> None:
    for row in (r for r in reports()["runs"] if "tiles" in r):
        one = model().predict(row["scenes"])
        assert one.l1b_scenes == row["l1b_scenes"]
        assert one.tiles == pytest.approx(row["tiles"], rel=0.2)


def test_no_scene_is_refused() -> None:
    with pytest.raises(InputError, match="--pdgs-replay 0"):
        model().predict(0)
