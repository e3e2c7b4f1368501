from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.errors import InputError
from batch.safe import names

DS = "S2B_OPER_MSI_L0__DS_REFS_20221124T163650_S20221011T064025_N02.08"
GR = "S2B_OPER_MSI_L0__GR_REFS_20221124T163650_S20221011T064025_D01_N02.08"
TL = "S2B_OPER_MSI_L1C_TL_SGS__20221124T170956_A029232_T39MYP_N04.00"

times = st.datetimes(datetime(2015, 1, 1), datetime(2040, 1, 1)).map(lambda t: t.replace(tzinfo=UTC))
centres = st.sampled_from(["REFS", "SGS", "SGS_", "EPAE", "2BPS"])
baselines = st.builds("{:02d}.{:02d}".format, st.integers(0, 99), st.integers(0, 99))


@pytest.mark.parametrize("name", [DS, GR, TL])
def test_real_names_survive_the_round_trip(name: str) -> None:
    assert str(names.parse_name(name)) == name


def test_parts_of_a_granule() -> None:
    name = names.parse_name(GR)
    assert (name.satellite, name.level, name.kind, name.detector) == ("S2B", "L0", "GR", "01")
    assert name.sensing == datetime(2022, 10, 11, 6, 40, 25, tzinfo=UTC)


@given(st.sampled_from("ABCD"), centres, times, times, st.sampled_from(names.DETECTORS), baselines)
def test_built_names_are_read_back(
    sat: str, centre: str, made: datetime, seen: datetime, d: str, n: str
) -> None:
    ds = names.l0c_ds(f"S2{sat}", centre, made, seen, n)
    gr = names.l0c_gr(f"S2{sat}", centre, made, seen, d, n)
    assert names.is_l0c(ds, "DS") and names.is_l0c(gr, "GR")
    assert not names.is_l0c(ds, "GR") and not names.is_l0c(gr, "DS")
    assert names.parse_name(gr).sensing == seen.replace(microsecond=0)
    assert names.parse_name(ds).centre == centre.ljust(4, "_")


def test_files_of_a_pdi() -> None:
    assert names.mtd_name(DS) == "S2B_OPER_MTD_L0__DS_REFS_20221124T163650_S20221011T064025.xml"
    assert names.quicklook_name(DS, "B02") == (
        "S2B_OPER_QLK_L0__DS_REFS_20221124T163650_S20221011T064025_B02.jp2"
    )
    assert names.packets_name(GR, "B8A") == (
        "S2B_OPER_MSI_L0__GR_REFS_20221124T163650_S20221011T064025_D01_B8A.bin"
    )


@pytest.mark.parametrize(
    "name",
    [
        "",
        "DS",
        DS[:-7],  # no baseline
        DS.replace("S2B", "S2E"),
        DS.replace("20221011T064025", "20221311T064025"),  # month 13
        GR.replace("D01", "D13"),
        GR.replace("_D01", ""),
        DS.replace("MSI", "MTD"),
        DS + "/",
    ],
)
def test_other_names_are_refused(name: str) -> None:
    assert not names.is_l0c(name, "DS") and not names.is_l0c(name, "GR")
    with pytest.raises(InputError, match="is not the name of a PDI"):
        names.parse_name(name)


def test_datatake() -> None:
    datatake = names.parse_datatake("GS2B_20221011T064029_029232_N02.08")
    assert (datatake.satellite, datatake.orbit, datatake.baseline) == ("S2B", 29232, "02.08")
    assert str(datatake) == "GS2B_20221011T064029_029232_N02.08"
    with pytest.raises(InputError, match="datatake"):
        names.parse_datatake("GS2B_20221011T064029_N02.08")


def test_user_product() -> None:
    start, made = datetime(2022, 10, 11, 6, 40, 29, tzinfo=UTC), datetime(2022, 11, 24, tzinfo=UTC)
    assert names.l1c_safe("S2B", start, "04.00", 34, "39MYP", made) == (
        "S2B_MSIL1C_20221011T064029_N0400_R034_T39MYP_20221124T000000.SAFE"
    )
