"""What is simulated, and what comes of it. Times in seconds, sizes in MB."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from batch.config import Settings
from batch.plan.cut import DEFAULT_SCENES, OVERLAP

#: MB of an L0c scene and of an L1C tile (PDGS archive reports of 2018 and 2019; mean of 31 tiles).
L0C_MB, TILE_MB = 220.5, 394.0
#: Seconds from the end of reception to the L0c: fixed and per scene (PDGS, 2018-07-21, least squares).
L0C_FIXED_S, L0C_PER_SCENE_S = 198.0, 3.5
#: Tiles that straddle a cut: 6, 4, 6, 5, 6, 5 were seen (PDGS, 2018-07-21).
TILES_PER_CUT = 5.3
_DEFAULTS = Settings()


@dataclass(frozen=True)
class Platform:
    """Stages of one kind and what is between them. The defaults are assumptions, but for production's own.

    `stages` at least, `most` at most: an elastic platform adds stages (ready after `boot_s`) while vDS wait
    for longer than `patience_s`, and gives one back after `idle_s` without work. `lost_per_hour`: probability
    that a stage vanishes, per hour; its vDS are taken up again after `notice_s`, a new stage is there after
    `boot_s`. Links in Gbit/s: `ingest` from the stations to the shared storage, `storage` of the storage
    server, `nic` of a stage (1 is what OVH says of c2-60).
    """

    stages: int = 10
    most: int = 0
    slots: int = 16
    hold: int = _DEFAULTS.hold
    scenes: int = DEFAULT_SCENES
    overlap: int = OVERLAP
    ingest: float = 10.0
    storage: float = 10.0
    nic: float = 1.0
    boot_s: float = 300.0
    patience_s: float = 600.0
    idle_s: float = 900.0
    failure: float = 0.001
    lost_per_hour: float = 1e-4
    notice_s: float = _DEFAULTS.stage_s
    cap: int = _DEFAULTS.cap
    seed: int = 0

    @property
    def elastic(self) -> bool:
        return self.most > self.stages


@dataclass(frozen=True, slots=True)
class Arrival:
    """A datastrip: `sensed` is the beginning of its first scene, `received` the end of its reception."""

    name: str
    scenes: int
    sensed: float
    received: float


@dataclass(frozen=True, slots=True)
class Made:
    """An L1C datastrip, or one that failed or is too short (`why`); `ready`: when its L0c was on storage."""

    name: str
    scenes: int
    sensed: float
    ready: float
    done: float | None
    why: str = ""


@dataclass
class Outcome:
    """What a simulation tells. `seconds`: from the first arrival to the last product, or of the horizon."""

    made: list[Made] = field(default_factory=list)
    #: ends of vDS: time, datastrip, number of the vDS
    order: list[tuple[float, str, int]] = field(default_factory=list)
    vds: int = 0
    vds_attempts: int = 0
    ipf_attempts: int = 0
    work_s: float = 0.0
    #: life of each stage: from when it is paid for until it is given back
    stages: list[tuple[float, float]] = field(default_factory=list)
    stage_busy_s: float = 0.0
    lost_stages: int = 0
    #: seconds during which so many vDS waited
    waiting: dict[int, float] = field(default_factory=dict)
    end: float = 0.0
    in_mb: float = 0.0
    out_mb: float = 0.0
    events: int = 0

    @property
    def stage_s(self) -> float:
        """Stage seconds paid for."""
        return sum(stop - start for start, stop in self.stages)


def arrivals(strips: Sequence[tuple[str, int, float, float]]) -> list[Arrival]:
    """Arrivals from rows (name, scenes, sensed, received), in order of reception."""
    return sorted((Arrival(*row) for row in strips), key=lambda a: (a.received, a.name))
