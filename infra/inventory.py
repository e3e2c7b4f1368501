"""From names and addresses to the `inventory` export (docs/architecture.md): plain values in and out."""

from dataclasses import dataclass, field
from typing import Any

from infra.settings.model import Stack


@dataclass(frozen=True)
class Disk:
    """A volume at a server. `serial`: how the server's kernel names it, since /dev/vdb may be anything."""

    use: str
    gb: int
    serial: str


@dataclass(frozen=True)
class Host:
    """`server`: id; `address`: on the private network; `public`: floating IP; `extra`: network → address."""

    name: str
    server: str
    groups: list[str]
    address: str
    flavor: str
    public: str | None = None
    extra: dict[str, str] = field(default_factory=dict)
    disks: list[Disk] = field(default_factory=list)


def inventory(name: str, stack: Stack, image_id: str, hosts: list[Host]) -> dict[str, Any]:
    """The export. `name`: the stack's; `hosts`: in the order in which they shall be listed."""
    bastion = next(host.public for host in hosts if "bastion" in host.groups)
    network = stack.network
    return {
        "stack": name,
        "hosts": {host.name: _host(host) for host in hosts},
        "vars": {
            "ssh_user": stack.access.ssh_user,
            "ssh_from": [str(network) for network in stack.access.ssh_from],
            "bastion": bastion,
            "cidr": str(network.cidr),
            "dns": [str(address) for address in network.dns],
            "mtu": network.mtu,
            "routes": [route.model_dump(mode="json") for route in network.routes],
            "shared": stack.shared.model_dump(mode="json"),
            "scratch": {"kind": stack.scratch.kind, "gb": stack.scratch.gb},
            "s3": stack.s3.model_dump(mode="json"),
            "eodata": stack.eodata.model_dump(mode="json"),
            "scenes": stack.servers.stage.scenes,
            "image": {"name": stack.image.name, "id": image_id},
        },
    }


def _host(host: Host) -> dict[str, Any]:
    return {
        "groups": host.groups,
        "id": host.server,
        "address": host.address,
        "public": host.public,
        "extra": host.extra,
        "flavor": host.flavor,
        "volumes": [{"use": disk.use, "gb": disk.gb, "serial": disk.serial} for disk in host.disks],
    }
