"""Pulumi's mocks as a cloud that says yes: what a stack would register, without a cloud or an engine.

A mock, since it knows nothing of what OpenStack refuses: tests/infra/integration/ asks a real one.
"""

import re
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks, set_mocks
from pulumi.runtime.mocks import test as awaited
from pulumi.runtime.rpc import deserialize_properties

from infra.lookup import find
from infra.platform import Platform, PlatformArgs
from infra.settings.model import Stack

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl test@example"


@dataclass(frozen=True)
class Registered:
    """What the engine is told of one resource. `inputs` under the provider's own (camelCase) names."""

    urn: str
    type: str
    name: str
    inputs: dict[str, Any]
    depends_on: list[str]
    protect: bool
    ignore_changes: list[str]
    delete_before_replace: bool
    provider: str


class Recorder(MockMonitor):
    """Pulumi's mock monitor that keeps every registration, options included."""

    def __init__(self) -> None:
        super().__init__(Cloud())
        self.registered: list[Registered] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 (gRPC's name)
        self.registered.append(
            Registered(
                urn=self.make_urn(request.parent, request.type, request.name),
                type=request.type,
                name=request.name,
                inputs=deserialize_properties(request.object),
                depends_on=list(request.dependencies),
                protect=request.protect,
                ignore_changes=list(request.ignoreChanges),
                delete_before_replace=request.deleteBeforeReplace,
                provider=request.provider,
            )
        )
        return super().RegisterResource(request)


class Cloud(Mocks):
    """Gives out ids and addresses that follow from the names, so that golden files are stable."""

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        given: dict[str, Any] = {}
        match args.typ:
            case "openstack:networking/port:Port":
                looked_up = args.inputs["networkId"].startswith("id-of-")
                given["allFixedIps"] = [f"{'10.111.0' if looked_up else '10.20.0'}.{last_byte(args.name)}"]
            case "openstack:networking/floatingIp:FloatingIp":
                given["address"] = "203.0.113.7"
        return f"{args.name}-0123456789abcdef", args.inputs | given

    def call(self, args: MockCallArgs) -> Any:
        if args.args["name"].startswith("no-such"):
            return {}, [("name", "Your query returned no results. Please change your search criteria.")]
        return {**args.args, "id": f"id-of-{args.args['name']}"}


def last_byte(port: str) -> int:
    """Of a port's address: 10, 11, 12 for bastion, broker and storage, 20 + k for worker k."""
    worker = re.search(r"-stage-(\d+)-", port)
    if worker:
        return 20 + int(worker.group(1))
    return next(
        10 + index for index, role in enumerate(("bastion", "broker", "storage")) if f"-{role}-" in port
    )


@dataclass(frozen=True)
class Deployment:
    registered: list[Registered]
    inventory: dict[str, Any]

    def of(self, kind: str) -> list[Registered]:
        """All of one type, by its last word: `Port`, `SecGroupRule` …"""
        return [each for each in self.registered if each.type.rsplit(":", 1)[-1] == kind]

    def one(self, name: str) -> Registered:
        (found,) = [each for each in self.registered if each.name == name]
        return found


def deploy(name: str, stack: Stack) -> Deployment:
    """The stack's platform against the mocks; returns when every output is known."""
    recorder = Recorder()
    set_mocks(recorder.mocks, project="vds", stack=name, preview=False, monitor=recorder)
    outcome: dict[str, Any] = {}

    @awaited
    def program() -> pulumi.Output[None]:
        platform = Platform(name, PlatformArgs(stack, find(stack), KEY))
        return platform.inventory.apply(lambda value: outcome.update(inventory=value))

    program()
    return Deployment(recorder.registered, outcome["inventory"])
