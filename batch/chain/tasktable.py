"""Reading ESA's task tables and the public orchestrator's configuration beside them.

<DIR>/<mode>/TaskTable_<mode>.xml   pools of tasks with inputs, outputs and options
<DIR>/<mode>/conf_<mode>.json       partitions, overloaded parameters, external parallelisation
<DIR>/orchestratorICD.json          parameters of each IPF, which task an input comes from
<DIR>/IDPSC_EXE_export.json         versions of the IPFs, processing baseline
<DIR>/pipeline.json                 modes, their chain and what must have run before
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from batch.errors import InputError

#: Given to every IPF by the layer; in no list of the chain.
IMPLICIT = frozenset({"WORKING", "IDP_INFOS", "REPORT"})


@dataclass(frozen=True)
class TaskInput:
    """`origin` is DB (from outside the mode) or PROC (from an earlier task)."""

    type: str
    origin: str
    name_type: str


@dataclass(frozen=True)
class TaskOutput:
    type: str
    mandatory: bool
    name_type: str


@dataclass(frozen=True)
class Task:
    """One task of a pool; tasks of one pool run together, pools one after the other."""

    name: str
    mode: str
    pool: int
    inputs: tuple[TaskInput, ...]
    outputs: tuple[TaskOutput, ...]
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mode:
    name: str
    tasks: tuple[Task, ...]
    configuration: Mapping[str, Any]


@dataclass(frozen=True)
class Configuration:
    """The files beside the task tables, as they are."""

    parameters: Mapping[str, list[list[str]]]
    mapping: Mapping[str, Mapping[str, Mapping[str, list[str]]]]
    versions: Mapping[str, Any]
    modes: Mapping[str, Mapping[str, Any]]


def read_mode(directory: Path, name: str) -> Mode:
    """A mode's task table and configuration; InputError if one is missing or broken."""
    folder = directory / name
    if not folder.is_dir():
        known = ", ".join(sorted(p.name for p in directory.glob("*/") if list(p.glob("TaskTable_*.xml"))))
        raise InputError(f"{directory}: no mode {name}; choose among {known or 'none (no task tables here)'}")
    table = folder / f"TaskTable_{name}.xml"
    return Mode(name, read_task_table(table, name), _json(folder / f"conf_{name}.json"))


def read_configuration(directory: Path) -> Configuration:
    """What is common to all modes; InputError if a file is missing or broken."""
    icd = _json(directory / "orchestratorICD.json")
    pipeline = _json(directory / "pipeline.json")
    return Configuration(
        parameters=icd.get("PARAMETERS", {}),
        mapping=icd.get("INPUT_OUTPUT_MAPPING", {}),
        versions=_json(directory / "IDPSC_EXE_export.json"),
        modes={m["Name"]: m for m in pipeline.get("TASKTABLE_CONFIGURATION", [])},
    )


def read_task_table(path: Path, mode: str) -> tuple[Task, ...]:
    """The tasks of a table in the order of its pools; InputError if it is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.parse(str(path), parser).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        raise InputError(f"{path}: cannot be read as a task table ({error}); give ESA's file") from error
    if root.tag != "Ipf_Task_Table":
        raise InputError(f"{path}: root element is {root.tag}, expected Ipf_Task_Table; give ESA's file")
    pools = root.findall("List_of_Pools/Pool")
    return tuple(
        _task(path, mode, number, element)
        for number, pool in enumerate(pools)
        for element in pool.findall("List_of_Tasks/Task")
    )


def _task(path: Path, mode: str, pool: int, element: etree._Element) -> Task:
    name = _text(path, element, "Name")
    inputs: dict[str, TaskInput] = {}
    for given in element.findall("List_of_Inputs/Input/List_of_Alternatives/Alternative"):
        file_type = _text(path, given, "File_Type")
        # some tables name a GIPP twice; the job order has it once
        inputs.setdefault(
            file_type,
            TaskInput(file_type, _text(path, given, "Origin"), _text(path, given, "File_Name_Type")),
        )
    outputs: dict[str, TaskOutput] = {}
    for made in element.findall("List_of_Outputs/Output"):
        file_type = _text(path, made, "Type")
        mandatory = made.findtext("Mandatory", "Yes").strip() == "Yes"
        outputs.setdefault(file_type, TaskOutput(file_type, mandatory, _text(path, made, "File_Name_Type")))
    options = {
        _text(path, o, "Name"): o.findtext("Value", "").strip()
        for o in element.findall("List_of_Options/Option")
    }
    return Task(
        name,
        mode,
        pool,
        tuple(i for t, i in inputs.items() if t not in IMPLICIT),
        tuple(o for t, o in outputs.items() if t not in IMPLICIT),
        options,
    )


def _text(path: Path, element: etree._Element, tag: str) -> str:
    text = (element.findtext(tag) or "").strip()
    if not text:
        raise InputError(f"{path}: line {element.sourceline}: {element.tag} has no {tag}; give ESA's file")
    return text


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as JSON ({error}); give the orchestrator's file") from error
    if not isinstance(value, dict):
        raise InputError(f"{path}: expected a JSON object; give the orchestrator's file")
    return value
