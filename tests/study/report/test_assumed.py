"""No assumption is forgotten."""

import ast
import importlib
import inspect
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from study.report.assumed import ASSUMPTIONS
from study.report.fact import constant
from study.simulate.model import Platform

#: What is no assumption, and why.
OTHER = {
    "stages": "asked", "most": "asked", "slots": "of the flavor", "seed": "asked",
}  # fmt: skip
#: Numbers of the modules that are none either.
NONE = {
    "study.orbit.land": {"SHAPE": "of CELL"},
    "study.orbit.track": {
        "CYCLE_S": "of the orbit", "HEIGHT": "of the orbit", "DAY_S": "a definition",
        "EARTH_RADIUS_M": "geodesy",
    },
    "batch.plan.forecast": {
        "CORE_HOURS_PER_SCENE": "of vds plan", "L0C_MB_PER_SCENE": "of vds plan",
        "RAW_MB_PER_SCENE": "of vds plan", "TILE_MB": "of vds plan",
    },
    "study.simulate.measure": {"QUANTILES": "which of them are told"},
}  # fmt: skip
MODULES = (
    "study.simulate.model", "study.simulate.service", "study.simulate.measure", "study.simulate.clouds",
    "study.simulate.replay", "study.orbit.datatakes", "study.orbit.downlink", "study.orbit.plan",
    "study.orbit.land", "study.orbit.track", "study.price.items", "batch.plan.forecast",
)  # fmt: skip


def holds_numbers(value: Any) -> bool:
    """A number, or a tuple (of tuples, of records) that has one in it."""
    if isinstance(value, tuple):
        return any(holds_numbers(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return any(holds_numbers(getattr(value, f.name)) for f in fields(value))
    return isinstance(value, int | float) and not isinstance(value, bool)


def test_every_setting_of_the_platform_is_listed() -> None:
    listed = {a.names[1] for a in ASSUMPTIONS if a.names[0] == "Platform"}
    assert listed | set(OTHER) == {f.name for f in fields(Platform)}


@pytest.mark.parametrize("module", MODULES)
def test_every_number_of_the_model_is_listed(module: str) -> None:
    listed = {a.names[0] for a in ASSUMPTIONS if a.module == module}
    code = importlib.import_module(module)
    targets = [
        target
        for node in ast.parse(inspect.getsource(code)).body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    named = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
    numbers = {n for n in named if not n.startswith("_") and holds_numbers(getattr(code, n))}
    none = set(NONE.get(module, ()))
    assert numbers and none <= numbers and numbers - none <= listed


def test_tuples_and_records_are_looked_into() -> None:
    assert holds_numbers(constant("study.orbit.downlink", "STATIONS").value)
    assert not holds_numbers(("S2A", ("x", True)))


def test_each_says_what_it_rests_on() -> None:
    for assumption in ASSUMPTIONS:
        facts = [fact for group in assumption.groups() for fact in group]
        assert facts and assumption.why
        assert all(isinstance(fact.value, int | float) for fact in facts), assumption.what
        assert assumption.basis in ("measured", "design", "reported", "assumed", "production")


def test_members_are_told_in_groups() -> None:
    shape = {a.names[0]: [len(g) for g in a.groups()] for a in ASSUMPTIONS}
    assert shape["STATIONS"] == [3] * 4 and shape["SEAS"] == [4] * 4
    assert shape["TILES"] == [2] and shape["COAST_KM"] == [1]
