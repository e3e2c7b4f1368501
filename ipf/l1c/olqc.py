"""On-line quality control: inspections of a tile or datastrip on disk, and their reports.

An inspection looks at the files themselves. Reports follow OLQC_Report.xsd of PSD 14.8 (Earth Explorer file
REP_OLQCPA), one per check list, as in QI_DATA of the public products.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lxml import etree

from batch.errors import InputError
from ipf.l1c.xmlbuild import save

TILE_CHECKS = ("FORMAT_CORRECTNESS", "GENERAL_QUALITY", "GEOMETRIC_QUALITY", "SENSOR_QUALITY")
DATASTRIP_CHECKS = (*TILE_CHECKS[:3], "RADIOMETRIC_QUALITY", "SENSOR_QUALITY")
#: Date of reports that are no part of a product.
NO_DATE = datetime(2000, 1, 1)
SCHEMA = "http://gs2.esa.int/DATA_STRUCTURE/olqcReport"


@dataclass(frozen=True)
class Inspection:
    """One thing looked at. `checklist`: one of the CHECKS; `message` says what was found."""

    checklist: str
    name: str
    passed: bool
    message: str


def inspect(checklist: str, name: str, look: Callable[[], str]) -> Inspection:
    """Run one inspection: `look` gives the message, or raises InputError where something is wrong."""
    try:
        return Inspection(checklist, name, True, look())
    except InputError as error:
        return Inspection(checklist, name, False, str(error))


def failures(inspections: Sequence[Inspection]) -> Iterator[str]:
    """Messages of those that did not pass."""
    return (f"{i.checklist}/{i.name}: {i.message}" for i in inspections if not i.passed)


def write_reports(
    folder: Path, item: str, inspections: Sequence[Inspection], checklists: Sequence[str], when: datetime
) -> None:
    """`folder`/<check list>.xml for each check list.

    item: PDI name. when: written as the date of everything, so that a re-run gives the same file.
    """
    for checklist in checklists:
        mine = [i for i in inspections if i.checklist == checklist]
        save(_report(item, checklist, mine, when), folder / f"{checklist}.xml")


def _report(item: str, checklist: str, inspections: Sequence[Inspection], when: datetime) -> etree._Element:
    iso = when.strftime("%Y-%m-%dT%H:%M:%S")
    document = etree.Element(f"{{{SCHEMA}}}Earth_Explorer_File", nsmap={"olqc": SCHEMA})

    def new(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
        element = etree.SubElement(parent, f"{{{SCHEMA}}}{tag}", attributes)
        element.text = text
        return element

    header = new(new(document, "Earth_Explorer_Header"), "Fixed_Header")
    new(header, "File_Name", f"{checklist}.xml")
    new(header, "File_Description", "Report produced by OLQC")
    new(header, "Notes")
    new(header, "Mission", item[:3])
    new(header, "File_Class", "OPER")
    new(header, "File_Type", "REP_OLQCPA")
    validity = new(header, "Validity_Period")
    new(validity, "Validity_Start", f"UTC={iso}")
    new(validity, "Validity_Stop", "UTC=2100-01-01T00:00:00")
    new(header, "File_Version", "1")
    source = new(header, "Source")
    new(source, "System", "vds")
    new(source, "Creator", "OLQC")
    new(source, "Creator_Version", "06.01.00")
    new(source, "Creation_Date", f"UTC={iso}")
    status = "PASSED" if all(i.passed for i in inspections) else "FAILED"
    block = new(document, "Data_Block", type="xml")
    report = new(block, "report", gippVersion="1.0", globalStatus=status, date=f"{iso}Z")
    checks = new(report, "checkList")
    new(checks, "parentID", "S2_OLQC")
    new(checks, "name", checklist)
    new(checks, "version", "1.0")
    new(
        checks,
        "item",
        **{"class": "http://www.esa.int/s2#pdi", "className": "PDI", "name": item, "url": item},
    )
    for inspection in inspections:
        check = new(checks, "check")
        new(
            check,
            "inspection",
            creation=f"{iso}Z",
            duration="0",
            execution=f"{iso}Z",
            id=inspection.name,
            item=item,
            itemURL=item,
            name=inspection.name,
            priority="5",
            processingStatus="done",
            status="PASSED" if inspection.passed else "FAILED",
        )
        new(check, "message", inspection.message, contentType="text/plain")
    return document
