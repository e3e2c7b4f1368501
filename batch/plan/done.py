"""What an output folder holds already: a vDS whose L1C is there is not made again."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Done:
    """A vDS that need not run, and the reason."""

    vds: str
    why: str


def already_done(out: Path, datastrip: str) -> dict[str, Done]:
    """vDS of `datastrip` whose L1C lies under `out`, by id; its folder appears when it is complete."""
    found = {}
    for folder in sorted((out / datastrip / "l1c").glob("v*")):
        products = len(list(folder.glob("*.SAFE")))
        if products:
            found[folder.name] = Done(folder.name, f"{products} tiles in l1c/{folder.name}")
    return found
