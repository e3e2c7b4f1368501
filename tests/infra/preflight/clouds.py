"""A cloud as plain data that has exactly what a stack wants, to be changed by each test."""

from dataclasses import replace
from typing import Any

from infra.preflight.need import needs, ports_of, server_groups_of, servers_of, volumes_of
from infra.preflight.seen import Flavor, Image, Network, Owned, Quota, Seen
from infra.settings.model import Stack
from infra.settings.read import from_document
from infra.settings.rules import used_flavors, used_volume_types
from tests.infra.settings.documents import document

IMAGE = Image("1a", "", "active", created="2026-01-01")


def stack(name: str = "ovh", **changes: Any) -> Stack:
    """A stack file with changes, ready to be deployed."""
    return from_document(document(name, **{"access__ssh_from": ["192.0.2.1/32"], **changes}))


def cloud_for(wanted: Stack, free: int | None = None, **changes: Any) -> Seen:
    """Everything is there; each quota has as much free as the stack needs, or `free`."""
    priced = wanted.price.flavors
    flavors = {
        name: Flavor(priced[name].vcpus, int(priced[name].ram_gb * 1024), int(priced[name].disk_gb or 0))
        for name in used_flavors(wanted)
    }
    if wanted.servers.boot.mode == "image":
        flavors = {name: replace(each, disk_gb=each.disk_gb or 50) for name, each in flavors.items()}
    total = {k: n.total for k, n in needs("s", wanted, flavors, Owned()).items()}
    seen = Seen(
        flavors=flavors,
        images=[replace(IMAGE, name=wanted.image.name)],
        networks={
            wanted.network.external: [Network("e1", external=True)],
            **{name: [Network(f"{name}-1", external=False)] for name in wanted.network.extra},
        },
        volume_types=list(used_volume_types(wanted)),
        zones=list(wanted.servers.zones),
        volume_zones=list(wanted.servers.zones),
        router_qos=[wanted.network.router_qos] if wanted.network.router_qos else [],
        quotas={name: Quota(limit=count if free is None else free, used=0) for name, count in total.items()}
        | {"server group members": Quota(-1, 0)},
        owned=Owned(),
        extensions=["standard-attr-tag", "router"],
        compute_api=(2, 67),
        volume_api=(3, 0),
    )
    return replace(seen, **changes)


def deployed(seen: Seen, wanted: Stack) -> Seen:
    """The same after `pulumi up`: all is owned, every quota is full."""
    assert isinstance(seen.flavors, dict)
    flavors = seen.flavors
    owned = Owned(
        servers={server: flavors[flavor] for server, flavor in servers_of("s", wanted).items()},
        volumes=volumes_of("s", wanted),
        ports=frozenset(ports_of("s", wanted)),
        server_groups=frozenset(server_groups_of("s", wanted)),
        security_groups=frozenset(f"s-{group}" for group in ("bastion", "broker", "storage", "stages")),
        networks=1,
        routers=1,
        floating_ips=1,
    )
    full = {
        name: Quota(each.limit, each.limit) if isinstance(each, Quota) and each.limit >= 0 else each
        for name, each in seen.quotas.items()
    }
    return replace(seen, owned=owned, quotas=full)
