"""UNFORMAT_SAFE_GR: granules' SAFE folders → the packets of each detector, scene and band, by number."""

from pathlib import Path

from batch.errors import InputError
from batch.safe.names import BANDS, is_l0c, packets_path, parse_name
from ipf import l1a
from ipf.task import Task


def run(task: Task) -> None:
    """PDI_DS_GR_LIST (granules' folders, or folders that hold them) → PDI_DS_GR_LIST (hard links to
    packets).
    """
    out = task.output("PDI_DS_GR_LIST")
    for detector, granules in by_detector(task.inputs("PDI_DS_GR_LIST"), task.detectors).items():
        first, last = task.scenes or (1, len(granules))
        for scene in range(first, min(last, len(granules)) + 1):
            for band in BANDS:
                packets = packets_path(granules[scene - 1], band)
                if not packets.is_file():
                    raise InputError(
                        f"{packets} is missing, packets of {band} were expected; fetch the granule"
                    )
                l1a.link(packets, out / l1a.isp_name(detector, scene, band))
        task.log("I", f"detector {detector}: {len(granules)} granules")


def by_detector(roots: tuple[Path, ...], detectors: tuple[str, ...]) -> dict[str, list[Path]]:
    """Granules' folders of each detector in the order of their sensing times, which is that of the scenes."""
    found: dict[str, dict[str, Path]] = {detector: {} for detector in detectors}
    places = [p for root in roots for p in (root, *_children(root), *_children(root / "GR"))]
    for place in places:
        name = place.resolve().name
        if is_l0c(name, "GR"):
            mine = found.get(parse_name(name).detector or "")
            if mine is not None:
                mine[name] = place
    for detector, granules in found.items():
        if not granules:
            where = ", ".join(str(root) for root in roots) or "no path"
            raise InputError(
                f"input PDI_DS_GR_LIST ({where}) has no granule of detector {detector}; fetch the granules"
            )
    return {
        detector: sorted(granules.values(), key=lambda p: str(parse_name(p.resolve().name).sensing))
        for detector, granules in found.items()
    }


def _children(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
