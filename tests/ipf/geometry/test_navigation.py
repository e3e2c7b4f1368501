"""Navigation read, kept and derived."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from batch.errors import InputError
from ipf.geometry import rotation
from ipf.geometry.navigation import Navigation, Refining
from ipf.geometry.orbit import nominal_navigation
from tests.ipf.geometry import real
from tests.shared import needs_shared


@pytest.fixture(scope="module")
def nav() -> Navigation:
    return nominal_navigation("2026-03-01T10:30:00", 12, latitude=33.0, longitude=-17.0)


def test_saved_and_loaded_is_the_same(nav: Navigation, tmp_path: Path) -> None:
    refined = replace(nav, refining=Refining(3.5, ((1e-6, 2e-8), (), (3e-6,)), (-2e-6,)))
    for one in (nav, refined):
        one.save(tmp_path / "navigation.npz")
        again = Navigation.load(tmp_path / "navigation.npz")
        assert (again.epoch, again.pole, again.refining) == (one.epoch, one.pole, one.refining)
        assert (again.ut1_utc, again.gps_utc) == (one.ut1_utc, one.gps_utc)
        np.testing.assert_array_equal(again.msi_to_ecef, one.msi_to_ecef)
        np.testing.assert_array_equal(again.hermite, one.hermite)
    assert [p.name for p in tmp_path.iterdir()] == ["navigation.npz"]


def test_load_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "navigation.npz").write_bytes(b"no zip")
    with pytest.raises(InputError, match=r"navigation\.npz"):
        Navigation.load(tmp_path / "navigation.npz")


@pytest.mark.parametrize(
    "change", [{"gps_t": [0.0, 0.0]}, {"gps_t": [0.0]}, {"position": [[np.nan] * 3] * 2}]
)
def test_unusable_data_are_refused(nav: Navigation, change: dict[str, list[float]]) -> None:
    short = {"gps_t": nav.gps_t[:2], "position": nav.position[:2], "velocity": nav.velocity[:2]}
    with pytest.raises(InputError):
        replace(nav, **(short | {k: np.array(v) for k, v in change.items()}))


@needs_shared
def test_real_l0c() -> None:
    nav = real.l0c()
    assert nav.epoch == "2022-10-11T06:40:16"
    assert (len(nav.gps_t), len(nav.attitude_t)) == (123, 1230)
    assert (nav.start, nav.stop) == (0.0, 122.0)
    assert nav.gps_utc == 18 and nav.ut1_utc == -0.00511
    np.testing.assert_allclose(nav.piloting_to_msi, [-0.1556e-3, 0.7759e-3, 0.3132e-3])
    assert nav.refining == Refining()
    # Orbit and velocity agree: the cubic through both leaves the next point in place.
    middle = (nav.position[:-2] + nav.position[2:]) / 2 - nav.position[1:-1]
    assert np.abs(middle).max() < 10
    assert np.abs((nav.position[2:] - nav.position[:-2]) / 2 - nav.velocity[1:-1]).max() < 0.1


@needs_shared
def test_real_l1b_is_refined() -> None:
    refining = real.l1b().refining
    assert refining.rotation[0] == (2.95053743505789e-06, -3.97553724884445e-08)
    assert refining.homothety == (-2.53929601479642e-06,)
    assert refining.t0 == pytest.approx(43.085, abs=1e-6)  # 12:02:33.085 UTC


def test_metadata_without_navigation(tmp_path: Path) -> None:
    (tmp_path / "MTD.xml").write_text("<Level-0_DataStrip_ID/>")
    with pytest.raises(InputError, match="GPS_Point"):
        Navigation.from_datastrip(tmp_path / "MTD.xml")


def test_rotations_compose_and_go_back() -> None:
    rng = np.random.default_rng(3)
    a, b = (rotation.normalised(rng.normal(size=(50, 4))) for _ in range(2))
    v = (rng.normal(size=50), rng.normal(size=50), rng.normal(size=50))
    once = rotation.rotate(a, rotation.rotate(b, v))
    np.testing.assert_allclose(rotation.rotate(rotation.multiply(a, b), v), once, atol=1e-13)
    np.testing.assert_allclose(rotation.rotate(a, rotation.rotate(a, v), back=True), v, atol=1e-13)
    unit = np.eye(3)
    columns = [rotation.rotate(a, (unit[i][0], unit[i][1], unit[i][2])) for i in range(3)]
    matrix = np.moveaxis(np.array(columns), (0, 1, 2), (2, 1, 0))
    again = rotation.from_matrix(matrix)
    np.testing.assert_allclose(np.abs((again * a).sum(axis=1)), 1.0, atol=1e-13)
