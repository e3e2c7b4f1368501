"""Every stack file through the program, against Pulumi's mocks.

After a wanted change: `VDS_WRITE_GOLDEN=1 pytest tests/infra/test_stacks.py`, and read the difference.
"""

import ast
import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from infra.settings.model import Stack
from tests.infra.fake_cloud import Deployment, deploy
from tests.infra.stack_files import ROOT, STACKS, stack_file

GOLDEN = Path(__file__).with_name("golden")
EVERY = pytest.mark.parametrize("name", STACKS)


@cache
def deployed(name: str) -> tuple[Stack, Deployment]:
    stack = stack_file(name)
    return stack, deploy(name, stack)


@EVERY
def test_inventory_is_the_golden_one(name: str) -> None:
    inventory = deployed(name)[1].inventory
    golden = GOLDEN / f"{name}.json"
    if os.environ.get("VDS_WRITE_GOLDEN"):
        golden.write_text(json.dumps(inventory, indent=2, ensure_ascii=False) + "\n")
    assert inventory == json.loads(golden.read_text())


@EVERY
def test_number_of_workers(name: str) -> None:
    stack, deployment = deployed(name)
    servers = [each for each in deployment.of("Instance") if "-stage-" in each.name]
    assert len(servers) == stack.servers.stage.count
    assert {each.inputs["flavorId"] for each in servers} == {f"id-of-{stack.servers.stage.flavor}"}


@EVERY
def test_only_ssh_to_the_bastion_is_open_to_the_outside(name: str) -> None:
    stack, deployment = deployed(name)
    allowed = {str(cidr) for cidr in stack.access.ssh_from}
    for rule in deployment.of("SecGroupRule"):
        if rule.inputs["direction"] == "ingress" and "remoteGroupId" not in rule.inputs:
            assert rule.inputs["securityGroupId"].startswith(f"{name}-bastion-")
            assert (rule.inputs["portRangeMin"], rule.inputs["portRangeMax"]) == (22, 22)
            assert rule.inputs["remoteIpPrefix"] in allowed
    assert "0.0.0.0/0" not in json.dumps([each.inputs for each in deployment.registered])


@EVERY
def test_association_of_every_floating_ip_waits_for_the_router(name: str) -> None:
    deployment = deployed(name)[1]
    (interface,) = deployment.of("RouterInterface")
    associations = deployment.of("FloatingIpAssociate")
    assert len(associations) == len(deployment.of("FloatingIp")) == 1
    assert all(interface.urn in each.depends_on for each in associations)


@EVERY
def test_second_port_only_where_configured(name: str) -> None:
    stack, deployment = deployed(name)
    second = [each for each in deployment.of("Port") if each.inputs["networkId"].startswith("id-of-")]
    assert len(second) == len(stack.network.extra) * (stack.servers.stage.count + 2)


@EVERY
def test_no_port_is_in_a_group_of_the_cloud(name: str) -> None:
    deployment = deployed(name)[1]
    for port in deployment.of("Port"):
        assert [re.sub("-0123456789abcdef$", "", each) for each in port.inputs["securityGroupIds"]] == [
            f"{name}-{kind_of(name, port.name)}"
        ]


def kind_of(stack: str, port: str) -> str:
    """The group of hosts to which a port's server belongs, by its name."""
    role = port.removeprefix(f"{stack}-").split("-")[0]
    return "stages" if role == "stage" else role


@EVERY
def test_boot_device_only_where_the_flavor_has_no_disk(name: str) -> None:
    stack, deployment = deployed(name)
    for server in deployment.of("Instance"):
        assert ("blockDevices" in server.inputs) == (stack.servers.boot.mode == "volume")
        assert ("imageId" in server.inputs) == (stack.servers.boot.mode == "image")


@EVERY
def test_all_that_can_be_is_marked_as_ours(name: str) -> None:
    deployment = deployed(name)[1]
    for kind in ("Network", "Subnet", "Router", "SecGroup", "Port", "FloatingIp"):
        for each in deployment.of(kind):
            if each.type.startswith("openstack:"):
                assert each.inputs["tags"] == ["kit=vds", f"stack={name}"], each.name
    for each in [*deployment.of("Instance"), *deployment.of("Volume")]:
        assert each.inputs["metadata"] == {"kit": "vds", "stack": name}, each.name


#: Words by which one would know a cloud, besides the stacks' names. The lab is none.
CLOUDS = {*STACKS, "ovhcloud", "cloudferro", "flexible engine", "telekom", "huawei", "t-systems"} - {"lab"}


def test_no_cloud_is_named_in_the_program() -> None:
    """What differs is in the stack files. Comments and docstrings may say where a fact is from."""
    pattern = re.compile(r"(?<![a-z])(" + "|".join(sorted(CLOUDS)) + r")(?![a-z])", re.IGNORECASE)
    sources = [ROOT / "__main__.py", *(ROOT / "infra").rglob("*.py")]
    assert len(sources) > 10
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in sources
        for word in words_of(ast.parse(path.read_text(encoding="utf-8")))
        if pattern.search(word)
    ]
    assert not found


def words_of(tree: ast.Module) -> Iterator[str]:
    """Every name and every string of a module that is no docstring."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value
        elif isinstance(node, ast.Name | ast.Attribute | ast.arg | ast.FunctionDef | ast.ClassDef):
            yield next(str(getattr(node, key)) for key in ("id", "attr", "arg", "name") if hasattr(node, key))
