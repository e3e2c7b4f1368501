"""What a project still holds, seen through the API; and its removal."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from openstack import exceptions

from tests.lab.admin import Cloud


def leftovers(cloud: Cloud) -> list[str]:
    """All that the project has made, as `kind name`: empty after a complete `destroy`."""
    return [f"{kind} {thing.name or thing.id}" for kind, thing in _things(cloud)]


def _things(cloud: Cloud) -> Iterator[tuple[str, Any]]:
    """In the order in which they can be deleted. What the cloud itself provides is left out."""
    project = cloud.current_project_id
    network = cloud.network
    kinds: tuple[tuple[str, Iterable[Any]], ...] = (
        ("server", cloud.compute.servers()),
        ("server group", cloud.compute.server_groups()),
        ("key pair", cloud.compute.keypairs()),
        ("floating IP", network.ips(project_id=project)),
        ("router", network.routers(project_id=project)),
        ("port", network.ports(project_id=project)),
        ("network", network.networks(project_id=project)),
        ("security group", network.security_groups(project_id=project)),
        ("snapshot", cloud.block_storage.snapshots()),
        ("volume", cloud.block_storage.volumes()),
    )
    for kind, things in kinds:
        for thing in things:
            of_router = kind == "port" and str(thing.device_owner).startswith("network:")
            if not of_router and not (kind == "security group" and thing.name == "default"):
                yield kind, thing


def purge_project(cloud: Cloud, patience_s: float = 180) -> None:
    """Delete everything; several rounds, since some things free others only when they are gone."""
    delete: dict[str, Callable[[Any], Any]] = {
        "server": cloud.compute.delete_server,
        "server group": cloud.compute.delete_server_group,
        "key pair": cloud.compute.delete_keypair,
        "floating IP": cloud.network.delete_ip,
        "router": lambda router: _delete_router(cloud, router),
        "port": cloud.network.delete_port,
        "network": cloud.network.delete_network,
        "security group": cloud.network.delete_security_group,
        "snapshot": cloud.block_storage.delete_snapshot,
        "volume": cloud.block_storage.delete_volume,
    }
    deadline = time.monotonic() + patience_s
    while True:
        there = list(_things(cloud))
        if not there:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"These could not be deleted: {leftovers(cloud)}")
        # Ports and volumes of servers go with them or are freed by it.
        first = [pair for pair in there if pair[0] == "server"] or there
        for kind, thing in first:
            with contextlib.suppress(exceptions.HttpException):
                delete[kind](thing)
        time.sleep(1)


def _delete_router(cloud: Cloud, router: Any) -> None:
    for port in cloud.network.ports(device_id=router.id, device_owner="network:router_interface"):
        cloud.network.remove_interface_from_router(router, port=port.id)
    cloud.network.delete_router(router)
