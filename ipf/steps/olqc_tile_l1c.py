"""OLQC_TILE_L1C: inspects the finished product of a tile.

The check looks at the package as a user gets it: manifest, sizes and checksums, then every inspection of
the tile anew. The task table gives this IPF no output: reports of what it finds are written beside REPORT,
and a product that does not pass is a failure of this IPF. (The reports in the product's QI_DATA are written
by the same inspections when it is packed.)
"""

from typing import TYPE_CHECKING

from batch.errors import InputError
from batch.safe.manifest import verify_manifest
from ipf.l1c import inputs, inspections, merge, olqc

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ipf.task import Task


def run(task: "Task") -> None:
    """One tile."""
    tile = inputs.tile_name(task)
    parts = merge.parts_of(task.inputs("PDI_SAFE"), tile)
    if len(parts) != 1:
        raise InputError(
            f"PDI_SAFE has {len(parts)} products of tile {tile}, one was expected; pack it first"
        )
    part = parts[0]
    found = [
        olqc.inspect("FORMAT_CORRECTNESS", "Manifest", lambda: f"{len(verify_manifest(part.safe))} files"),
        *inspections.of_tile(part.granule, part.stem),
    ]
    conclude(task, part.safe.name, found, olqc.TILE_CHECKS)


def conclude(
    task: "Task", item: str, found: "Sequence[olqc.Inspection]", checklists: "Sequence[str]"
) -> None:
    """Reports beside REPORT, one line of log per inspection, failure if any did not pass."""
    for one in found:
        task.log("I" if one.passed else "E", f"{one.checklist} {one.name}: {one.message}")
    folder = report_folder(task)
    if folder is not None:
        olqc.write_reports(folder, item, found, checklists, olqc.NO_DATE)
    failed = list(olqc.failures(found))
    if failed:
        raise InputError(f"{item} does not pass the quality control: {'; '.join(failed)}")


def report_folder(task: "Task") -> "Path | None":
    """Where the job order's REPORT goes; None if it has none."""
    report = task.job.outputs.get("REPORT")
    return report.path.parent / "OLQC" if report else None
