"""What a chain is, as plain data: IPFs with inputs, outputs, split, parameters and resources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from batch.errors import InputError

#: Source of what comes from outside the chain: GIPP, DEM, IERS, meteorology.
AUX = "aux"
VDS, DATASTRIP = "vds", "datastrip"
SCOPES = (VDS, DATASTRIP)


class Source(NamedTuple):
    """A producer and the File_Type under which it writes; (`aux`, type) is static data."""

    ipf: str
    type: str


@dataclass(frozen=True)
class Input:
    """File_Type as the consumer names it, and who writes it (each producer gives one File_Name)."""

    type: str
    sources: tuple[Source, ...]

    @property
    def aux(self) -> bool:
        """From outside the chain. What the aux directory does not hold is left out of the job order."""
        return any(s.ipf == AUX for s in self.sources)


@dataclass(frozen=True)
class OutputType:
    """A File_Type that an IPF writes. REPORT is written by all and stands in no list."""

    type: str
    mandatory: bool = True


@dataclass(frozen=True)
class Resources:
    """Limits of one process. IDP-SCs are validated for a single core, and told 2 GB in idp_infos.xml."""

    cpus: float = 1.0
    memory_mb: int = 2048
    timeout_fixed_s: float = 900.0
    timeout_per_scene_s: float = 60.0

    def timeout_s(self, scenes: int) -> float:
        """Seconds after which the IPF is killed, for a (v)DS of that many scenes."""
        return self.timeout_fixed_s + scenes * self.timeout_per_scene_s


@dataclass(frozen=True)
class Partition:
    """How a dimension is cut: into `pieces` parts, or into as few as keep each within `scenes` scenes."""

    pieces: int | None = None
    scenes: int | None = None


@dataclass(frozen=True)
class Ipf:
    """One step. `executable` is the IPF's own name where ours has a suffix (the same IPF twice in a mode)."""

    name: str
    scope: str
    version: str
    executable: str = ""
    mode: str = ""
    kit: bool = False
    split: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    outputs: tuple[OutputType, ...] = ()
    #: waits for every other invocation of its scope (STAGE_OUT)
    everything: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)
    resources: Resources = Resources()
    announces: str | None = None

    @property
    def task_name(self) -> str:
        """Task_Name of its job orders."""
        return self.executable or self.name

    def output_types(self) -> frozenset[str]:
        return frozenset(o.type for o in self.outputs)


@dataclass(frozen=True)
class Chain:
    """IPFs in the order of the file. Names are unique within a scope."""

    ipfs: tuple[Ipf, ...]
    partitions: Mapping[str, Partition] = field(default_factory=dict)

    def scope(self, scope: str) -> tuple[Ipf, ...]:
        """The IPFs of `vds` or of `datastrip`."""
        return tuple(i for i in self.ipfs if i.scope == scope)

    def ipf(self, name: str, scope: str = VDS) -> Ipf:
        """The IPF of that name in that scope; InputError if there is none."""
        found = self._by_name.get((scope, name))
        if found is None:
            known = ", ".join(n for s, n in self._by_name if s == scope)
            raise InputError(f"{name}: no such IPF in scope {scope} of the chain; choose one of {known}")
        return found

    def producers(self, ipf: Ipf) -> tuple[str, ...]:
        """Names of the IPFs that `ipf` waits for, each once, in the order of its inputs."""
        if ipf.everything:
            return tuple(i.name for i in self.scope(ipf.scope) if i.name != ipf.name)
        sources = (s.ipf for i in ipf.inputs for s in i.sources if s.ipf != AUX)
        return tuple(dict.fromkeys(sources))

    def announcer(self, scope: str, dimension: str) -> Ipf | None:
        """The IPF of the scope whose output makes the extent of `dimension` known."""
        return next((i for i in self.scope(scope) if i.announces == dimension), None)

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], Ipf]:
        return {(i.scope, i.name): i for i in self.ipfs}


def name_type(file_type: str) -> str:
    """File_Name_Type of a File_Type: the rule that all task tables of scheme 6.1 follow."""
    physical = (
        file_type.startswith("GIP_") or file_type.endswith("_FILE") or file_type in ("REPORT", "IDP_INFOS")
    )
    return "Physical" if physical else "Directory"
