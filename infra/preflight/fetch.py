"""From the cloud's APIs to plain data. What an API refuses becomes Untold, never a failure of the whole."""

from collections.abc import Callable
from typing import Any, TypeVar

from keystoneauth1.exceptions import ClientException
from openstack.connection import Connection
from openstack.exceptions import SDKException

from infra.firewall.rules import GROUPS
from infra.preflight.seen import Flavor, Image, Network, Owned, Quota, Seen, Untold
from infra.settings.model import Stack

T = TypeVar("T")


def fetch(name: str, stack: Stack, cloud: Connection) -> Seen:
    """Everything that the checks look at; `name` is the stack's, by which it knows its own."""
    flavors = _ask(lambda: {f.name: _flavor(f) for f in cloud.compute.flavors()})
    return Seen(
        flavors=flavors,
        images=_ask(lambda: _images(cloud, stack)),
        networks=_ask(lambda: _networks(cloud)),
        volume_types=_ask(lambda: [t.name for t in cloud.block_storage.types()]),
        zones=_ask(lambda: [z.name for z in cloud.compute.availability_zones() if z.state["available"]]),
        volume_zones=_ask(lambda: _volume_zones(cloud.block_storage)),
        router_qos=_ask(lambda: [p.name for p in cloud.network.qos_policies()]),
        quotas=_compute_quotas(cloud) | _volume_quotas(cloud) | _network_quotas(cloud),
        owned=_owned(cloud, name, flavors if isinstance(flavors, dict) else {}),
        extensions=_ask(lambda: [each.alias for each in cloud.network.extensions()]),
        compute_api=_newest(cloud.compute),
        volume_api=_newest(cloud.block_storage),
    )


def _newest(api: Any) -> tuple[int, int] | Untold:
    """The newest microversion of a service; of one that has none its version."""
    data = _ask(api.get_endpoint_data)
    if isinstance(data, Untold):
        return data
    version = data and (data.max_microversion or data.api_version)
    return (int(version[0]), int(version[1])) if version else Untold("the API does not say its version")


def _ask(question: Callable[[], T]) -> T | Untold:
    try:
        return question()
    except (SDKException, ClientException) as error:
        return Untold(reason(error))


def reason(error: Exception) -> str:
    """The first line of what an API said."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _volume_zones(api: Any) -> list[str]:
    return [zone.name for zone in api.availability_zones() if zone.state["available"]]


def _flavor(flavor: Any) -> Flavor:
    return Flavor(vcpus=flavor.vcpus, ram_mb=flavor.ram, disk_gb=flavor.disk or 0)


def _images(cloud: Connection, stack: Stack) -> list[Image]:
    found = {image.id: image for image in cloud.image.images()}
    pinned = stack.image.id
    if pinned and pinned not in found and (image := cloud.image.find_image(pinned)):
        found[image.id] = image  # a community image is not in the list
    return [
        Image(i.id, i.name or "", i.status, i.min_disk or 0, i.min_ram or 0, i.created_at or "")
        for i in found.values()
    ]


def _networks(cloud: Connection) -> dict[str, list[Network]]:
    found: dict[str, list[Network]] = {}
    for network in cloud.network.networks():
        found.setdefault(network.name, []).append(Network(network.id, bool(network.is_router_external)))
    return found


def _compute_quotas(cloud: Connection) -> dict[str, Quota | Untold]:
    keys = {
        "instances": ("instances", "instances_used"),
        "cores": ("total_cores", "total_cores_used"),
        "memory": ("total_ram", "total_ram_used"),
        "server groups": ("server_groups", "server_groups_used"),
        "server group members": ("server_group_members", None),
    }
    return _limits(_ask(lambda: cloud.compute.get_limits().absolute), keys)


def _volume_quotas(cloud: Connection) -> dict[str, Quota | Untold]:
    keys = {
        "volumes": ("max_total_volumes", "total_volumes_used"),
        "gigabytes": ("max_total_volume_gigabytes", "total_gigabytes_used"),
    }
    return _limits(_ask(lambda: cloud.block_storage.get_limits().absolute), keys)


def _limits(absolute: Any, keys: dict[str, Any]) -> dict[str, Quota | Untold]:
    if isinstance(absolute, Untold):
        return dict.fromkeys(keys, absolute)
    found: dict[str, Quota | Untold] = {}
    for name, (limit, used) in keys.items():
        allowed = getattr(absolute, limit)
        taken = getattr(absolute, used) if used else 0
        found[name] = Untold("not listed") if allowed is None else Quota(int(allowed), int(taken or 0))
    return found


def _network_quotas(cloud: Connection) -> dict[str, Quota | Untold]:
    keys = {
        "networks": "networks",
        "subnets": "subnets",
        "routers": "routers",
        "ports": "ports",
        "floating IPs": "floating_ips",
        "security groups": "security_groups",
        "security group rules": "security_group_rules",
    }
    details = _ask(lambda: cloud.network.get_quota(str(cloud.current_project_id), details=True))
    if isinstance(details, Untold):
        return dict.fromkeys(keys, details)
    found: dict[str, Quota | Untold] = {}
    for name, key in keys.items():
        value: Any = getattr(details, key)
        found[name] = (
            Quota(int(value["limit"]), int(value["used"]) + int(value.get("reserved") or 0))
            if isinstance(value, dict)
            else Untold("not listed")
        )
    return found


def _owned(cloud: Connection, name: str, flavors: dict[str, Flavor]) -> Owned:
    """By the names and tags of infra/platform.py. What cannot be listed counts as not there."""
    mine = {"kit": "vds", "stack": name}
    tags = f"kit=vds,stack={name}"

    def listed(question: Callable[[], Any]) -> list[Any]:
        found = _ask(lambda: list(question()))
        return [] if isinstance(found, Untold) else found

    def own(resources: list[Any]) -> list[Any]:
        return [r for r in resources if mine.items() <= (r.metadata or {}).items()]

    def tagged(question: Callable[..., Any]) -> list[Any]:
        return listed(lambda: question(project_id=cloud.current_project_id, tags=tags))

    servers = own(listed(cloud.compute.servers))
    return Owned(
        servers={server.name: _server_flavor(server.flavor, flavors) for server in servers},
        volumes={volume.name: volume.size for volume in own(listed(cloud.block_storage.volumes))},
        ports=frozenset(port.name for port in tagged(cloud.network.ports)),
        server_groups=frozenset(group.name for group in listed(cloud.compute.server_groups)),
        security_groups=frozenset(
            group.name
            for group in tagged(cloud.network.security_groups)
            if group.name in {f"{name}-{kind}" for kind in GROUPS}
        ),
        networks=len(tagged(cloud.network.networks)),
        routers=len(tagged(cloud.network.routers)),
        floating_ips=len(tagged(cloud.network.ips)),
    )


def _server_flavor(flavor: Any, flavors: dict[str, Flavor]) -> Flavor:
    """Since microversion 2.47 a server says its flavor's size; before, only which one it is."""
    if flavor.vcpus is not None:
        return Flavor(flavor.vcpus, flavor.ram, flavor.disk or 0)
    return flavors.get(flavor.name or "", Flavor(0, 0, 0))
