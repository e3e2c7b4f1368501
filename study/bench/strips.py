"""What is measured on: vDS of the wanted lengths one after another, as a cut has them; their assembly."""

from collections.abc import Sequence
from pathlib import Path

from batch.chain import Chain
from batch.chain.model import DATASTRIP, VDS
from batch.config import Settings
from batch.errors import InputError
from batch.plan.cut import MINIMUM, OVERLAP, Cut
from batch.plan.vds import write_vds
from batch.runner.make import make_runner
from batch.runner.prepare import Context
from batch.safe.datastrip import Datastrip
from batch.safe.names import parse_name
from study.bench.design import Strip
from study.bench.rig import Rig
from study.laws.size import TILE_M

#: Across the swath (km), and along a scene (km): the same figures as in batch/plan/cut.py and the field's.
SWATH_KM, SCENE_KM = 290.0, 24.2


def scenes_needed(sizes: Sequence[int]) -> int:
    """Scenes of a datastrip that holds vDS of these lengths, neighbours overlapping by 3 scenes."""
    return sum(sizes) - OVERLAP * (len(sizes) - 1)


def lay(sizes: Sequence[int], blocks: Sequence[int], name: str) -> tuple[Cut, ...]:
    """Cuts of these lengths. InputError if one is too short, or the datastrip has no room for them."""
    if not sizes or min(sizes) < MINIMUM or len(set(sizes)) < len(sizes):
        raise InputError(
            f"--sizes {','.join(map(str, sizes))}: different numbers of scenes, {MINIMUM} or more each, "
            "were expected, as 4,7,10"
        )
    needed = scenes_needed(sizes)
    if blocks[0] < needed:
        raise InputError(
            f"{name}: vDS of {', '.join(map(str, sizes))} scenes need {needed} in a row, but its first data "
            f"block has {blocks[0]}; give smaller --sizes or a longer datastrip"
        )
    cuts, first = [], 1
    for number, size in enumerate(sizes, 1):
        last = number == len(sizes)
        cut = Cut(
            f"v{number:02d}",
            first,
            first + size - 1,
            1,
            0 if number == 1 else OVERLAP,
            0 if last else OVERLAP,
        )
        cuts.append(cut)
        first += size - OVERLAP
    return tuple(cuts)


class Strips:
    """The rigs of one datastrip, below `work`: `<work>/<DS name>/s<scale>/{vds,l1c,job}/<id>`."""

    def __init__(
        self,
        datastrip: Datastrip,
        scale: int,
        chain: Chain,
        config: Settings,
        sizes: Sequence[int],
        work: Path,
    ) -> None:
        self.datastrip, self.scale, self.chain, self.config = datastrip, scale, chain, config
        self.cuts = lay(sizes, datastrip.blocks, datastrip.name)
        self.folder = work.absolute() / datastrip.name / f"s{scale}"
        self.runner = make_runner(config)

    def vds(self, cut: Cut) -> Rig:
        """The rig of one vDS; its L0c is written if it is not there."""
        creation = parse_name(self.datastrip.name).creation
        (self.folder / "vds").mkdir(parents=True, exist_ok=True)
        path = write_vds(self.datastrip, cut, self.folder / "vds", creation)
        own = {
            "STAGE_IN": {"SOURCE": str(path), "INPUT": str(self.folder / "job" / cut.id / "input")},
            "STAGE_OUT": {"TARGET": str(self.folder / "l1c" / cut.id)},
        }
        return self._rig(VDS, cut.id, cut.scenes, own)

    def assembly(self) -> Rig:
        """The rig of the assembly of all vDS, which must be prepared."""
        own = {
            "COLLECT": {
                "SOURCE": str(self.datastrip.ds_dir.absolute()),
                "PRODUCTS": str(self.folder / "l1c"),
                "JOBS": " ".join(c.id for c in self.cuts),
            },
            "STAGE_OUT": {"TARGET": str(self.folder / "assembled")},
        }
        return self._rig(DATASTRIP, "ds", self.cuts[-1].last, own)

    def _rig(self, scope: str, name: str, scenes: int, own: dict[str, dict[str, str]]) -> Rig:
        folder = self.folder / "job" / name
        context = Context(
            chain=self.chain,
            scope=scope,
            folder=folder,
            aux=Path(self.config.aux).absolute() if self.config.aux else None,
            parameters={"SCALE": str(self.scale), "CREATION_DATE": "2026-01-01T00:00:00Z"},
            own=own,
        )
        return Rig(context, self.runner, folder, scenes)

    def strip(self, rig: Rig) -> Strip:
        """What a prepared rig offers; of an assembly only the tiles of several vDS, which are its work."""
        tiles = coverage(rig, self.folder / "job", [c.id for c in self.cuts])
        return Strip(rig.context.scope, rig.scenes, self.scale, tiles)


def coverage(rig: Rig, jobs: Path, ids: Sequence[str]) -> dict[str, float]:
    """Tiles of a rig and the part of each that has data, from the footprints that the IPFs have written.

    1 where they wrote none that can be read (only ours write GeoJSON): then tiles with little data count as
    full ones, and the law puts what they save into its other terms.
    """
    listed = rig.extents.get("tile", ())
    if rig.context.scope == VDS:
        seen = footprint_tiles(rig.folder)
        return {t: seen.get(t, 0.0) if seen else 1.0 for t in listed}
    parts = [footprint_tiles(jobs / one) for one in ids]
    both = {t: min(1.0, sum(p.get(t, 0.0) for p in parts)) for t in listed}
    return {t: share for t, share in both.items() if sum(t in p for p in parts) > 1} or dict.fromkeys(
        listed, 1.0
    )


def footprint_tiles(job: Path) -> dict[str, float]:
    """Tile → share that the footprint of UPDATE_LOC covers; empty if there is no footprint as GeoJSON."""
    from ipf.geometry import tiles
    from ipf.geometry.datastrip import FOOTPRINT, read_footprint

    path = job / "UPDATE_LOC" / "output" / "VECTOR_DS_FOOTPRINT" / FOOTPRINT
    if not path.exists():
        return {}
    return {tile.name: share for tile, share in tiles.coverage(read_footprint(path))}


def typical_coverage(scenes: int, tiles: int) -> float:
    """Share of its tiles that a vDS covers on the average: (n − 2) scenes of ground over all their area."""
    area = tiles * (TILE_M / 1000) ** 2
    return min(1.0, max(0, scenes - 2) * SCENE_KM * SWATH_KM / area) if tiles else 0.0
