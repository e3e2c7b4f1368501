"""QL_DECOMP and QL_CLOUD_MASK over generated quick-looks."""

import json
from pathlib import Path

import numpy as np
import pytest

from batch.errors import InputError
from batch.safe.names import quicklook_name
from ipf.radiometry import band as band_of
from ipf.radiometry import earth_sun_factor, reflectance
from ipf.steps import ql_cloud_mask, ql_decomp, unformat_safe_ds
from ipf.synth.quicklook import write_jp2
from tests.ipf.conftest import Made
from tests.ipf.steps.l1a_tasks import task


def test_images_come_back_from_wherever_they_are(made: Made, tmp_path: Path) -> None:
    counts = np.arange(600, dtype=np.uint16).reshape(20, 30)
    folder = tmp_path / "DS" / made.ds.name / "QI_DATA"
    folder.mkdir(parents=True)
    for band in ("B02", "B11"):
        write_jp2(counts, folder / quicklook_name(made.ds.name, band))
    for number, given in enumerate((tmp_path, folder, folder / quicklook_name(made.ds.name, "B02"))):
        out = tmp_path / f"out{number}"
        ql_decomp.run(task("QL_DECOMP", out, {"QUICKLOOK": given}, ("QUICKLOOK",)))
        assert np.array_equal(np.load(out / "QUICKLOOK/B02.npy"), counts)


def test_no_quicklook_or_a_broken_one_is_refused(made: Made, tmp_path: Path) -> None:
    one = task("QL_DECOMP", tmp_path / "out", {"QUICKLOOK": tmp_path}, ("QUICKLOOK",))
    with pytest.raises(InputError, match="has no S2x_OPER_QLK_L0__DS"):
        ql_decomp.run(one)
    (tmp_path / quicklook_name(made.ds.name, "B02")).write_bytes(b"not an image")
    with pytest.raises(InputError, match="not a readable quick-look"):
        ql_decomp.run(one)


def test_bright_in_blue_and_swir_is_cloud(made: Made, tmp_path: Path) -> None:
    """Quarters: cloud, snow (dark in the SWIR), bare soil (dark in the blue), sea."""
    unformat_safe_ds.run(task("UNFORMAT_SAFE_DS", tmp_path, {"PDI_DS": made.folder}, ("PDI_DS", "PDI_SAD")))
    (tmp_path / "in").mkdir()
    for band, values in (("B02", (0.6, 0.6, 0.15, 0.1)), ("B11", (0.4, 0.08, 0.4, 0.02))):
        facts = band_of("S2B", band)
        one = float(reflectance(1 / facts.gain, facts, earth_sun_factor(made.ds.sensing_start), 0.9))
        image = np.repeat(np.round(np.array(values) / one), 25).reshape(10, 10)
        np.save(tmp_path / "in" / f"{band}.npy", image.astype(np.uint16))
    inputs = {"QUICKLOOK_CM": tmp_path / "in", "PDI_DS": tmp_path / "PDI_DS"}
    ql_cloud_mask.run(task("QL_CLOUD_MASK", tmp_path, inputs, ("VECTOR", "QUICKLOOK_CM")))
    mask = np.load(tmp_path / "QUICKLOOK_CM/ql_cloud.npy").ravel()
    assert mask.tolist() == [1] * 25 + [0] * 75
    assert json.loads((tmp_path / "VECTOR/cloud.json").read_text())["cloudy_percentage"] == 25
