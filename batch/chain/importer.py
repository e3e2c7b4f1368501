"""Task tables → chain: who gives which input to whom, how each IPF is split, with which parameters.

Inputs are resolved as the public orchestrator resolves them (`resolve_inputs` and `resolve_outputs` of
CS-SI/S2IPF_Orchestrator): INPUT_OUTPUT_MAPPING first; else the last task of an earlier pool that wrote the
type, where tasks named L1A, L1B, L1C or PVI are left out because their outputs are filed under their level.
What has origin DB is another mode's product if an earlier task wrote it, else a type of the L0c, else
static data.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from batch.chain.load import load_chain
from batch.chain.model import AUX, DATASTRIP, VDS, Chain, Input, Ipf, OutputType, Partition, Source
from batch.chain.tasktable import Configuration, Mode, Task
from batch.chain.units import DIMENSIONS, STATIC
from batch.chain.validate import validate
from batch.errors import InputError

LEVEL1_MODES = ("L1A", "L1BNoGRI", "L1CTile", "OLQC_L1CTL", "OLQC_L1CDS")

#: Splits seen in operation where the declared parameters would allow more: the PDGS launched 12 processes
#: whatever the length on 2018-07-21 (S2BOA OPDPC reports). Quick-looks are five small files.
OBSERVED_SPLITS: Mapping[str, tuple[str, ...]] = {
    "UNFORMAT_SAFE_GR": ("detector",),
    "RADIO_FINALIZE": ("detector",),
    "QL_DECOMP": (),
}
#: File types of the task tables that are another task's output under its own name.
RENAMED = {"PDI_DS_L1B": Source("FORMAT_METADATA_DS_L1B", "PDI_DS")}
#: Given by the run, not by the chain: one moment for all products of a datastrip.
RUNTIME = frozenset({"CREATION_DATE"})
FILED_BY_LEVEL = re.compile("L1A|L1B|L1C|PVI")
OLQC = re.compile(r"OLQC_(DS|GR)_(L\w+)")
OLQC_INPUT = {"DS": "PDI_DS", "GR": "PDI_DS_GR_LIST"}


@dataclass(frozen=True)
class _Step:
    """A task with its place in the sequence of all pools and its name in the chain."""

    name: str
    task: Task
    place: int

    def writes(self, file_type: str) -> bool:
        return any(o.type == file_type for o in self.task.outputs)


def import_chain(modes: Sequence[Mode], configuration: Configuration) -> Chain:
    """The chain of these modes, framed by the kit's own steps and with the shipped assembly of datastrips."""
    _refuse_alternatives(modes, configuration)
    _require_previous(modes, configuration)
    shipped = load_chain()
    steps = _steps(modes)
    by_mode = {m.name: m for m in modes}
    kit = {i.name: i for i in shipped.scope(VDS) if i.kit}
    tasks = [_ipf(s, steps, by_mode[s.task.mode], configuration, kit) for s in steps]
    chain = Chain(
        ipfs=(*_framed(tasks, kit), *shipped.scope(DATASTRIP)),
        partitions={**shipped.partitions, **_partitions(modes)},
    )
    validate(chain, "imported chain")
    return chain


def _refuse_alternatives(modes: Sequence[Mode], configuration: Configuration) -> None:
    """Modes that are listed together as predecessors of a third are alternatives (L1B, L1BNoGRI)."""
    names = {m.name for m in modes}
    for later in configuration.modes.values():
        both = [n for n in later.get("PreviousTask", []) if n in names]
        if len(both) > 1:
            raise InputError(f"modes {' and '.join(both)} are alternatives before {later['Name']}; keep one")


def _require_previous(modes: Sequence[Mode], configuration: Configuration) -> None:
    before: set[str] = set()
    for mode in modes:
        previous = configuration.modes.get(mode.name, {}).get("PreviousTask", [])
        if previous and before.isdisjoint(previous):
            raise InputError(
                f"mode {mode.name} needs {' or '.join(previous)} before it; add it in front of it"
            )
        before.add(mode.name)


def _steps(modes: Sequence[Mode]) -> list[_Step]:
    """All tasks in sequence; the same IPF a second time gets the suffix _2."""
    steps: list[_Step] = []
    seen: Counter[str] = Counter()
    place = 0
    for mode in modes:
        for task in mode.tasks:
            seen[task.name] += 1
            suffix = f"_{seen[task.name]}" if seen[task.name] > 1 else ""
            steps.append(_Step(task.name + suffix, task, place + task.pool))
        place += 1 + max((t.pool for t in mode.tasks), default=0)
    return steps


def _ipf(
    step: _Step, steps: Sequence[_Step], mode: Mode, configuration: Configuration, kit: Mapping[str, Ipf]
) -> Ipf:
    name = step.task.name
    parameters = _parameters(step.task, mode, configuration)
    outputs = tuple(OutputType(o.type, o.mandatory) for o in step.task.outputs)
    sourced = [
        Input(i.type, _sources(step, i.type, i.origin, steps, configuration, kit)) for i in step.task.inputs
    ]
    return Ipf(
        name=step.name,
        scope=VDS,
        version=_version(name, mode, configuration),
        executable=name if step.name != name else "",
        mode=mode.name,
        split=_split(name, parameters, mode),
        # produced ones first, as the chain file has them
        inputs=tuple(sorted(sourced, key=lambda i: i.aux)),
        outputs=outputs,
        parameters=parameters,
        announces="tile" if step.writes("TILE_LIST_FILE") else None,
    )


