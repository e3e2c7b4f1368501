import pytest

from batch.errors import InputError
from ipf.l1c.mgrs import geocoding_of


@pytest.mark.parametrize(
    ("tile", "epsg", "ulx", "uly"),
    [
        ("46RER", 32646, 499980, 3100020),  # shared/domain/formats.md §1.3
        ("31TCJ", 32631, 300000, 4900020),
        ("31TDJ", 32631, 399960, 4900020),
        ("33SVB", 32633, 399960, 4200000),
        ("01CCV", 32701, 300000, 2000020),
    ],
)
def test_corners_of_public_products(tile: str, epsg: int, ulx: int, uly: int) -> None:
    geocoding = geocoding_of(tile)
    assert (geocoding.epsg, geocoding.ulx, geocoding.uly) == (epsg, ulx, uly)


@pytest.mark.parametrize("tile", ["", "36MZ", "61MZD", "00CAA", "36IZD", "36MAD", "36MZW", "36mzd"])
def test_refuses_what_is_no_square(tile: str) -> None:
    with pytest.raises(InputError, match="MGRS"):
        geocoding_of(tile)


@pytest.mark.parametrize("tile", ["01CCV", "60XWN", "36MZD", "36NZF", "18TWL", "55HFA", "29SNC", "40MCV"])
def test_a_square_lies_in_its_latitude_band(tile: str) -> None:
    from pyproj import Transformer

    geocoding = geocoding_of(tile)
    to_lonlat = Transformer.from_crs(geocoding.epsg, 4326, always_xy=True)
    band = "CDEFGHJKLMNPQRSTUVWX".index(tile[2])
    south, north = -80 + 8 * band, -72 + 8 * band + (4 if tile[2] == "X" else 0)
    latitudes = [
        to_lonlat.transform(geocoding.ulx + 50_000, geocoding.uly - d)[1] for d in (20, 50_000, 100_020)
    ]
    assert any(south - 1e-3 <= lat <= north + 1e-3 for lat in latitudes), latitudes
