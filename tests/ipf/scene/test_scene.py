"""The scene: defined everywhere, the same everywhere, smooth enough to be resampled."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipf.radiometry import BANDS, quantisation_step
from ipf.scene import reflectance
from ipf.scene.landscape import _DETAIL, _waves
from ipf.scene.waves import EARTH_RADIUS

LON, LAT = st.floats(-180, 180), st.floats(-90, 90)
ALL = st.sampled_from(sorted(BANDS))
#: Places of different kinds: tropics, middle latitudes, the antimeridian, near a pole.
PLACES = [(55.7, -4.5), (2.0, 48.0), (179.95, 65.0), (-70.0, 81.0)]
#: Reflectances at 2° E, 48° N.
THIS_SCENE = [0.218736, 0.425396, 0.159353, 0.004551]


@given(LON, LAT, ALL)
def test_reflectances_are_physical_everywhere(lon: float, lat: float, band: str) -> None:
    value = reflectance(lon, lat, band)
    assert value.shape == ()
    assert 0.0005 < value < (0.06 if band == "B10" else 0.75)


@given(LAT, ALL)
def test_the_antimeridian_is_no_seam(lat: float, band: str) -> None:
    assert reflectance(180.0, lat, band) == pytest.approx(reflectance(-180.0, lat, band), abs=1e-6)
    assert reflectance(190.0, lat, band) == pytest.approx(reflectance(-170.0, lat, band), abs=1e-6)


@pytest.mark.parametrize("pole", [-90.0, 90.0])
def test_a_pole_is_one_point(pole: float) -> None:
    values = reflectance(np.arange(-180, 181, 30), pole, "B04")
    assert np.ptp(values) < 1e-6


def test_values_do_not_depend_on_company_or_shape() -> None:
    lon, lat = np.linspace(0, 3, 2600).reshape(40, 65), np.linspace(45, 44, 40)[:, None]
    together = reflectance(lon, lat, "B02")
    assert together.shape == (40, 65)
    alone = [float(reflectance(lon[r, c], lat[r, 0], "B02")) for r, c in ((0, 0), (17, 31), (39, 64))]
    assert alone == pytest.approx([together[0, 0], together[17, 31], together[39, 64]], abs=2e-6)


def test_the_scene_is_this_very_one() -> None:
    # A change of the formula would make old and new granules disagree: it must be on purpose.
    found = [float(reflectance(2.0, 48.0, band)) for band in ("B02", "B8A", "B01", "B10")]
    assert found == pytest.approx(THIS_SCENE, abs=1e-5)


def test_there_is_sea_and_land_cloud_and_clear_sky() -> None:
    lon, lat = np.meshgrid(np.arange(-180, 180, 2.0), np.arange(-60, 60, 2.0))
    infrared, blue = reflectance(lon, lat, "B08"), reflectance(lon, lat, "B02")
    assert 0.15 < np.mean((infrared < 0.07) & (blue < 0.2)) < 0.6
    assert 0.2 < np.mean((infrared > 0.15) & (blue < 0.25)) < 0.7
    assert 0.02 < np.mean(blue > 0.4) < 0.25


@pytest.mark.parametrize("resolution", [10, 20, 60])
def test_no_wave_is_shorter_than_its_band_may_see(resolution: int) -> None:
    wavelengths = EARTH_RADIUS / np.linalg.norm(_waves(resolution).vectors, axis=1)
    assert wavelengths.min() > 0.7 * _DETAIL[resolution].shortest


def keys(distance: np.ndarray) -> np.ndarray:
    """Keys' cubic kernel, a = −0.5."""
    x = np.abs(distance)
    near, far = 1.5 * x**3 - 2.5 * x**2 + 1, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


@pytest.mark.parametrize("band", ["B01", "B02", "B08", "B09", "B10", "B11", "B12", "B8A"])
def test_bicubic_interpolation_at_scale_16_is_within_half_a_count(band: str) -> None:
    """60 m bands: means of three columns, as binned. The other half of the count is for its rounding."""
    facts, random = BANDS[band], np.random.default_rng(7)
    pixel, size = facts.resolution * 16 * 1.03, 40
    for lon0, lat0 in PLACES:

        def seen(row: np.ndarray, column: np.ndarray, lon0: float = lon0, lat0: float = lat0) -> np.ndarray:
            x, y = column * pixel, -row * pixel
            east, north = x * 0.976 - y * 0.218, x * 0.218 + y * 0.976
            lat = lat0 + north / 111320
            return reflectance(lon0 + east / 111320 / np.cos(np.radians(lat0)), lat, band)

        row, column = np.meshgrid(
            np.arange(size) + 0.5, (np.arange(size * facts.binning) + 0.5) / facts.binning, indexing="ij"
        )
        image = seen(row, column).reshape(size, size, facts.binning).mean(axis=2)
        at = random.uniform(3, size - 3, (2, 3000))
        first = np.floor(at - 0.5).astype(int) - 1
        found = np.zeros(at.shape[1])
        for i in range(4):
            for j in range(4):
                weight = keys(at[0] - 0.5 - first[0] - i) * keys(at[1] - 0.5 - first[1] - j)
                found += weight * image[first[0] + i, first[1] + j]
        error = np.abs(found - seen(at[0], at[1])) / quantisation_step(facts, 0.99, 0.9)
        assert np.quantile(error, 0.95) < 0.5
