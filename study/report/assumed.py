"""Every assumption of the study, by its name in the code, with what it rests on."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from study.report.fact import Fact, constant


@dataclass(frozen=True)
class Assumption:
    """`basis`: measured, design, reported (by others), assumed (by us) or production (what the kit does)."""

    what: str
    module: str
    names: tuple[str, ...]
    unit: str
    basis: str
    why: str

    def groups(self) -> list[list[Fact]]:
        """Its numbers: one, or those of a tuple, a list for each of its members."""
        value = constant(self.module, *self.names).value
        members = list(_members(value)) or [((), value)]
        if not any(list(_members(inner)) for _, inner in members):
            return [[self._fact(names) for names, _ in members]]
        return [[self._fact((*outer, *names)) for names, _ in _members(inner)] for outer, inner in members]

    def _fact(self, names: tuple[str, ...]) -> Fact:
        return constant(self.module, *self.names, *names, told=f"{self.basis}: {self.why}")


def _members(value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What a tuple or a dataclass holds, but for words and switches."""
    if isinstance(value, tuple):
        found = [(str(n), one) for n, one in enumerate(value)]
    elif is_dataclass(value):
        found = [(f.name, getattr(value, f.name)) for f in fields(value)]
    else:
        found = []
    yield from (((name,), one) for name, one in found if not isinstance(one, str | bool))


LAND, TRACK, FORECAST = "study.orbit.land", "study.orbit.track", "batch.plan.forecast"
MODEL, TAKES, DOWN, PLAN = (
    "study.simulate.model",
    "study.orbit.datatakes",
    "study.orbit.downlink",
    "study.orbit.plan",
)


def _platform(name: str, what: str, unit: str, basis: str, why: str) -> Assumption:
    return Assumption(what, MODEL, ("Platform", name), unit, basis, why)


