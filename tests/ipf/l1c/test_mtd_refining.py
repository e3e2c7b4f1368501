"""A refining in the metadata: valid, read back as it was, and told for the whole only if all parts agree."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from batch.safe.xml import need, parse_xml, write_xml
from ipf.geometry.navigation import Refining
from ipf.l1c import mtd_datastrip, mtd_refining
from ipf.l1c.xmlbuild import save
from ipf.refine.record import Refined
from ipf.synth.ds_metadata import datastrip_metadata
from tests.ipf.l1c.chain_rig import strip
from tests.ipf.l1c.test_metadata import PROCESSING, errors
from tests.shared import needs_shared

EPOCH = strip().navigation.epoch
REFINED = Refined(
    "REFINED",
    Refining(40.0, ((1e-4, 2e-6), (-1.5e-4, 3e-6), (5e-5, -1e-6))),
    EPOCH,
    str(strip().datatake),
    strip().name,
    deviation_m=(3.0, 4.0),
)


def written(folder: Path, refined: Refined | None, later: int = 0) -> Path:
    """Metadata of the datastrip, or of one that begins and ends so many seconds later."""
    write_xml(datastrip_metadata(strip()), folder / "l0c.xml")
    l0c = parse_xml(folder / "l0c.xml")
    for end in ("START", "STOP"):
        time = need(l0c, f"General_Info/Datastrip_Time_Info/DATASTRIP_SENSING_{end}")
        whole, dot, rest = str(time.text).partition(".")
        moved = np.datetime64(whole) + np.timedelta64(later, "s")
        time.text = f"{moved}{dot}{rest}"
    path = folder / f"l1c-{later}-{id(refined)}.xml"
    save(mtd_datastrip.build(l0c, PROCESSING, ["42TVQ"], {}, refined), path)
    return path


@needs_shared
@pytest.mark.parametrize("refined", [REFINED, None, replace(REFINED, flag="NOT_REFINED")])
def test_it_is_valid(tmp_path: Path, refined: Refined | None) -> None:
    document = parse_xml(written(tmp_path, refined)).getroot()
    assert errors("S2_PDI_Level-1C_Datastrip_Metadata.xsd", document) == []


@pytest.mark.parametrize("later", [0, 13])
def test_it_is_read_back_about_the_part_s_own_middle(tmp_path: Path, later: int) -> None:
    from ipf.geometry.ancillary import read_navigation

    path = written(tmp_path, REFINED, later)
    assert mtd_refining.is_refined(path)
    found, told = read_navigation(path).refining, REFINED.refining
    assert found.t0 != told.t0
    for t in (0.0, 30.0, 90.0):
        for mine, other in zip(found.rotation, told.rotation, strict=True):
            value = mine[0] + mine[1] * (t - found.t0)
            assert value == pytest.approx(other[0] + other[1] * (t - told.t0), abs=1e-15)
    location = "Quality_Indicators_Info/Geometric_Info/Update_Absolute_Location/VALUE"
    assert need(parse_xml(path), location).text == "5"


def test_parts_of_one_refining_agree_and_others_do_not(tmp_path: Path) -> None:
    one, later = written(tmp_path, REFINED), written(tmp_path, REFINED, 13)
    whole = mtd_refining.common([one, later], EPOCH)
    assert whole is not None and whole.good and whole.deviation_m[0] == 5
    turned = Refining(40.0, ((1e-4 + 1e-9, 2e-6), *REFINED.refining.rotation[1:]))
    other = written(tmp_path, replace(REFINED, refining=turned))
    assert mtd_refining.common([one, other], EPOCH) is None
    assert mtd_refining.common([one, written(tmp_path, None)], EPOCH) is None
    assert mtd_refining.common([], EPOCH) is None
