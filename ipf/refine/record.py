"""What SPATIO found: refining.json, handed on in PDI_DS, and as REFINING from a whole datastrip to its
vDS."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from batch.errors import InputError
from ipf import l1a
from ipf.geometry.navigation import Refining

FILE = "refining.json"


@dataclass(frozen=True)
class Refined:
    """`refining` (none where `flag` is not REFINED), in seconds since `epoch`, of `datastrip` of `datatake`;
    GRI products it rests on, tie points kept and dropped; mean and standard deviation (east, north) of their
    residuals in m, and their root mean square before. `given`: fitted elsewhere, over the whole datastrip."""

    flag: str
    refining: Refining
    epoch: str
    datatake: str
    datastrip: str
    references: tuple[str, ...] = ()
    points: int = 0
    dropped: int = 0
    mean_m: tuple[float, float] = (0.0, 0.0)
    deviation_m: tuple[float, float] = (0.0, 0.0)
    before_m: float = 0.0
    given: bool = False

    @property
    def good(self) -> bool:
        """Whether the geometry is refined."""
        return self.flag == "REFINED"

    def write(self, path: Path) -> None:
        """As JSON, aside first."""
        path.parent.mkdir(parents=True, exist_ok=True)
        l1a.save_json(path, asdict(self))

    @classmethod
    def read(cls, path: Path) -> "Refined":
        """What `write` wrote; InputError if it is something else."""
        try:
            content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            turns = content["refining"]
            x, y, z = (tuple(float(c) for c in axis) for axis in turns["rotation"])
            homothety = tuple(float(c) for c in turns["homothety"])
            content["refining"] = Refining(float(turns["t0"]), (x, y, z), homothety)
            for pair in ("mean_m", "deviation_m"):
                content[pair] = (float(content[pair][0]), float(content[pair][1]))
            content["references"] = tuple(content["references"])
            return cls(**content)
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise InputError(f"{path} is no refining of SPATIO ({error}); run SPATIO again") from None


def read_if(roots: Sequence[Path]) -> Refined | None:
    """The refining that is handed on in PDI_DS; None in a chain without SPATIO."""
    path = l1a.find(roots, FILE)
    return Refined.read(path) if path else None


def given(roots: Sequence[Path]) -> tuple[Refined, ...]:
    """All that the paths of input REFINING hold; InputError if one is something else."""
    return tuple(Refined.read(path) for root in roots for path in sorted(root.rglob(FILE)))


def given_for(refinings: Sequence[Refined], epoch: str, datatake: str) -> Refined | None:
    """The refining that was fitted over the datastrip which this one is, or is part of: same datatake, same
    first GPS point. None if there is none."""
    return next((one for one in refinings if (one.epoch, one.datatake) == (epoch, datatake)), None)


def moved(refining: Refining, t0: float) -> Refining:
    """The same polynomials about another time, as metadata of a part of a datastrip must have them."""
    x, y, z = (_about(c, t0 - refining.t0) for c in refining.rotation)
    return Refining(t0, (x, y, z), _about(refining.homothety, t0 - refining.t0))


def _about(coefficients: Sequence[float], shift: float) -> tuple[float, ...]:
    """Taylor's shift by Horner's scheme: p(t + shift), lowest power first."""
    c = list(coefficients)
    for start in range(len(c)):
        for k in range(len(c) - 2, start - 1, -1):
            c[k] += shift * c[k + 1]
    return tuple(c)
