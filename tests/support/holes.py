"""How wide a hole is that one L1C has and another has not."""

from pathlib import Path

import numpy as np

from ipf.geometry.location import Locator
from ipf.l1c import jp2
from ipf.l1c.mgrs import geocoding_of
from ipf.radiometry import BANDS
from ipf.synth.photo import Camera
from study.quality.compare import products
from study.quality.truth import image

#: Metres of a line of 10 m on the ground (../shared/domain/chain.md §4: 10.51), and how long it takes.
LINE_M, LINE_S = 10.5, 1.5658736e-3


def hole_km(view: Camera, complete: Path, holed: Path, band: str) -> dict[int, float]:
    """Along-track extent, km by detector, of the pixels of a band that only `complete` has.

    Whose rows are missing, is told by the detector footprint and by the time at which each pixel was seen.
    """
    here, there = products(complete), products(holed)
    seen: dict[int, list[np.ndarray]] = {}
    for tile, safe in here.items():
        geocoding, resolution = geocoding_of(tile, view.scale), BANDS[band].resolution
        detectors = jp2.read(next(safe.glob(f"GRANULE/*/QI_DATA/MSK_DETFOO_{band}.jp2")))[0]
        missing = (image(safe, band) > 0) & (image(there[tile], band) == 0)
        down, right = (index + 0.5 for index in np.nonzero(missing))
        pixel, owners = geocoding.pixel(resolution), detectors[missing]
        lon, lat = geocoding.lonlat(geocoding.ulx + right * pixel, geocoding.uly - down * pixel)
        for detector in np.unique(owners):
            mine = owners == detector
            t, _ = Locator(view.navigation, band, f"{detector:02d}").inverse(lon[mine], lat[mine])
            seen.setdefault(int(detector), []).append(t)
    return {
        detector: float(np.ptp(np.concatenate(times))) / LINE_S * LINE_M / 1000
        for detector, times in sorted(seen.items())
    }
