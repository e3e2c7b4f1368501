"""OLQC_DS_L1C: inspects the L1C datastrip PDI; see OLQC_TILE_L1C for what becomes of the findings."""

from typing import TYPE_CHECKING

from batch.safe.manifest import verify_manifest
from batch.safe.names import mtd_name
from ipf.l1c import inputs, inspections, olqc
from ipf.steps.olqc_tile_l1c import conclude

if TYPE_CHECKING:
    from ipf.task import Task


def run(task: "Task") -> None:
    """The datastrip."""
    pdi = inputs.first_folder(task, "PDI_SAFE", "S2?_OPER_MSI_L1C_DS_*")
    found = [
        olqc.inspect("FORMAT_CORRECTNESS", "Manifest", lambda: f"{len(verify_manifest(pdi))} files"),
        *inspections.of_datastrip(pdi / mtd_name(pdi.name)),
    ]
    conclude(task, pdi.name, found, olqc.DATASTRIP_CHECKS)
