"""The observation scenario at places that everybody knows."""

import numpy as np
import pytest

from study.orbit.land import CELL, is_imaged, land, widened

WHERE = {
    "Toulouse": (43.6, 1.44, True),
    "Mediterranean Sea": (38.0, 6.0, True),
    "Caspian Sea": (42.0, 51.0, True),
    "Lake Victoria": (-1.0, 33.0, True),
    "10 km off Perth": (-31.95, 115.63, True),
    "middle of the Atlantic": (20.0, -40.0, False),
    "Bay of Biscay": (45.5, -4.5, False),
    "Pacific Ocean at 180°": (-20.0, 175.0, False),
    "Antarctica": (-80.0, 60.0, False),
    "north of 82.8°": (83.2, -35.0, False),
}


@pytest.mark.parametrize("place", WHERE)
def test_known_places(place: str) -> None:
    lat, lon, expected = WHERE[place]
    for turn in (0, 360):
        assert is_imaged(np.array([lat]), np.array([lon + turn]))[0] == expected


def test_land_is_29_percent_of_the_earth() -> None:
    latitude = 90 - CELL * (np.arange(1800) + 0.5)
    weight = np.cos(np.radians(latitude))[:, None]
    share = (land() * weight).sum() / (weight.sum() * 3600)
    assert share == pytest.approx(0.29, abs=0.01)


def test_widening_reaches_as_far_as_said() -> None:
    mask = np.zeros((1800, 3600), dtype=bool)
    mask[300, 0] = True  # 59.95° N, at the antimeridian
    wide = widened(mask, 50.0)
    rows, columns = np.nonzero(wide)
    assert rows.min() == 300 - 4 and rows.max() == 300 + 4
    assert np.count_nonzero(wide[300]) == 2 * 9 + 1
    assert set(columns) == {*range(10), *range(3591, 3600)}
