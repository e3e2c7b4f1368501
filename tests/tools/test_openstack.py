"""The plugin that is built here names everything as the Python SDK, and so the official plugin, does."""

import importlib
import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest

from .shared import ROOT, needs_pulumi, pulumi

pytestmark = needs_pulumi
pulumi_openstack = pytest.importorskip("pulumi_openstack")


def sdk() -> dict[str, type]:
    """Token of each resource of the SDK → its class."""
    found = {}
    for path in Path(pulumi_openstack.__file__).parent.glob("*/*.py"):
        module = importlib.import_module(f"pulumi_openstack.{path.parent.name}.{path.stem}")
        match = re.search(r"'(openstack:\w+/\w+:[A-Z]\w+)',\n\s+resource_name", path.read_text())
        if match:
            found[match[1]] = getattr(module, match[1].rsplit(":", 1)[1])
    return found


def inputs(resource: type) -> set[str]:
    """Names on the wire of what one can give to a resource."""
    arguments = inspect.getmodule(resource).__dict__[f"{resource.__name__}Args"]  # type: ignore[union-attr]
    properties = {name: value for name, value in vars(arguments).items() if isinstance(value, property)}
    return {value.fget.__dict__.get("_pulumi_name", name) for name, value in properties.items()}


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Any:
    binary = next(ROOT.glob(".tools/home/plugins/resource-openstack-v*/pulumi-resource-openstack"))
    return json.loads(pulumi(tmp_path_factory.mktemp("schema"), "package", "get-schema", str(binary)))


def test_every_resource_has_the_inputs_of_the_sdk(schema: Any) -> None:
    classes = sdk()
    assert len(classes) > 100
    assert set(schema["resources"]) <= set(classes)
    for token, resource in schema["resources"].items():
        assert set(resource["inputProperties"]) == inputs(classes[token]), token


def test_every_resource_of_the_platform_is_there(schema: Any) -> None:
    for path in [ROOT / "__main__.py", *ROOT.glob("infra/**/*.py")]:
        for module, name in re.findall(r"openstack\.(\w+)\.([A-Z]\w+)\(", path.read_text()):
            if not name.endswith("Args"):
                assert f"openstack:{module}/{name[0].lower()}{name[1:]}:{name}" in schema["resources"], path
