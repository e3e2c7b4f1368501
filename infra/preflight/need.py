"""What a stack needs of each quota, and what of it is there already. Pure.

Counts follow infra/platform.py; tests/infra/preflight/test_need.py holds both together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.compute.workers import workers
from infra.firewall.rules import GROUPS, openings
from infra.preflight.seen import Flavor, Owned
from infra.settings.model import Stack

#: A network's own ports that count against the project: the router's, and of DHCP up to two.
NETWORK_PORTS = 3


@dataclass(frozen=True)
class Need:
    """`total` for the whole stack, `missing` of it now. Memory in MiB, volumes' sizes in GB."""

    total: int
    missing: int


def servers_of(name: str, stack: Stack) -> dict[str, str]:
    """Server name → flavor name."""
    servers = stack.servers
    single = {f"{name}-{role}": getattr(servers, role).flavor for role in ("bastion", "broker", "storage")}
    placed = workers(servers.stage.count, servers.zones, servers.group)
    return single | {f"{name}-{worker.name}": servers.stage.flavor for worker in placed}


def volumes_of(name: str, stack: Stack) -> dict[str, int]:
    """Volume name → GB, boot volumes not counted: they have no name and come with their server."""
    found = {f"{name}-data": stack.data.gb}
    if stack.scratch.kind == "volume" and stack.scratch.gb is not None:
        stages = [server for server in servers_of(name, stack) if server.startswith(f"{name}-stage-")]
        found |= {f"{server}-scratch": stack.scratch.gb for server in stages}
    return found


def ports_of(name: str, stack: Stack) -> set[str]:
    """Port names: one for each server, and on the extra networks for all but the bastion."""
    servers = set(servers_of(name, stack))
    inside = servers - {f"{name}-bastion"}
    return servers | {f"{server}-{network}" for server in inside for network in stack.network.extra}


def server_groups_of(name: str, stack: Stack) -> dict[str, int]:
    """Server group name → members."""
    servers, found = stack.servers, dict[str, int]()
    for worker in workers(servers.stage.count, servers.zones, servers.group):
        if worker.group is not None:
            key = f"{name}-stages-{worker.group}"
            found[key] = found.get(key, 0) + 1
    return found


def needs(name: str, stack: Stack, flavors: Mapping[str, Flavor], owned: Owned) -> dict[str, Need]:
    """Need of each quota. Cores and memory only where every flavor's size is known."""
    servers, volumes = servers_of(name, stack), volumes_of(name, stack)
    new = {server for server in servers if server not in owned.servers}
    boot_gb = stack.servers.boot.gb or 0 if stack.servers.boot.mode == "volume" else None
    boot_total, boot_new = (0, 0) if boot_gb is None else (len(servers), len(new))
    rules = len(list(openings(stack.access.ssh_from))) + len(GROUPS)
    groups = server_groups_of(name, stack)
    new_volumes = {volume for volume in volumes if volume not in owned.volumes}
    grown = sum(max(0, gb - owned.volumes.get(volume, 0)) for volume, gb in volumes.items())
    security_groups = {f"{name}-{group}" for group in GROUPS}
    new_groups = security_groups - owned.security_groups
    ports = ports_of(name, stack)
    found = {
        "instances": Need(len(servers), len(new)),
        "server groups": Need(len(groups), len(groups.keys() - owned.server_groups)),
        "volumes": Need(len(volumes) + boot_total, len(new_volumes) + boot_new),
        "gigabytes": Need(
            sum(volumes.values()) + boot_total * (boot_gb or 0), grown + boot_new * (boot_gb or 0)
        ),
        "networks": Need(1, max(0, 1 - owned.networks)),
        "subnets": Need(1, max(0, 1 - owned.networks)),
        "routers": Need(1, max(0, 1 - owned.routers)),
        "ports": Need(
            len(ports) + NETWORK_PORTS, len(ports - owned.ports) + (0 if owned.networks else NETWORK_PORTS)
        ),
        "floating IPs": Need(1, max(0, 1 - owned.floating_ips)),
        "security groups": Need(len(security_groups), len(new_groups)),
        "security group rules": Need(rules, rules if new_groups else 0),
    }
    if all(flavor in flavors for flavor in servers.values()):
        for quota, size in (("cores", "vcpus"), ("memory", "ram_mb")):
            found[quota] = Need(
                sum(getattr(flavors[flavor], size) for flavor in servers.values()),
                sum(
                    max(0, getattr(flavors[flavor], size) - _size(owned.servers.get(server), size))
                    for server, flavor in servers.items()
                ),
            )
    return found


def _size(flavor: Flavor | None, size: str) -> int:
    return 0 if flavor is None else int(getattr(flavor, size))
