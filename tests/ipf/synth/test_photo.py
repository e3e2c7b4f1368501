"""The camera looks where the geometry says, at what the scene says."""

from dataclasses import replace

import numpy as np
import pytest

from ipf.geometry.location import Locator
from ipf.geometry.sun import sun_angles
from ipf.radiometry import BANDS, calibrate, pixel_response, radiance
from ipf.radiometry import band as band_of
from ipf.scene import reflectance
from ipf.scene.landscape import reflectance_towards
from ipf.scene.waves import unit_vectors
from ipf.synth.photo import between, look, photograph, sun_directions
from ipf.synth.quicklook import photograph_quicklook, read_jp2, read_model, write_jp2
from tests.ipf.conftest import SCALE, Made

#: Metres that a hundredth of a 10 m pixel is.
HUNDREDTH = 0.1
EARTH_RADIUS = 6.378e6


@pytest.mark.parametrize("band", ["B01", "B02", "B11"])
@pytest.mark.parametrize("detector", ["01", "12"])
def test_columns_between_the_nodes_look_where_they_should(made: Made, band: str, detector: str) -> None:
    facts = BANDS[band]
    times = made.camera.clock(band, detector).time(np.array([0, 7, facts.lines(SCALE) * 2]))
    edge = (np.arange(facts.useful_columns(SCALE)) + 0.5) * SCALE / facts.binning
    lon, lat = Locator(made.camera.navigation, band, detector).direct(times[:, None], edge[None, :])
    off = look(made.camera, band, detector, times).reshape(-1, 3) - unit_vectors(lon, lat)
    assert np.abs(off).max() * EARTH_RADIUS < HUNDREDTH


def test_counts_are_those_of_the_scene_under_the_sun(made: Made) -> None:
    band, detector, rows = "B04", "06", np.array([150, 151])
    facts = band_of("S2B", band)
    times = made.camera.clock(band, detector).time(rows)
    columns = np.arange(facts.useful_columns(SCALE))
    t, edge = np.broadcast_arrays(times[:, None], (columns + 0.5)[None, :] * SCALE)
    lon, lat = Locator(made.camera.navigation, band, detector).direct(t, edge)
    zenith, _ = sun_angles(made.camera.navigation, lon, lat, t)
    expected = radiance(reflectance(lon, lat, band), facts, made.camera.factor, np.cos(np.radians(zenith)))
    raw = photograph(made.camera, band, detector, int(rows[0]), 2)
    gain, dark = pixel_response(band, 6, SCALE)
    used = slice(facts.blind_columns(SCALE), facts.blind_columns(SCALE) + len(columns))
    signal = calibrate(raw[:, used], gain[used], dark[used])
    assert np.abs(signal - expected * facts.gain).max() < 0.5 / 0.95


def test_blind_pixels_hold_their_dark_level(made: Made) -> None:
    raw = photograph(made.camera, "B05", "03", 0, 4)
    _, dark = pixel_response("B05", 3, SCALE)
    begin, useful = BANDS["B05"].blind_columns(SCALE), BANDS["B05"].useful_columns(SCALE)
    blind = np.r_[0:begin, begin + useful : raw.shape[1]]
    assert len(blind) == 2
    assert np.array_equal(raw[:, blind], np.tile(np.rint(dark[blind]), (4, 1)))


def test_a_row_does_not_depend_on_where_the_picture_begins(made: Made) -> None:
    whole = photograph(made.camera, "B8A", "07", 0, 12)
    part = photograph(made.camera, "B8A", "07", 5, 3)
    # numpy's single-precision sine may round differently at another place of an array: half a count at most
    assert np.abs(whole[5:8].astype(int) - part).max() <= 1
    assert np.mean(whole[5:8] != part) < 1e-2


def test_quicklook_comes_back_from_its_file(made: Made, tmp_path) -> None:
    model = read_model(made.ds.mtd)
    counts = photograph_quicklook(made.camera, model, "B11")
    assert counts.shape == (model.rows, model.columns)
    assert 0 < counts.min() < counts.max() <= 4095
    write_jp2(counts, tmp_path / "quicklook.jp2")
    assert np.array_equal(read_jp2(tmp_path / "quicklook.jp2"), counts)


def test_quicklook_sees_what_the_detectors_see(made: Made) -> None:
    """Centre of a granule of B04: the quick-look pixel there has about the same reflectance."""
    model = read_model(made.ds.mtd)
    lit = photograph_quicklook(made.camera, model, "B04") / band_of("S2B", "B04").gain
    from ipf.synth.quicklook import ground

    rows, columns = np.meshgrid(np.arange(20, model.rows - 20, 25), np.arange(50, 900, 97), indexing="ij")
    t = made.camera.navigation.seconds(model.begin) + (rows + 0.5) * model.period
    lon, lat = ground(made.camera.navigation, t, model.tan_psi_x[columns], model.tan_psi_y[columns])
    zenith, _ = sun_angles(made.camera.navigation, lon, lat, t)
    expected = radiance(
        reflectance(lon, lat, "B04"), band_of("S2B", "B04"), made.camera.factor, np.cos(np.radians(zenith))
    )
    assert np.abs(lit[rows, columns] - expected).max() < 1.5 / band_of("S2B", "B04").gain


@pytest.mark.parametrize(("band", "scale"), [("B02", 1), ("B08", 2), ("B12", 1), ("B09", 1)])
def test_fine_scales_are_interpolated_within_a_tenth_of_a_count(made: Made, band: str, scale: int) -> None:
    camera, facts, rows = replace(made.camera, scale=scale), band_of("S2B", band), 21
    raw = photograph(camera, band, "05", facts.lines(scale), rows)
    times = camera.clock(band, "05").time(np.arange(rows) + facts.lines(scale))
    points = look(camera, band, "05", times)
    lit = np.einsum("rcx,rx->rc", points, sun_directions(camera.navigation, times))
    seen = reflectance_towards(points.reshape(-1, 3), band).reshape(lit.shape)
    gain, dark = pixel_response(band, 5, scale)
    begin = facts.blind_columns(scale)
    used = slice(begin, begin + lit.shape[1])
    expected = radiance(seen, facts, camera.factor, lit) * facts.gain * gain[used] + dark[used]
    assert np.abs(raw[:, used] - expected).max() < 0.5 + 0.1


@pytest.mark.parametrize("stride", [2, 4, 8])
def test_cubics_are_exact_for_cubics(stride: int) -> None:
    def cubic(x: np.ndarray) -> np.ndarray:
        return 0.3 - 0.2 * x + 0.01 * x**2 - 0.0004 * x**3

    nodes = cubic(np.arange(-1, 7) * stride).astype(np.float32)[None, :]
    found = between(nodes, stride, 4 * stride + 1, axis=1)
    assert found.shape == (1, 4 * stride + 1)
    assert np.allclose(found[0], cubic(np.arange(4 * stride + 1)), rtol=1e-4, atol=1e-4)
