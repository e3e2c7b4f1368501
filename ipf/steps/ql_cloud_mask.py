"""QL_CLOUD_MASK: where the quick-look is cloudy."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from batch.safe.xml import findall, parse_xml, text
from ipf import l1a
from ipf.radiometry import band as band_of
from ipf.radiometry import earth_sun_factor, reflectance
from ipf.task import Task

#: Clouds are bright in the blue and in the SWIR (snow is not): reflectances, as in the first steps of
#: Sen2Cor.
_BLUE, _SWIR = 0.30, 0.20
_USED = ("B02", "B11")


def run(task: Task) -> None:
    """QUICKLOOK_CM (B02.npy …), PDI_DS → QUICKLOOK_CM/ql_cloud.npy, VECTOR/cloud.json."""
    tree = parse_xml(l1a.require(task.inputs("PDI_DS"), "MTD.xml", "PDI_DS"))
    satellite = text(tree, "General_Info/Datatake_Info/SPACECRAFT_NAME")
    start = datetime.fromisoformat(text(tree, "General_Info/Datastrip_Time_Info/DATASTRIP_SENSING_START"))
    zeniths = findall(
        tree,
        "Image_Data_Info/Geometric_Header_List/Geometric_Header/Located_Geometric_Header/Solar_Angles/ZENITH_ANGLE",
    )
    # One angle for the whole quick-look: it changes by a few degrees, the thresholds are far coarser.
    zenith = np.mean([float(z.text or "nan") for z in zeniths]) if zeniths else 45.0
    counts = {
        band: np.load(l1a.require(task.inputs("QUICKLOOK_CM"), f"{band}.npy", "QUICKLOOK_CM"))
        for band in _USED
    }
    seen = {
        band: reflectance(
            counts[band] / band_of(satellite, band).gain,
            band_of(satellite, band),
            earth_sun_factor(start),
            max(np.cos(np.radians(zenith)), 0.01),
        )
        for band in _USED
    }
    mask = cloudy(seen["B02"], seen["B11"])
    l1a.save_array(task.output("QUICKLOOK_CM") / "ql_cloud.npy", mask)
    percentage = 100 * float(mask.mean())
    note = {"cloudy_percentage": percentage, "shape": list(mask.shape)}
    l1a.save_json(task.output("VECTOR") / "cloud.json", note)
    task.log("I", f"{percentage:.1f} % of the quick-look is cloudy")


def cloudy(blue: NDArray[np.floating], swir: NDArray[np.floating]) -> NDArray[np.uint8]:
    """1 where there is cloud, of reflectances of B02 and B11."""
    return ((blue > _BLUE) & (swir > _SWIR)).astype(np.uint8)
