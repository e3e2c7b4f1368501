"""Rules between keys: pure, every mistake found, one sentence each.

`consistent` holds for any stack file; `deployable` besides for one that is about to be deployed.
"""

import re
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from infra.settings.model import Figure, Keys, Stack
from infra.settings.sentences import dotted

#: Servers that are there once: bastion, broker, storage.
SINGLE = 3
#: Addresses of a subnet that no server gets: network and broadcast, gateway and (with distributed routers)
#: its twin, two for DHCP. From OVH's known limits (2023-11), the strictest that was found.
RESERVED = 6
#: No cloud of ours takes less than a /28 (OVH's known limits, 2023-11; Flexible Engine's Terraform provider).
LONGEST_PREFIX = 28


def addresses_needed(workers: int) -> int:
    """Addresses that the private subnet must have."""
    return SINGLE + workers + RESERVED


def addresses_of(cidr: IPv4Network) -> int:
    """Addresses of a network, those included that no server gets."""
    return cidr.num_addresses


def consistent(stack: Stack) -> list[str]:
    """Mistakes of a stack file as such."""
    rules: tuple[Callable[[Stack], Iterator[str]], ...] = (
        _cidr, _gateway, _routes, _networks, _boot, _scratch, _shared, _group, _zones, _stores, _prices,
        _figures,
    )  # fmt: skip
    return [sentence for rule in rules for sentence in rule(stack)]


def deployable(stack: Stack) -> list[str]:
    """What is still missing before servers can be made: that which is the user's own."""
    found = []
    if not stack.access.ssh_from:
        found.append(
            "access.ssh_from is empty, so nobody could log in: set it to your address, "
            "tools/pulumi config set --stack NAME --path 'vds:access.ssh_from[0]' <your address>/32."
        )
    if not stack.access.ssh_public_key:
        found.append(
            "access.ssh_public_key is missing: set it to the public half of your key or its file, "
            "tools/pulumi config set --stack NAME --path vds:access.ssh_public_key '~/.ssh/id_ed25519.pub'."
        )
    return found


def stack_name(name: str) -> list[str]:
    """Server names begin with the stack's name, and a host name takes no more than this."""
    if re.fullmatch(r"[a-z]([a-z0-9-]{0,30}[a-z0-9])?", name):
        return []
    return [
        f"The stack's name {name!r} cannot begin a host name: "
        "expected 1 to 32 of a-z, 0-9 and -, with a letter first and no - last."
    ]


def _cidr(stack: Stack) -> Iterator[str]:
    cidr, workers = stack.network.cidr, stack.servers.stage.count
    needed = addresses_needed(workers)
    if cidr.prefixlen > LONGEST_PREFIX:
        yield f"network.cidr {cidr} is too small: clouds take nothing smaller than a /{LONGEST_PREFIX}."
    elif addresses_of(cidr) < needed:
        fits = 32 - (needed - 1).bit_length()
        yield (
            f"network.cidr {cidr} is too small: it has {addresses_of(cidr)} addresses, {workers} "
            "stage workers need "
            f"{needed} ({SINGLE} other servers, {RESERVED} reserved); take a /{fits} or fewer "
            "servers.stage.count."
        )


def _inside(address: IPv4Address, cidr: IPv4Network) -> bool:
    return address in cidr and address not in (cidr.network_address, cidr.broadcast_address)


def _gateway(stack: Stack) -> Iterator[str]:
    gateway, cidr = stack.network.gateway, stack.network.cidr
    if gateway is not None and not _inside(gateway, cidr):
        yield (
            f"network.gateway {gateway} is no host address of network.cidr {cidr}: expected "
            f"such as {cidr[1]}."
        )


def _routes(stack: Stack) -> Iterator[str]:
    cidr = stack.network.cidr
    for index, route in enumerate(stack.network.routes):
        key = f"network.routes[{index}]"
        if not _inside(route.via, cidr):
            yield (
                f"{key}.via {route.via} is no host address of network.cidr {cidr}: the next hop "
                "must be in the subnet."
            )
        if route.destination.overlaps(cidr):
            yield (
                f"{key}.destination {route.destination} overlaps network.cidr {cidr}: expected "
                "a network elsewhere."
            )


def _networks(stack: Stack) -> Iterator[str]:
    network = stack.network
    yield from _twice("network.extra", network.extra)
    if network.external in network.extra:
        yield (
            f"network.extra has {network.external!r}, which is network.external: "
            "servers reach it by the router, take it out."
        )


def _boot(stack: Stack) -> Iterator[str]:
    boot = stack.servers.boot
    if boot.mode == "volume":
        if boot.gb is None:
            yield "servers.boot.gb is missing: servers.boot.mode volume needs the size of the boot volumes."
        return
    for key in ("gb", "volume_type"):
        if getattr(boot, key) is not None:
            yield (
                f"servers.boot.{key} has no effect with servers.boot.mode image: set it to "
                "null, or the mode to volume."
            )
    for flavor, roles in used_flavors(stack).items():
        known = stack.price.flavors.get(flavor)
        if known is not None and known.disk_gb == 0:
            yield (
                f"servers.boot.mode is image, but flavor {flavor} (servers.{roles[0]}.flavor) has no disk: "
                "set servers.boot.mode to volume, with servers.boot.gb."
            )


