"""The instruments that judge L1C find errors of a known size, and none where there is none."""

import numpy as np
import pytest

from ipf.radiometry import BANDS
from ipf.steps.unformat_safe_ds import read_datastrip
from ipf.synth.datastrip import write_datastrip
from ipf.synth.granules import camera_of
from ipf.synth.photo import Camera
from ipf.synth.strip import plan_strip
from study.quality.place import place_errors
from study.quality.truth import Ground, Truth

TILE = "42TVQ"


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Camera:
    strip = plan_strip(relative_orbit=34, lat=45.0, scenes=7)
    return camera_of(read_datastrip(write_datastrip(strip, tmp_path_factory.mktemp("truth"))), 16)


@pytest.mark.parametrize("band", ["B02", "B05", "B10"])
def test_a_shift_is_found(view: Camera, band: str) -> None:
    resolution = BANDS[band].resolution
    truth = Truth.of(Ground.of(view, TILE, resolution), band)
    moved = Truth.of(Ground.of(view, TILE, resolution, -0.3, 0.2), band).photographed()
    found = truth.shifts(moved)
    assert len(found.east) == len(found.south) > 0
    assert np.quantile(found.off(0.3, -0.2), 0.95) < 0.05
    assert found.off().min() > 0.25
    assert np.quantile(truth.shifts(truth.photographed()).off(), 0.95) < 0.03


def test_errors_are_in_counts_and_know_what_is_not_there(view: Camera) -> None:
    truth = Truth.of(Ground.of(view, TILE, 10), "B08")
    dn = truth.photographed()
    dn[:100], dn[100:200] = 0, 65535
    errors = truth.errors(dn)
    assert np.isnan(errors[:200]).all() and np.isfinite(errors[200:]).all()
    # Half a count for 12 bits, and half a DN of 1e-4
    assert np.nanmax(np.abs(errors)) <= 0.5 + 0.5e-4 / truth.step.min() + 1e-6
    half = truth.errors((dn + 5).astype(np.uint16))[200:] - errors[200:]
    assert half == pytest.approx(5e-4 / truth.step[200:])


def test_place_is_exact_where_nothing_is_interpolated_and_not_elsewhere(
    view: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine = place_errors(view, TILE, "B02")
    assert fine.size > 500 and fine.max() < 0.01
    for room in ("ipf.l1c.grids", "ipf.l1c.sight"):
        monkeypatch.setattr(f"{room}.step", lambda geocoding: 29 * 960)
    coarse = place_errors(view, TILE, "B02")
    assert coarse.max() > 10 * fine.max()
