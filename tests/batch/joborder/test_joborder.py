"""Job orders: what is written reads back the same, and every real sample reads and fits the schema."""

import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from batch.errors import InputError
from batch.joborder import JobOrder, Output, read_job_order, validate_job_order, write_job_order
from tests.shared import SHARED, needs_shared

SAMPLES = sorted(p for p in (SHARED / "data/joborders").glob("*.xml") if b"<Ipf_Job_Order" in p.read_bytes())

JOB = JobOrder(
    ipf="RADIO_AB",
    version="06.01.00",
    inputs={
        "PDI_DS": (Path("/s/UPDATE_LOC/output/PDI_DS"),),
        "GIP_R2EQOG": (Path("/a/B01.xml"), Path("/a/B02.xml")),
    },
    outputs={
        "PDI_ATF_LIST": Output(Path("/s/RADIO_AB/output/PDI_ATF_LIST"), True, "Directory"),
        "REPORT": Output(Path("/s/REPORT/report.xml"), False, "Physical"),
    },
    parameters={"PARALLEL_ATF": "true", "PARALLEL_ATF_BEGIN_GRANULE": "001"},
    sensing_start="2031-05-04T10:20:30Z",
    sensing_stop="2031-05-04T10:21:53Z",
    acquisition_station="SGS_",
    processing_station="REFS",
    input_name_types={"PDI_DS": "Directory", "GIP_R2EQOG": "Physical"},
)


def test_what_is_written_reads_back_and_validates(tmp_path: Path) -> None:
    path = tmp_path / "JobOrder_RADIO_AB.xml"
    write_job_order(JOB, path)
    assert read_job_order(path) == JOB
    validate_job_order(path)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_counts_are_right(tmp_path: Path) -> None:
    path = tmp_path / "j.xml"
    write_job_order(JOB, path)
    for element in etree.parse(str(path)).iter():
        if "count" in element.attrib:
            assert int(element.attrib["count"]) == len(element), element.tag


def test_name_type_of_inputs_is_looked_up_on_disk_if_not_given(tmp_path: Path) -> None:
    (tmp_path / "dir").mkdir()
    job = JobOrder("X", "1", inputs={"A": (tmp_path / "dir",), "B": (tmp_path / "file.xml",)})
    write_job_order(job, tmp_path / "j.xml")
    assert read_job_order(tmp_path / "j.xml").input_name_types == {"A": "Directory", "B": "Physical"}


def test_input_wants_exactly_one() -> None:
    assert JOB.input("PDI_DS") == Path("/s/UPDATE_LOC/output/PDI_DS")
    with pytest.raises(ValueError, match="2 inputs GIP_R2EQOG"):
        JOB.input("GIP_R2EQOG")
    with pytest.raises(KeyError, match="no input VECTOR"):
        JOB.input("VECTOR")
    assert JOB.output("REPORT") == Path("/s/REPORT/report.xml")
    with pytest.raises(KeyError, match="no output VECTOR"):
        JOB.output("VECTOR")


WORD = st.text(string.ascii_uppercase + "_", min_size=1, max_size=8)
TEXT = st.text(string.ascii_letters + "<>&\"' é/_.-", min_size=1).map(str.strip).filter(bool)
# Without blanks at the ends, also behind a slash that Path takes away: in XML they mean nothing.
PATHS = TEXT.map(lambda t: Path("/x") / t.strip("/ "))


@given(
    inputs=st.dictionaries(WORD, st.lists(PATHS, min_size=1, max_size=3).map(tuple), max_size=3),
    outputs=st.lists(
        st.tuples(WORD, st.builds(Output, PATHS, st.booleans(), st.sampled_from(["Directory", "Physical"]))),
        max_size=4,
    ),
    parameters=st.dictionaries(TEXT, TEXT, max_size=3),
)
def test_any_job_order_survives_the_trip(
    tmp_path_factory: pytest.TempPathFactory,
    inputs: dict[str, tuple[Path, ...]],
    outputs: list[tuple[str, Output]],
    parameters: dict[str, str],
) -> None:
    first: dict[str, Output] = {}
    more = []
    for file_type, output in outputs:
        if file_type in first:
            more.append((file_type, output))
        else:
            first[file_type] = output
    job = JobOrder(
        "X",
        "1",
        inputs,
        first,
        parameters,
        input_name_types=dict.fromkeys(inputs, "Directory"),
        more_outputs=tuple(more),
    )
    path = tmp_path_factory.mktemp("jo") / "j.xml"
    write_job_order(job, path)
    validate_job_order(path)
    assert read_job_order(path) == job


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<Ipf_Job_Order><Ipf_Conf>", "not well-formed"),
        ("<Other/>", "root element is Other, expected Ipf_Job_Order"),
        ("<Ipf_Job_Order/>", "0 elements List_of_Ipf_Procs/Ipf_Proc"),
        ("<Ipf_Job_Order><List_of_Ipf_Procs><Ipf_Proc/></List_of_Ipf_Procs></Ipf_Job_Order>", "no Task_Name"),
        (
            "<Ipf_Job_Order><List_of_Ipf_Procs><Ipf_Proc><Task_Name>A</Task_Name><List_of_Inputs><Input/>"
            "</List_of_Inputs></Ipf_Proc></List_of_Ipf_Procs></Ipf_Job_Order>",
            "Input has no File_Type",
        ),
    ],
)
def test_broken_is_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "j.xml"
    path.write_text(text)
    with pytest.raises(InputError, match=re.escape(says)) as caught:
        read_job_order(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_job_order(tmp_path / "none.xml")


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    path = tmp_path / "j.xml"
    path.write_text(
        f'<!DOCTYPE Ipf_Job_Order [<!ENTITY e SYSTEM "{tmp_path / "secret"}">]>'
        "<Ipf_Job_Order><List_of_Ipf_Procs><Ipf_Proc><Task_Name>A</Task_Name><Task_Version>&e;</Task_Version></Ipf_Proc></List_of_Ipf_Procs>"
        "</Ipf_Job_Order>"
    )
    assert "secret" not in read_job_order(path).version


def test_schema_names_what_does_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "j.xml"
    write_job_order(JOB, path)
    path.write_text(path.read_text().replace("File_Name_Type>Directory", "File_Name_Type>Folder"))
    with pytest.raises(InputError, match="File_Name_Type"):
        validate_job_order(path)


@needs_shared
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
def test_real_samples_read_validate_and_survive(sample: Path, tmp_path: Path) -> None:
    validate_job_order(sample)
    job = read_job_order(sample)
    assert job.ipf and job.inputs
    again = tmp_path / "again.xml"
    write_job_order(job, again)
    validate_job_order(again)
    assert read_job_order(again) == job


@needs_shared
def test_real_sample_content() -> None:
    job = read_job_order(SHARED / "data/joborders/JobOrder.INIT_LOC_L0_52742.xml")
    assert (job.ipf, job.version, job.processor_version) == ("INIT_LOC_L0", "01.00", "01.03")
    assert job.sensing_start == "1983-01-01T00:00:00Z"
    assert len(job.inputs["GIP_VIEDIR"]) == 13
    assert job.parameters["TRACE"] == "false"
    assert job.input("PDI_DS").name.startswith("S2A_OPER_MSI_L0U_DS_CGS1")
    assert set(job.outputs) == {"PDI_DS", "PDI_DS_GR_LIST", "REPORT"}
