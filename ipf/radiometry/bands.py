"""The 13 bands: resolution, wavelength, solar irradiance, gain.

Numbers are those of public products: gains and irradiances of S2A from an L1C of 2021-09-08, gains of S2B
from an L1C of 2022-10-11, irradiances of S2B from the SOLAR_IRRADIANCE of its L1C. Later satellites get the
values of S2B.
"""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Band:
    """One band of one satellite.

    resolution: m, along track and, from L1B on, across track.
    wavelength: centre in nm.
    irradiance: E_sun in W m-2 um-1.
    gain: A_k, counts per W m-2 sr-1 um-1 (PHYSICAL_GAINS).
    """

    name: str
    number: int  # bandId, 0…12
    resolution: int
    wavelength: float
    irradiance: float
    gain: float

    @property
    def raw_resolution(self) -> int:
        """Across-track sampling [m] before binning: 60 m bands have columns of 20 m until L1B."""
        return min(self.resolution, 20)

    @property
    def binning(self) -> int:
        """How many raw columns make one L1B column."""
        return self.resolution // self.raw_resolution

    def raw_columns(self, scale: int = 1) -> int:
        """Columns of a packet's line, blind pixels included: 2592 / N at 10 m, 1296 / N at 20 and 60 m."""
        return 25920 // self.raw_resolution // scale

    def blind_columns(self, scale: int = 1) -> int:
        """Blind pixels before the first useful column; there are about as many after the last one."""
        useful = self.useful_columns(scale)
        return (self.raw_columns(scale) - useful) // 2

    def useful_columns(self, scale: int = 1) -> int:
        """Raw columns that see the Earth: 2552 / N at 10 m, 1276 / N at 20 and 60 m, rounded down."""
        return 25520 // self.raw_resolution // scale

    def l1b_columns(self, scale: int = 1) -> int:
        """Columns after RADIO_AB: the 60 m bands are binned by 3, what is left over is dropped."""
        return self.useful_columns(scale) // self.binning

    def lines(self, scale: int = 1) -> int:
        """Lines of one granule: 2304, 1152 or 384, over N."""
        return 23040 // self.resolution // scale


# name, resolution, wavelength, then (irradiance, gain) of S2A and of S2B
_TABLE = (
    ("B01", 60, 442.7, (1884.69, 4.1065), (1874.30, 3.9630)),
    ("B02", 10, 492.7, (1959.66, 3.7501), (1959.75, 3.8112)),
    ("B03", 10, 559.8, (1823.24, 4.1755), (1824.93, 4.2214)),
    ("B04", 10, 664.6, (1512.06, 4.5061), (1512.79, 4.7576)),
    ("B05", 20, 704.1, (1424.64, 5.1866), (1425.78, 5.1672)),
    ("B06", 20, 740.5, (1287.61, 4.8505), (1291.13, 5.0689)),
    ("B07", 20, 782.8, (1162.08, 4.5119), (1175.57, 4.7462)),
    ("B08", 10, 832.8, (1041.63, 6.1299), (1041.28, 6.7946)),
    ("B8A", 20, 864.7, (955.32, 5.1109), (953.93, 5.7372)),
    ("B09", 60, 945.1, (812.92, 8.4867), (817.58, 9.3317)),
    ("B10", 60, 1373.5, (367.15, 54.778), (365.41, 56.298)),
    ("B11", 20, 1613.7, (245.59, 35.116), (247.08, 37.132)),
    ("B12", 20, 2202.4, (85.25, 106.168), (87.75, 108.652)),
)


@cache
def _bands(first_of_its_kind: bool) -> dict[str, Band]:
    bands = {}
    for number, (name, resolution, wavelength, s2a, s2b) in enumerate(_TABLE):
        irradiance, gain = s2a if first_of_its_kind else s2b
        bands[name] = Band(name, number, resolution, wavelength, irradiance, gain)
    return bands


def band(satellite: str, name: str) -> Band:
    """Constants of a band ("B8A") of a satellite ("S2A", "Sentinel-2A", …)."""
    return _bands(satellite.upper().endswith("A"))[name]


#: Band names in the order of bandId; sizes are the same for all satellites.
BANDS: dict[str, Band] = _bands(False)
