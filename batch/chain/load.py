"""Reading a chain from YAML. Each mistake is one sentence that names file, IPF and key."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from batch.chain.model import AUX, SCOPES, Chain, Input, Ipf, OutputType, Partition, Resources, Source
from batch.chain.units import DIMENSIONS, STATIC
from batch.chain.validate import validate
from batch.errors import InputError

SHIPPED = Path(__file__).with_name("level1.yaml")

CHAIN_KEYS = ("partitions", "ipfs")
IPF_KEYS = (
    "name", "executable", "mode", "scope", "version", "kit", "split", "inputs", "aux", "outputs",
    "optional_outputs", "parameters", "resources", "announces",
)  # fmt: skip
EVERYTHING = "everything"
NAME = re.compile(r"[A-Z][A-Z0-9_]*")


def chain_file(path: Path | None = None) -> Path:
    """The file that is meant: a bare name that is no file here may be a shipped chain's; None: level1."""
    if path is None:
        return SHIPPED
    shipped = SHIPPED.with_name(f"{path.name}.yaml")
    return shipped if path.name == str(path) and not path.exists() and shipped.exists() else path


def load_chain(path: Path | None = None) -> Chain:
    """The chain in `path`, see `chain_file`; InputError for the first mistake in it."""
    path = chain_file(path)
    document = _yaml(path)
    _keys(str(path), document, CHAIN_KEYS)
    entries = document.get("ipfs")
    if not isinstance(entries, list) or not entries:
        raise InputError(f"{path}: ipfs must be a list with one entry per IPF; see docs/add-an-ipf.md")
    chain = Chain(
        ipfs=tuple(_ipf(path, number, entry) for number, entry in enumerate(entries, 1)),
        partitions=_partitions(path, document.get("partitions") or {}),
    )
    validate(chain, str(path))
    return chain


def with_partitions(chain: Chain, pieces: Mapping[str, int]) -> Chain:
    """The same chain with other numbers of pieces, as {"detector": 2}; InputError if not a dimension."""
    return replace(chain, partitions={**chain.partitions, **_partitions("partitions", dict(pieces))})


