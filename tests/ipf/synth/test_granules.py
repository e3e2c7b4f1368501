"""Granules on disk: valid metadata, whole manifests, packets that say when and what."""

from decimal import Decimal

import numpy as np
import pytest
from lxml import etree

from batch.errors import InputError
from batch.safe.datastrip import Granule
from batch.safe.gps import gps_seconds
from batch.safe.manifest import verify_manifest
from batch.safe.names import BANDS, mtd_path, packets_path
from batch.safe.packets import packets_of, read_packets
from ipf.packets import decode
from ipf.radiometry import BANDS as FACTS
from ipf.synth.granules import first_row
from ipf.synth.photo import photograph
from tests.ipf.conftest import SCALE, Made
from tests.ipf.synth.test_strip import schema
from tests.shared import needs_shared


@needs_shared
def test_metadata_are_valid(made: Made) -> None:
    check = schema("S2_PDI_Level-0_Granule_Metadata.xsd")
    for folder in (made.folder / "GR").iterdir():
        assert check.validate(etree.parse(str(mtd_path(folder)))), check.error_log


def test_manifests_list_all_there_is(made: Made) -> None:
    folders = sorted((made.folder / "GR").iterdir())
    assert [f.name for f in folders] == sorted(
        g.name for detector in made.detectors for g in made.ds.granules[detector]
    )
    for folder in folders:
        assert len(verify_manifest(folder)) == len(BANDS) + 1


@pytest.mark.parametrize("band", ["B01", "B02", "B12"])
def test_packets_hold_the_photograph_and_its_time(made: Made, band: str) -> None:
    granule = made.ds.granules["06"][2]
    packets = list(read_packets(packets_path(made.folder / "GR" / granule.name, band)))
    facts, lines = FACTS[band], 16 // SCALE
    assert len(packets) == packets_of(facts.number)
    assert packets[0][0].count == 2 * len(packets)
    row = first_row(granule, band, SCALE)
    assert row == 2 * facts.lines(SCALE)
    for index in (0, 1, len(packets) - 1):
        exact = (
            gps_seconds(made.ds.gps_times[facts.number, "06"])
            + (row + index * lines) * made.ds.line_period / 1000 * facts.resolution / 10 * SCALE
        )
        assert abs(packets[index][0].gps - exact) < Decimal("3e-10")
    counts = decode(((h.coding, p) for h, p in packets), lines, facts.raw_columns(SCALE))
    assert np.array_equal(counts, photograph(made.camera, band, "06", row, len(counts)))


def test_a_granule_that_begins_amid_a_row_is_refused() -> None:
    granule = Granule("S2B_…", "01", 1 + 2304 + 48)
    assert first_row(granule, "B02", 16) == (2304 + 48) // 16
    with pytest.raises(InputError, match="no whole row of B01 at scale 16"):
        first_row(granule, "B01", 16)
