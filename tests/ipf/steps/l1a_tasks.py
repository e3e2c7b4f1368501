"""Job orders of mode L1A over the small generated datastrip, run in this process."""

from collections.abc import Sequence
from pathlib import Path

from batch.joborder import JobOrder
from batch.joborder.model import Output
from ipf.task import Task

PARAMETERS = {"SCALE": "16", "PROCESSING_BASELINE": "04.00", "CREATION_DATE": "2026-11-21T00:00:00Z"}


def task(
    ipf: str, out: Path, inputs: dict[str, Path | Sequence[Path]], outputs: Sequence[str], **parameters: str
) -> Task:
    """A task whose outputs are the folders `out`/<file type>; they exist already, as the runner sees to."""
    for file_type in outputs:
        (out / file_type).mkdir(parents=True, exist_ok=True)
    return Task(
        JobOrder(
            ipf,
            "06.01.00",
            {kind: (paths,) if isinstance(paths, Path) else tuple(paths) for kind, paths in inputs.items()},
            {kind: Output(out / kind) for kind in outputs},
            {**PARAMETERS, **parameters},
        )
    )


def atf(detector: str, first: int, last: int) -> dict[str, str]:
    """Parameters of an ATF × detector unit."""
    return {
        "PARALLEL_ATF_DETECTOR_IDENT": detector,
        "PARALLEL_ATF_BEGIN_GRANULE": f"{first:03d}",
        "PARALLEL_ATF_END_GRANULE": f"{last:03d}",
    }