class _UniqueKeys(yaml.SafeLoader):
    """PyYAML keeps the last of two equal keys in silence; here that is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.MarkedYAMLError(problem=f"{key} stands twice", problem_mark=key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def _yaml(path: Path) -> dict[str, Any]:
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), _UniqueKeys)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read ({reason}); give a chain file in YAML") from error
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f"line {where.line + 1}: " if where else ""
        raise InputError(f"{path}: {line}{getattr(error, 'problem', error)}; correct the YAML") from error
    if not isinstance(document, dict):
        raise InputError(f"{path}: expected partitions and ipfs; see docs/add-an-ipf.md")
    return document


def _ipf(path: Path, number: int, entry: Any) -> Ipf:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise InputError(f"{path}: entry {number} of ipfs has no name; give each IPF its name")
    name = entry["name"]
    where = f"{path}: {name}"
    if not NAME.fullmatch(name):
        raise InputError(f"{where}: name must be capital letters, digits and _; rename the IPF")
    _keys(where, entry, IPF_KEYS)
    scope = entry.get("scope", "vds")
    if scope not in SCOPES:
        raise InputError(f"{where}: scope is {scope}, expected {' or '.join(SCOPES)}; correct it")
    kit = entry.get("kit", False)
    if not isinstance(kit, bool):
        raise InputError(f"{where}: kit is {kit}, expected true or false; correct it")
    if "version" not in entry:
        raise InputError(f"{where}: version is missing; give the IPF's version, as 06.01.00")
    everything = entry.get("inputs") == EVERYTHING
    return Ipf(
        name=name,
        scope=scope,
        version=_text(where, "version", entry["version"]),
        executable=_text(where, "executable", entry.get("executable", "")),
        mode=_text(where, "mode", entry.get("mode", "")),
        kit=kit,
        split=_split(where, entry.get("split", [])),
        inputs=() if everything else _inputs(where, entry.get("inputs") or {}, entry.get("aux") or []),
        outputs=_outputs(where, entry),
        everything=everything,
        parameters=_parameters(where, entry.get("parameters") or {}),
        resources=_resources(where, entry.get("resources") or {}),
        announces=_dimension(where, "announces", entry["announces"]) if "announces" in entry else None,
    )


def _keys(where: str, mapping: Mapping[Any, Any], known: tuple[str, ...]) -> None:
    for key in mapping:
        if key not in known:
            raise InputError(f"{where}: unknown key {key}; use {', '.join(known)}")


def _text(where: str, key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InputError(f"{where}: {key} is {value!r}, expected text; put it in quotes")
    return value


def _list(where: str, key: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise InputError(f"{where}: {key} is {value!r}, expected a list in square brackets")
    return value


def _dimension(where: str, key: str, value: Any) -> str:
    if value not in DIMENSIONS:
        raise InputError(f"{where}: {key}: {value} is no dimension; use {', '.join(DIMENSIONS)}")
    return str(value)


def _split(where: str, value: Any) -> tuple[str, ...]:
    named = [_dimension(where, "split", d) for d in _list(where, "split", value)]
    if len(set(named)) < len(named):
        raise InputError(f"{where}: split names a dimension twice; name each once")
    return tuple(d for d in DIMENSIONS if d in named)


def _type(where: str, key: str, value: Any) -> str:
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise InputError(f"{where}: {key}: {value!r} is no File_Type; write it in capitals, as PDI_DS")
    return value


def _inputs(where: str, value: Any, aux: Any) -> tuple[Input, ...]:
    if not isinstance(value, dict):
        raise InputError(f"{where}: inputs must map each File_Type to its producers, or be {EVERYTHING}")
    produced = []
    for key, producers in value.items():
        file_type = _type(where, "inputs", key)
        names = producers if isinstance(producers, list) else [producers]
        if not names:
            raise InputError(f"{where}: inputs: {file_type} has no producer; name one, or list it in aux")
        produced.append(Input(file_type, tuple(_source(where, file_type, n) for n in names)))
    static = [_type(where, "aux", t) for t in _list(where, "aux", aux)]
    for file_type in static:
        if file_type in value or static.count(file_type) > 1:
            raise InputError(f"{where}: {file_type} stands twice among inputs and aux; keep one")
    return (*produced, *(Input(t, (Source(AUX, t),)) for t in static))


def _source(where: str, file_type: str, value: Any) -> Source:
    """`UPDATE_LOC`, or `UPDATE_LOC/PDI_DS_GR_LIST` where the producer names the type otherwise."""
    if not isinstance(value, str) or not value:
        raise InputError(f"{where}: inputs: {file_type} comes from {value!r}, expected the name of an IPF")
    ipf, slash, produced = value.partition("/")
    return Source(ipf, _type(where, f"inputs: {file_type}", produced) if slash else file_type)


def _outputs(where: str, entry: Mapping[str, Any]) -> tuple[OutputType, ...]:
    outputs = []
    for key, mandatory in (("outputs", True), ("optional_outputs", False)):
        for file_type in _list(where, key, entry.get(key) or []):
            outputs.append(OutputType(_type(where, key, file_type), mandatory))
    named = [o.type for o in outputs]
    for file_type in named:
        if named.count(file_type) > 1:
            raise InputError(f"{where}: outputs: {file_type} stands twice; keep one")
    return tuple(outputs)


def _parameters(where: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise InputError(f'{where}: parameters must map names to texts; write NAME: "value"')
    for name, text in value.items():
        if not isinstance(name, str) or not isinstance(text, str):
            raise InputError(f"{where}: parameters: {name} is {text!r}, expected text; put it in quotes")
    return dict(value)


def _resources(where: str, value: Any) -> Resources:
    if not isinstance(value, dict):
        raise InputError(f"{where}: resources must have cpus, memory_mb and timeout_s")
    _keys(f"{where}: resources", value, ("cpus", "memory_mb", "timeout_s"))
    timeout = value.get("timeout_s", {})
    if not isinstance(timeout, dict):
        raise InputError(f"{where}: resources: timeout_s must have fixed and per_scene, in seconds")
    _keys(f"{where}: resources: timeout_s", timeout, ("fixed", "per_scene"))
    default = Resources()
    return Resources(
        cpus=_positive(where, "cpus", value.get("cpus", default.cpus)),
        memory_mb=int(_positive(where, "memory_mb", value.get("memory_mb", default.memory_mb))),
        timeout_fixed_s=_positive(where, "timeout_s: fixed", timeout.get("fixed", default.timeout_fixed_s)),
        timeout_per_scene_s=_positive(
            where, "timeout_s: per_scene", timeout.get("per_scene", default.timeout_per_scene_s), zero=True
        ),
    )


def _positive(where: str, key: str, value: Any, zero: bool = False) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not number or value < 0 or (value == 0 and not zero):
        raise InputError(f"{where}: resources: {key} is {value!r}, expected a number above 0; correct it")
    return float(value)


def _partitions(where: Path | str, value: Any) -> dict[str, Partition]:
    if not isinstance(value, dict):
        raise InputError(f"{where}: partitions must map dimensions to numbers of pieces")
    partitions = {}
    for dimension, cut in value.items():
        if dimension not in STATIC:
            raise InputError(f"{where}: partitions: {dimension} cannot be cut; use {', '.join(STATIC)}")
        by_scenes = isinstance(cut, dict) and list(cut) == ["scenes"] and dimension in ("atf", "granule")
        number = cut["scenes"] if by_scenes else cut
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise InputError(
                f"{where}: partitions: {dimension} is {cut}, expected a number of pieces (or, for atf "
                "and granule, {scenes: at most that many each})"
            )
        partitions[dimension] = Partition(scenes=number) if by_scenes else Partition(pieces=number)
    return partitions
