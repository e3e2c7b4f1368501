"""No assumption is forgotten."""

import ast
import importlib
import inspect
from dataclasses import fields

import pytest

from study.report.assumed import ASSUMPTIONS
from study.simulate.model import Platform

#: What is no assumption, and why.
OTHER = {
    "stages": "asked", "most": "asked", "slots": "of the flavor", "seed": "asked",
}  # fmt: skip
MODULES = ("study.simulate.model", "study.orbit.datatakes", "study.orbit.downlink", "study.orbit.plan")


def test_every_setting_of_the_platform_is_listed() -> None:
    listed = {a.names[1] for a in ASSUMPTIONS if a.names[0] == "Platform"}
    assert listed | set(OTHER) == {f.name for f in fields(Platform)}


@pytest.mark.parametrize("module", MODULES)
def test_every_number_of_the_model_is_listed(module: str) -> None:
    listed = {a.names[0] for a in ASSUMPTIONS if a.module == module}
    code = importlib.import_module(module)
    tree = ast.parse(inspect.getsource(code))
    targets = [
        n for node in tree.body if isinstance(node, ast.Assign) for t in node.targets for n in ast.walk(t)
    ]
    named = {n.id for n in targets if isinstance(n, ast.Name) and not n.id.startswith("_")}
    numbers = {n for n in named if isinstance(getattr(code, n), int | float)}
    assert numbers and numbers <= listed


def test_each_says_what_it_rests_on() -> None:
    for assumption in ASSUMPTIONS:
        assert assumption.fact().value is not None and assumption.why
        assert assumption.basis in ("measured", "design", "reported", "assumed", "production")
