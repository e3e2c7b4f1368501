"""One IPF invocation: reads the job order, runs the step of that name, writes the report.

A step is the function `run(task)` in `ipf/steps/<name in lower case>.py`; there is no other registry.
Exit codes follow the generic IPF interface: 0 done, 1-127 done with warnings, 128 and more failed.
"""

import importlib
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from batch.joborder import JobOrder, read_job_order

FAILURE = 128
WARNINGS = 1

#: PARALLEL_BAND_IDENT counts bands by bandId (B00…B12); people count them as B01…B12 with B8A.
BAND_NAMES = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12")
DETECTORS = tuple(f"{d:02d}" for d in range(1, 13))


@dataclass
class Task:
    """What a step needs to know: its job order, decoded."""

    job: JobOrder
    warnings: list[str] = field(default_factory=list)

    def input(self, file_type: str) -> Path:
        """The one path of an input type."""
        return self.job.input(file_type)

    def inputs(self, file_type: str) -> tuple[Path, ...]:
        """All paths of an input type, in the order of the chain's producers; empty if it is not given."""
        return self.job.inputs.get(file_type, ())

    def output(self, file_type: str) -> Path:
        """Directory (or file) to write an output type to. Directories exist already."""
        return self.job.output(file_type)

    def parameter(self, name: str, default: str | None = None) -> str:
        """A dynamic processing parameter; an error if it is missing and has no default."""
        value = self.job.parameters.get(name, default)
        if value is None:
            raise KeyError(f"the job order of {self.job.ipf} has no parameter {name}")
        return value

    @property
    def scale(self) -> int:
        """N of `--scale N`: N × N fewer pixels with the same geometry; 1 is the real thing."""
        return int(self.parameter("SCALE", "1"))

    @property
    def bands(self) -> tuple[str, ...]:
        """Band names of this unit (all 13 where the IPF is not split by band)."""
        ident = self.parameter("PARALLEL_BAND_IDENT", "")
        return tuple(BAND_NAMES[int(b[1:])] for b in ident.split("-")) if ident else BAND_NAMES

    @property
    def detectors(self) -> tuple[str, ...]:
        """Detectors "01"…"12" of this unit."""
        ident = self.parameter("PARALLEL_ATF_DETECTOR_IDENT", "") or self.parameter(
            "PARALLEL_DETECTOR_IDENT", ""
        )
        return tuple(ident.split("-")) if ident else DETECTORS

    @property
    def scenes(self) -> tuple[int, int] | None:
        """First and last scene (1-based, inclusive) of the ATF or granule range; None if not split so."""
        for kind in ("ATF_BEGIN_GRANULE", "GRANULE_BEGIN"):
            begin = self.parameter(f"PARALLEL_{kind}", "")
            if begin:
                return int(begin), int(self.parameter(f"PARALLEL_{kind.replace('BEGIN', 'END')}"))
        return None

    @property
    def tile(self) -> str:
        """Number "001"… of the tile in TILE_LIST_FILE."""
        return self.parameter("PARALLEL_TILE_IDENT")

    def log(self, level: str, text: str) -> None:
        """One line in the IPFs' way: time stamp first, level letter D, I, P, W or E in brackets."""
        if level == "W":
            self.warnings.append(text)
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        print(f"{stamp} {self.job.ipf} {self.job.version} [{level}] {text}", flush=True)


def execute(ipf: str, job_order: Path) -> int:
    """Run one IPF. Never raises: whatever happens is in the log and in the exit code."""
    try:
        task = Task(read_job_order(job_order))
        if task.job.ipf != ipf:
            raise ValueError(f"{job_order} is a job order of {task.job.ipf}, not of {ipf}")
        step: Callable[[Task], None] = importlib.import_module(f"ipf.steps.{ipf.lower()}").run
        task.log("I", f"IDP-SC {ipf} started")
        step(task)
        status = WARNINGS if task.warnings else 0
        _report(task, status)
        task.log("I", f"IDP-SC {ipf} finished")
        return status
    except Exception:
        sys.stderr.write(f"[E] {ipf} failed\n{traceback.format_exc()}")
        return FAILURE


def _report(task: Task, status: int) -> None:
    output = task.job.outputs.get("REPORT")
    if output is None:
        return
    root = etree.Element("Ipf_Report")
    etree.SubElement(root, "IPF").text = task.job.ipf
    etree.SubElement(root, "VERSION").text = task.job.version
    etree.SubElement(root, "EXECUTION_STATUS").text = "WARNING" if status else "OK"
    for text in task.warnings:
        etree.SubElement(root, "WARNING").text = text
    output.path.parent.mkdir(parents=True, exist_ok=True)
    output.path.write_bytes(etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8"))
