"""From the name of a tile to its place: MGRS 100 km squares, widened to the S2 tiling grid.

Letters after NGA.STND.0037 (AA lettering of WGS84). The corner of the tile is that of the square moved
outwards to the next multiple of 60 m from the central meridian's false easting and from the equator, so
that pixels of 10, 20 and 60 m share it. Public corners (ULX, ULY): 46RER 499980, 3100020; 33SVB 399960,
4200000; in the south, where the false northing is not a multiple of 60, 01CCV 300000, 2000020.
"""

import re

from batch.errors import InputError
from ipf.l1c.geocoding import Geocoding

_NAME = re.compile(r"(\d\d)([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])", re.ASCII)
_COLUMNS = ("STUVWXYZ", "ABCDEFGH", "JKLMNPQR")
_ROWS = "ABCDEFGHJKLMNPQRSTUV"
_BANDS = "CDEFGHJKLMNPQRSTUVWX"
#: Northing [100 km] below which no square of a latitude band begins, false northing of the south included.
_LEAST = (11, 20, 28, 37, 46, 55, 64, 73, 82, 91, 0, 8, 17, 26, 35, 44, 53, 62, 70, 79)
_SQUARE = 100_000
_CYCLE = 20
_ALIGN = 60
_FALSE_NORTHING = 10_000_000


def geocoding_of(tile: str, scale: int = 1) -> Geocoding:
    """Geocoding of a tile "36MZD"; InputError if there is no such square."""
    match = _NAME.fullmatch(tile)
    zone = int(match[1]) if match else 0
    if match is None or not 1 <= zone <= 60 or match[3] not in _COLUMNS[zone % 3]:
        raise InputError(f"{tile!r} is not an MGRS square like 36MZD; correct the tile list")
    easting = (_COLUMNS[zone % 3].index(match[3]) + 1) * _SQUARE
    band = _BANDS.index(match[2])
    row = (_ROWS.index(match[4]) - (0 if zone % 2 else 5)) % _CYCLE
    while row < _LEAST[band]:
        row += _CYCLE
    north = band >= _BANDS.index("N")
    false_northing = 0 if north else _FALSE_NORTHING
    top = (row + 1) * _SQUARE - false_northing
    return Geocoding(
        tile,
        (32600 if north else 32700) + zone,
        easting // _ALIGN * _ALIGN,
        -(-top // _ALIGN) * _ALIGN + false_northing,
        scale,
    )