ASSUMPTIONS = (
    _platform("ingest", "line from the stations to the cloud", "Gbit/s", "assumed", "no figure is public"),
    _platform("storage", "storage server", "Gbit/s", "assumed", "a server of that class; to be measured"),
    _platform("nic", "network of a stage", "Gbit/s", "reported", "OVH says so of c2-60; taken for all"),
    _platform("boot_s", "until a new stage works", "s", "assumed", "start of a VM and of its services"),
    _platform("patience_s", "vDS wait before a stage is added", "s", "assumed", "of elastic platforms only"),
    _platform("idle_s", "idle before a stage is given back", "s", "assumed", "of elastic platforms only"),
    _platform("failure", "an attempt of an IPF fails", "", "assumed", "probability; it is made again"),
    _platform("lost_per_hour", "a stage vanishes, per hour", "", "assumed", "probability"),
    _platform("notice_s", "until a lost stage is noticed", "s", "production", "the kit's own time-out"),
    _platform("cap", "attempts of an IPF at most", "", "production", "the kit's own setting"),
    _platform("hold", "vDS on a stage at once", "", "production", "the kit's own setting"),
    _platform("scenes", "scenes of a vDS at most", "", "production", "default of the planner"),
    _platform("overlap", "scenes that vDS share", "", "production", "default of the planner"),
    Assumption("L0c scene", MODEL, ("L0C_MB",), "MB", "reported", "archive reports of the PDGS"),
    Assumption(
        "L1C tile", MODEL, ("TILE_MB",), "MB", "reported", "archive reports of the PDGS, mean of the tiles"
    ),
    Assumption(
        "L0c, fixed", MODEL, ("L0C_FIXED_S",), "s", "reported", "least squares through a day of the PDGS"
    ),
    Assumption(
        "L0c, per scene",
        MODEL,
        ("L0C_PER_SCENE_S",),
        "s",
        "reported",
        "least squares through a day of the PDGS",
    ),
    Assumption(
        "tiles that straddle a cut", MODEL, ("TILES_PER_CUT",), "", "reported", "seen in a day of the PDGS"
    ),
    Assumption(
        "tiles of a datastrip: fixed, and per scene",
        FORECAST,
        ("TILES",),
        "",
        "reported",
        "fitted to the datastrips of a day of the PDGS",
    ),
    Assumption(
        "draws of failures and spread for each length of a vDS",
        "study.simulate.service",
        ("SAMPLES",),
        "",
        "assumed",
        "enough for the mean; the vDS of a length take them in turn",
    ),
    Assumption(
        "scenes that L1 loses, in the replay of past operations",
        "study.simulate.replay",
        ("LOST",),
        "",
        "reported",
        "reports of the PDGS",
    ),
    Assumption(
        "classes of timeliness",
        "study.simulate.measure",
        ("CLASSES_H",),
        "h",
        "design",
        "system technical budget and operations concept of the mission",
    ),
    Assumption(
        "land and coast: southern end", LAND, ("SOUTH",), "°", "reported", "ESA, observation scenario"
    ),
    Assumption(
        "land and coast: northern end", LAND, ("NORTH",), "°", "reported", "ESA, observation scenario"
    ),
    Assumption(
        "coastal waters that are imaged", LAND, ("COAST_KM",), "km", "reported", "ESA, observation scenario"
    ),
    Assumption(
        "closed seas that are imaged: west, east, south, north",
        LAND,
        ("SEAS",),
        "°",
        "assumed",
        "ESA names the seas; the boxes around them are ours",
    ),
    Assumption("grid of land and sea", LAND, ("CELL",), "°", "assumed", "Natural Earth's coast, drawn on it"),
    Assumption("half of the swath", TRACK, ("HALF_SWATH_M",), "m", "design", "ESA, the instrument's swath"),
    Assumption(
        "stations and relay: latitude, longitude, rate",
        DOWN,
        ("STATIONS",),
        "(°, °, Mbit/s)",
        "reported",
        "ESA, core stations of the Copernicus ground segment; the relay is EDRS-A; the rates: see below",
    ),
    Assumption(
        "sun zenith beyond which nothing is imaged",
        TAKES,
        ("SUN_ZENITH",),
        "°",
        "reported",
        "ESA, mission news",
    ),
    Assumption(
        "scene", TAKES, ("SCENE_S",), "s", "measured", "line period in the metadata of L0c datastrips"
    ),
    Assumption(
        "sea over which the instrument images on",
        TAKES,
        ("BRIDGED_S",),
        "s",
        "assumed",
        "with it the days come to the volume that ESA expected",
    ),
    Assumption(
        "longest datatake",
        TAKES,
        ("LONGEST_S",),
        "s",
        "design",
        "mission limit, over the speed on the ground",
    ),
    Assumption("sensing per orbit at most", TAKES, ("PEAK_S",), "s", "design", "peak observation time"),
    Assumption("shortest datatake", TAKES, ("SHORTEST",), "scenes", "reported", "shorter ones give no L1"),
    Assumption(
        "scenes that datastrips of a datatake share",
        DOWN,
        ("SHARED",),
        "",
        "reported",
        "all cuts of a day of the PDGS",
    ),
    Assumption(
        "data per second of sensing",
        DOWN,
        ("SENSING_MBIT_S",),
        "Mbit/s",
        "reported",
        "from the size of an L0c scene",
    ),
    Assumption(
        "elevation above which a station receives",
        DOWN,
        ("ELEVATION",),
        "°",
        "assumed",
        "usual for such stations",
    ),
    Assumption(
        "read-out in X-band",
        DOWN,
        ("X_BAND",),
        "Mbit/s",
        "assumed",
        "an estimate from what is told of the mission",
    ),
    Assumption(
        "read-out by laser", DOWN, ("LASER",), "Mbit/s", "reported", "told of the relay's first tests"
    ),
    Assumption(
        "session with the relay at most",
        DOWN,
        ("RELAY_S",),
        "s",
        "assumed",
        "chosen so that the known number of datastrips comes of it",
    ),
    Assumption(
        "air that blocks the view of the relay", DOWN, ("AIR_M",), "m", "assumed", "height above the ground"
    ),
    Assumption(
        "contacts that fail", PLAN, ("MISSED",), "", "assumed", "share; their data wait for the next contact"
    ),
    Assumption(
        "vCPU of the machine with index one",
        "study.simulate.clouds",
        ("REFERENCE_VCPUS",),
        "",
        "reported",
        "flavor to which indices are relative",
    ),
    Assumption(
        "smallest flavor compared",
        "study.simulate.clouds",
        ("LEAST_VCPUS",),
        "vCPU",
        "assumed",
        "smaller ones hold no vDS",
    ),
    Assumption(
        "hours per month",
        "study.price.items",
        ("HOURS_PER_MONTH",),
        "h",
        "reported",
        "the clouds' own convention",
    ),
)
