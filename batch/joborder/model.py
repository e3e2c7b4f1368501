"""What an Ipf_Job_Order says, as plain data.

The format descends from ESA's Generic IPF Interface Specification MMFI-GSEG-EOPG-TN-07-0003, issue 1.8.
The S2 chain uses it with one Ipf_Proc, with inputs WORKING (scratch of this run) and IDP_INFOS, and with
output REPORT.
"""

from dataclasses import dataclass, field
from pathlib import Path

DIRECTORY = "Directory"
PHYSICAL = "Physical"


@dataclass(frozen=True)
class Output:
    """One Output: a directory that exists already, or a file to be written."""

    path: Path
    mandatory: bool = True
    name_type: str = DIRECTORY


@dataclass(frozen=True)
class JobOrder:
    """One invocation of one IPF.

    `inputs` maps a File_Type to its File_Names (a per-band GIPP has 13); a File_Type that stands in several
    Input elements has all their names, in order. `outputs` holds the first Output of each File_Type,
    `more_outputs` any further ones. `sensing_*` is `YYYY-MM-DDThh:mm:ssZ` or None, a station has 4 signs.
    """

    ipf: str
    version: str
    inputs: dict[str, tuple[Path, ...]] = field(default_factory=dict)
    outputs: dict[str, Output] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    sensing_start: str | None = None
    sensing_stop: str | None = None
    acquisition_station: str | None = None
    processing_station: str | None = None
    #: File_Name_Type of inputs; what is missing here is Directory if it is one on disk, else Physical.
    input_name_types: dict[str, str] = field(default_factory=dict)
    more_outputs: tuple[tuple[str, Output], ...] = ()
    #: Processor_Name and its Version, where they differ from Task_Name and Task_Version (older samples).
    processor: str | None = None
    processor_version: str | None = None
    log_level: str = "INFO"

    def input(self, file_type: str) -> Path:
        """The one path of an input type: KeyError if there is none, ValueError if there are several."""
        paths = self.inputs.get(file_type, ())
        if not paths:
            given = " ".join(sorted(self.inputs)) or "none"
            raise KeyError(f"the job order of {self.ipf} has no input {file_type} (it has: {given})")
        if len(paths) > 1:
            raise ValueError(f"the job order of {self.ipf} has {len(paths)} inputs {file_type}, expected one")
        return paths[0]

    def output(self, file_type: str) -> Path:
        """The path of an output type: KeyError if there is none."""
        if file_type not in self.outputs:
            given = " ".join(sorted(self.outputs)) or "none"
            raise KeyError(f"the job order of {self.ipf} has no output {file_type} (it has: {given})")
        return self.outputs[file_type].path