def _sources(
    step: _Step,
    file_type: str,
    origin: str,
    steps: Sequence[_Step],
    configuration: Configuration,
    kit: Mapping[str, Ipf],
) -> tuple[Source, ...]:
    earlier = [s for s in steps if s.place < step.place]
    mapped = [
        Source(s.name, produced.rpartition(".")[2])
        for produced, names in configuration.mapping.get(step.task.name, {}).get(file_type, {}).items()
        for name in names
        for s in earlier
        if s.task.name == name
    ]
    if mapped and origin == "PROC":
        return tuple(dict.fromkeys(mapped))
    product = OLQC.fullmatch(step.task.name) if file_type == "PDI_SAFE" else None
    if product:
        formatter = f"FORMAT_METADATA_{product[1]}_{product[2]}"
        renamed: Source | None = Source(formatter, OLQC_INPUT[product[1]])
    else:
        renamed = RENAMED.get(file_type)
    if renamed and any(s.name == renamed.ipf for s in earlier):
        return (renamed,)
    plain = [s for s in earlier if s.writes(file_type) and not FILED_BY_LEVEL.search(s.task.name)]
    if plain:
        last = max(plain, key=lambda s: s.place).place
        return tuple(Source(s.name, file_type) for s in plain if s.place == last)
    given = [i.name for i in kit.values() if file_type in i.output_types()]
    return (Source(given[0], file_type),) if given and not product else (Source(AUX, file_type),)


def _parameters(task: Task, mode: Mode, configuration: Configuration) -> dict[str, str]:
    """The parameters that the ICD names, each with its most specific value."""
    named = [*configuration.parameters.get(task.name, []), *configuration.parameters.get("COMMON", [])]
    overloading = mode.configuration.get("PARAMETERS_OVERLOADING", {})
    baseline = configuration.versions.get("PROCESSING_BASELINE")
    values = {
        **({"PROCESSING_BASELINE": baseline} if baseline else {}),
        **overloading.get("GLOBAL", {}),
        **task.options,
        **overloading.get("IDPSC_SPECIFIC", {}).get(task.name, {}),
    }
    return {name: values.get(name, default) for name, default in named if name not in RUNTIME}


def _version(name: str, mode: Mode, configuration: Configuration) -> str:
    chain = configuration.modes.get(mode.name, {}).get("Chain", "L1")
    versions = configuration.versions.get("CHAINS", {}).get(chain, {})
    version = versions.get(name) or (versions.get("OLQC") if name.startswith("OLQC") else None)
    if version is None:
        raise InputError(f"IDPSC_EXE_export.json: no version of {name} in chain {chain}; add it")
    return str(version)


def _split(name: str, parameters: Mapping[str, str], mode: Mode) -> tuple[str, ...]:
    if name in OBSERVED_SPLITS:
        return OBSERVED_SPLITS[name]
    split = set()
    if "PARALLEL_TILE" in parameters or mode.configuration.get("EXTERNAL_PARALLELIZATION") == ["TILE"]:
        split.add("tile")
    if "PARALLEL_ATF" in parameters and "PARALLEL_ATF_DETECTOR_IDENT" in parameters:
        # an ATF has all bands, and is the work of one process per detector
        split |= {"atf", "detector"}
    else:
        if "-" in parameters.get("PARALLEL_DETECTOR_IDENT", ""):
            split.add("detector")
        if "PARALLEL_GRANULE" in parameters:
            split.add("granule")
        if "PARALLEL_BAND" in parameters and "PARALLEL_BAND_IDENT" in parameters:
            split.add("band")
    return tuple(d for d in DIMENSIONS if d in split)


def _partitions(modes: Sequence[Mode]) -> dict[str, Partition]:
    """PARTITIONS of the first mode that states a dimension: one chain has one cut."""
    partitions: dict[str, Partition] = {}
    for mode in modes:
        for key, pieces, *_ in mode.configuration.get("PARALLELIZATION", {}).get("PARTITIONS", []):
            dimension = str(key).lower()
            if dimension in STATIC:
                partitions.setdefault(dimension, Partition(pieces=int(pieces)))
    return partitions


def _framed(tasks: Sequence[Ipf], kit: Mapping[str, Ipf]) -> list[Ipf]:
    """The tasks with the kit's steps around them: those whose producers are there."""
    names = {i.name for i in tasks}
    front: list[Ipf] = []
    back: list[Ipf] = []
    for step in kit.values():
        sources = {s.ipf for i in step.inputs for s in i.sources if s.ipf != AUX}
        if sources <= names:
            (back if sources or step.everything else front).append(step)
    missing = {step.name for step in kit.values()} - {i.name for i in (*front, *back)}
    kept = [replace(i, inputs=tuple(_without(n, missing) for n in i.inputs)) for i in tasks]
    return [*front, *kept, *back]


def _without(given: Input, missing: set[str]) -> Input:
    if any(s.ipf in missing for s in given.sources):
        return Input(given.type, (Source(AUX, given.type),))
    return given
