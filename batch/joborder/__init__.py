"""Ipf_Job_Order: the only interface to an IPF. Model, tolerant reading, exact writing, relaxed schema."""

from batch.joborder.model import DIRECTORY, PHYSICAL, JobOrder, Output
from batch.joborder.read import read_job_order
from batch.joborder.schema import validate_job_order
from batch.joborder.write import write_job_order

__all__ = [
    "DIRECTORY",
    "PHYSICAL",
    "JobOrder",
    "Output",
    "read_job_order",
    "validate_job_order",
    "write_job_order",
]
