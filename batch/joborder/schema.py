"""The kit's own relaxed schema of job orders.

The public schemas were generated from one INIT_LOC_L0 job and enumerate its parameter names; this one fits
the job orders of every IPF and the delivered templates with their placeholders. Counts are not judged.
"""

from functools import cache
from pathlib import Path

from lxml import etree

from batch.errors import InputError
from batch.joborder.read import parse

SCHEMA = Path(__file__).with_name("joborder.xsd")


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def validate_job_order(path: Path) -> None:
    """InputError naming the first element that does not fit the schema; nothing if all do."""
    root = parse(path)
    try:
        _schema().assertValid(root)
    except etree.DocumentInvalid as error:
        raise InputError(f"{path}: not a valid job order ({error}); see {SCHEMA.name}") from error