def _scratch(stack: Stack) -> Iterator[str]:
    scratch = stack.scratch
    if scratch.kind == "volume":
        if scratch.gb is None:
            yield "scratch.gb is missing: scratch.kind volume needs the size of the scratch volumes."
        return
    for key in ("gb", "volume_type"):
        if getattr(scratch, key) is not None:
            yield (
                f"scratch.{key} has no effect with scratch.kind local: set it to null, or the kind to volume."
            )
    flavor = stack.servers.stage.flavor
    known = stack.price.flavors.get(flavor)
    if known is not None and known.disk_gb == 0:
        yield (
            f"scratch.kind is local, but flavor {flavor} has no disk: set scratch.kind to "
            "volume, with scratch.gb."
        )


def _shared(stack: Stack) -> Iterator[str]:
    shared = stack.shared
    if shared.kind == "nfs":
        for key in ("device", "fstype", "options", "packages"):
            if getattr(shared, key):
                yield (
                    f"shared.{key} has no effect with shared.kind nfs: take it out, or set the kind to mount."
                )
        return
    for key, example in (("device", "10.20.0.9:/share"), ("fstype", "nfs4")):
        if not getattr(shared, key):
            yield f"shared.{key} is missing: shared.kind mount needs it, such as {example}."


def _group(stack: Stack) -> Iterator[str]:
    group = stack.servers.group
    if group.policy == "none" and group.max is not None:
        yield (
            "servers.group.max has no effect with servers.group.policy none: set it to null, "
            "or choose a policy."
        )


def _zones(stack: Stack) -> Iterator[str]:
    yield from _twice("servers.zones", stack.servers.zones)


def _twice(key: str, names: list[str]) -> Iterator[str]:
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield f"{key} has {name!r} twice: expected each name once."


def _stores(stack: Stack) -> Iterator[str]:
    for key in ("s3", "eodata"):
        store = getattr(stack, key)
        if store.endpoint is None and store.credentials != "none":
            yield f"{key}.credentials is {store.credentials}, but {key}.endpoint is null: expected none."
        if store.endpoint is not None and store.region is None:
            yield (
                f"{key}.region is missing: S3 clients sign for a region; where the cloud has "
                "none, take default."
            )
    if stack.eodata.endpoint is not None and stack.eodata.bucket is None:
        yield "eodata.bucket is missing: expected the bucket with the archive, such as eodata."


def used_flavors(stack: Stack) -> dict[str, list[str]]:
    """Flavor → the roles that use it."""
    used: dict[str, list[str]] = {}
    for role in ("bastion", "broker", "storage", "stage"):
        used.setdefault(getattr(stack.servers, role).flavor, []).append(role)
    return used


def used_volume_types(stack: Stack) -> dict[str, list[str]]:
    """Volume type → the keys that name it, of those that have an effect."""
    used: dict[str, list[str]] = {}
    boot, scratch = stack.servers.boot, stack.scratch
    for key, volume_type, effective in (
        ("servers.boot.volume_type", boot.volume_type, boot.mode == "volume"),
        ("scratch.volume_type", scratch.volume_type, scratch.kind == "volume"),
        ("data.volume_type", stack.data.volume_type, True),
    ):
        if effective and volume_type is not None:
            used.setdefault(volume_type, []).append(key)
    return used


def _prices(stack: Stack) -> Iterator[str]:
    for flavor, roles in used_flavors(stack).items():
        if flavor not in stack.price.flavors:
            yield (
                f"{dotted(['price', 'flavors', flavor])} is missing: servers.{roles[0]}.flavor uses it; "
                "give its size and its prices, unknown ones with value null and status unknown."
            )
    for volume_type, keys in used_volume_types(stack).items():
        if volume_type not in stack.price.volume_gb_month:
            yield (
                f"{dotted(['price', 'volume_gb_month', volume_type])} is missing: {keys[0]} uses it; "
                "give its price, an unknown one with value null and status unknown."
            )


def figures(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Figure]]:
    """Every figure below a value, with its path."""
    if isinstance(value, Figure):
        yield path, value
    elif isinstance(value, Keys):
        for name in type(value).model_fields:
            yield from figures(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from figures(each, (*path, name))


def _figures(stack: Stack) -> Iterator[str]:
    for path, figure in figures(stack.price, ("price",)):
        key, value = dotted(path), figure.value
        if (value is None) != (figure.status == "unknown"):
            yield (
                f"{key}.status is {figure.status} with value {_null(value)}: unknown goes with "
                "null, and only with it."
            )
        if value is not None and figure.date is None:
            yield f"{key}.date is missing: a figure without the date of its source cannot be judged."
        bounds = [each for each in (figure.low, value, figure.high) if each is not None]
        if bounds != sorted(bounds):
            yield (
                f"{key} is {_null(value)}, not between its low {_null(figure.low)} and high "
                f"{_null(figure.high)}."
            )
        if any(each < 0 for each in bounds):
            yield f"{key} is negative: expected EUR, or an index, not below 0."


def _null(value: float | None) -> str:
    return "null" if value is None else f"{value:g}"
