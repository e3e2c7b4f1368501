"""Units: pieces cover each dimension once, in balance, and job orders say them in the ICD's words."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.chain import (
    Invocation,
    Partition,
    Unit,
    extents_of,
    load_chain,
    parameters_of,
    pieces,
    with_partitions,
)
from batch.chain.units import BANDS, DETECTORS, units
from batch.choreography import invocations

TILES = ("36MZD", "36MZE", "37MAV")


@given(st.integers(1, 20))
def test_lists_are_cut_without_loss_and_in_balance(count: int) -> None:
    for dimension, whole in (("detector", DETECTORS), ("band", BANDS)):
        parts = [p.split("-") for p in pieces(dimension, 25, Partition(pieces=count))]
        assert [e for p in parts for e in p] == list(whole)
        assert len(parts) == min(count, len(whole))
        assert max(map(len, parts)) - min(map(len, parts)) <= 1


@given(scenes=st.integers(1, 400), most=st.integers(1, 40), dimension=st.sampled_from(["atf", "granule"]))
def test_scenes_are_cut_without_loss_into_as_few_as_can_be(scenes: int, most: int, dimension: str) -> None:
    parts = [tuple(map(int, p.split("-"))) for p in pieces(dimension, scenes, Partition(scenes=most))]
    lengths = [end - begin + 1 for begin, end in parts]
    assert parts[0][0] == 1 and parts[-1][1] == scenes
    assert all(a[1] + 1 == b[0] for a, b in pairwise(parts))
    assert max(lengths) <= most
    assert max(lengths) - min(lengths) <= 1
    assert len(parts) == -(-scenes // most)


def test_the_public_orchestrators_cut() -> None:
    assert pieces("band", 1, Partition(pieces=7))[:2] == ("B00", "B01-B02")
    assert pieces("detector", 1, Partition(pieces=2)) == ("01-02-03-04-05-06", "07-08-09-10-11-12")
    assert pieces("atf", 24, Partition(pieces=2)) == ("001-012", "013-024")
    assert pieces("atf", 24, Partition()) == ("001-024",)
    with pytest.raises(ValueError, match="announced"):
        pieces("tile", 24, Partition())


@pytest.mark.parametrize(
    ("scenes", "decomp", "geo1b"), [(6, 12, 84), (95, 60, 84), (229, 144, 84)], ids=["6", "95", "229"]
)
def test_as_many_processes_as_were_launched_in_operation(scenes: int, decomp: int, geo1b: int) -> None:
    """PDGS, 2018-07-21: three datastrips of 6, 95 and 229 scenes (S2BOA OPDPC reports)."""
    chain = load_chain()
    extents = {**extents_of(chain, scenes), "tile": TILES}
    launched = [v.ipf for v in invocations(chain, "vds", extents)]
    assert launched.count("DECOMP") == launched.count("RADIO_AB") == decomp
    assert launched.count("GEO1B_FINALIZE") == geo1b
    assert launched.count("UNFORMAT_SAFE_GR") == launched.count("RADIO_FINALIZE") == 12
    assert launched.count("GEN_ORTHO_TOA") == launched.count("FORMAT_IMG_L1C") == 7 * len(TILES)


def test_units_agree_on_what_they_share() -> None:
    a = Unit((("atf", "001-012"), ("detector", "01")))
    assert a.agrees(Unit((("detector", "01"), ("band", "B00"))))
    assert not a.agrees(Unit((("detector", "02"),)))
    assert a.agrees(Unit())
    assert a.piece("detector") == "01" and a.piece("tile") is None
    assert (a.label, Unit().label) == ("atf=001-012+detector=01", "all")


def test_every_key_of_the_chain_parses_back() -> None:
    chain = load_chain()
    extents = {**extents_of(chain, 30), "tile": TILES}
    every = invocations(chain, "vds", extents) + invocations(chain, "datastrip", extents)
    assert len(every) > 200
    for invocation in every:
        assert Invocation.parse(invocation.key) == invocation


def parameters(ipf: str, **at: str) -> dict[str, str]:
    chain = with_partitions(load_chain(), {"detector": 6})
    extents = {**extents_of(chain, 25), "tile": TILES}
    (unit,) = [u for u in units(chain.ipf(ipf).split, extents) if all(u.piece(d) == p for d, p in at.items())]
    return parameters_of(chain.ipf(ipf), unit, extents)


def test_atf_and_detector_in_the_icds_words() -> None:
    said = parameters("RADIO_AB", atf="013-025", detector="03-04")
    assert said["PARALLEL_ATF"] == "true"
    assert (said["PARALLEL_ATF_BEGIN_GRANULE"], said["PARALLEL_ATF_END_GRANULE"]) == ("013", "025")
    assert (said["PARALLEL_ATF_BEGIN_MARGIN"], said["PARALLEL_ATF_END_MARGIN"]) == ("0000", "0000")
    assert said["PARALLEL_ATF_DETECTOR_IDENT"] == "03-04"
    assert said["PARALLEL_BAND"] == "false" and said["PARALLEL_BAND_IDENT"] == "-".join(BANDS)
    assert said["DATABLOCK_NUMBER"] == "001"
    assert said["L1A_AND_L1B"] == "true"
    assert "PARALLEL_DETECTOR" not in said


def test_tile_is_a_number_in_the_announced_list() -> None:
    said = parameters("GEN_ORTHO_TOA", band="B01-B02", tile="37MAV")
    assert (said["PARALLEL_TILE"], said["PARALLEL_TILE_IDENT"]) == ("true", "003")
    assert (said["PARALLEL_BAND"], said["PARALLEL_BAND_IDENT"]) == ("true", "B01-B02")


def test_detector_without_a_switch() -> None:
    """UNFORMAT_SAFE_GR knows PARALLEL_DETECTOR_IDENT only; its range of granules is the whole vDS."""
    said = parameters("UNFORMAT_SAFE_GR", detector="03-04")
    assert said["PARALLEL_DETECTOR_IDENT"] == "03-04"
    assert "PARALLEL_DETECTOR" not in said
    assert (said["PARALLEL_GRANULE_BEGIN"], said["PARALLEL_GRANULE_END"]) == ("001", "025")
    assert parameters("RADIO_FINALIZE", detector="03-04")["PARALLEL_DETECTOR"] == "true"


def test_no_split_leaves_the_parameters_as_they_are() -> None:
    assert parameters("UPDATE_LOC") == dict(load_chain().ipf("UPDATE_LOC").parameters)
