"""Does the cloud have what the stack file names? Pure."""

from collections.abc import Iterator
from difflib import get_close_matches

from infra.preflight.lines import Line, failed, passed, skipped
from infra.preflight.seen import Flavor, Image, Seen, Untold
from infra.settings.model import FlavorPrice, Stack
from infra.settings.rules import used_flavors, used_volume_types

#: Clouds sell GB and mean GiB, or the reverse.
RAM_TOLERANCE = 0.08


def names(stack: Stack, seen: Seen) -> list[Line]:
    """Flavors, image, networks, volume types, zones, QoS policy."""
    return [
        *_flavors(stack, seen),
        _image(stack, seen),
        *_networks(stack, seen),
        *_volume_types(stack, seen),
        *_zones(stack, seen),
        *_router_qos(stack, seen),
    ]


def _none(what: str, wanted: str, there: list[str], by_hand: str, key: str) -> Line:
    near = get_close_matches(wanted, there, n=3) or sorted(there)[:8]
    listed = f"the cloud has {', '.join(near)}" if near else "the cloud shows none"
    return failed(what, "not there", by_hand, f"correct {key}: {listed}")


def _flavors(stack: Stack, seen: Seen) -> Iterator[Line]:
    for name, roles in used_flavors(stack).items():
        what, by_hand, key = (
            f"flavor {name}",
            f"openstack flavor show {_q(name)}",
            f"servers.{roles[0]}.flavor",
        )
        if isinstance(seen.flavors, Untold):
            yield skipped(what, seen.flavors.reason, by_hand)
        elif name not in seen.flavors:
            yield _none(what, name, list(seen.flavors), "openstack flavor list", key)
        else:
            flavor, priced = seen.flavors[name], stack.price.flavors.get(name)
            found = (
                f"{flavor.vcpus} vCPU, {flavor.ram_mb} MiB, disk {flavor.disk_gb} GB, for {', '.join(roles)}"
            )
            remedy = _flavor_fault(stack, name, flavor, priced)
            yield failed(what, found, by_hand, remedy) if remedy else passed(what, found, by_hand)


def _flavor_fault(stack: Stack, name: str, flavor: Flavor, priced: FlavorPrice | None) -> str:
    if stack.servers.boot.mode == "image" and flavor.disk_gb == 0:
        return "it has no disk: set servers.boot.mode to volume, with servers.boot.gb"
    if name == stack.servers.stage.flavor and stack.scratch.kind == "local" and flavor.disk_gb == 0:
        return "it has no disk: set scratch.kind to volume, with scratch.gb"
    if priced is None:
        return ""
    gb = flavor.ram_mb / 1024
    if priced.vcpus != flavor.vcpus or abs(priced.ram_gb - gb) > RAM_TOLERANCE * priced.ram_gb:
        return f"its price is for {priced.vcpus} vCPU and {priced.ram_gb:g} GB: correct price.flavors"
    return ""


def _image(stack: Stack, seen: Seen) -> Line:
    image, boot = stack.image, stack.servers.boot
    what = f"image {image.name}"
    by_hand = f"openstack image list --name {_q(image.name)}"
    if isinstance(seen.images, Untold):
        return skipped(what, seen.images.reason, by_hand)
    named = sorted((i for i in seen.images if i.name == image.name), key=lambda i: i.created)
    if image.id is not None:
        by_hand = f"openstack image show {image.id}"
        found = next((i for i in seen.images if i.id == image.id), None)
        if found is None:
            return failed(
                what, f"pinned {image.id} is not there", by_hand, "set image.id to null, or to one that is"
            )
        if found.name != image.name:
            return failed(
                what, f"pinned {image.id} is {found.name!r}", by_hand, "correct image.name or image.id"
            )
        newer = f"; newer: {named[-1].id}" if named[-1].id != found.id else ""
        told, hint = f"pinned {found.id}{newer}", ""
    elif not named:
        return _none(what, image.name, [i.name for i in seen.images], "openstack image list", "image.name")
    else:
        found = named[-1]
        told = found.id + (f", the newest of {len(named)}" if len(named) > 1 else "")
        hint = f"pin it: tools/pulumi config set --stack NAME --path vds:image.id {found.id}"
    fault = _image_fault(stack, seen, found, boot.gb if boot.mode == "volume" else None)
    return failed(what, told, by_hand, fault) if fault else passed(what, told, by_hand, hint)


def _image_fault(stack: Stack, seen: Seen, image: Image, boot_gb: int | None) -> str:
    if image.status != "active":
        return f"it is {image.status}: choose another image.name"
    if boot_gb is not None and boot_gb < image.min_disk_gb:
        return f"it wants {image.min_disk_gb} GB of disk: raise servers.boot.gb"
    flavors = {} if isinstance(seen.flavors, Untold) else seen.flavors
    for name in used_flavors(stack):
        flavor = flavors.get(name)
        if flavor is None:
            continue
        if boot_gb is None and 0 < flavor.disk_gb < image.min_disk_gb:
            return (
                f"it wants {image.min_disk_gb} GB of disk, flavor {name} has {flavor.disk_gb}: take a larger"
            )
        if flavor.ram_mb < image.min_ram_mb:
            return f"it wants {image.min_ram_mb} MiB, flavor {name} has {flavor.ram_mb}: take a larger"
    return ""


def _networks(stack: Stack, seen: Seen) -> Iterator[Line]:
    wanted = [("external", stack.network.external), *(("extra", name) for name in stack.network.extra)]
    for kind, name in wanted:
        what, by_hand = f"{kind} network {name}", f"openstack network show {_q(name)}"
        if isinstance(seen.networks, Untold):
            yield skipped(what, seen.networks.reason, by_hand)
            continue
        found = seen.networks.get(name, [])
        if kind == "external":
            found = [each for each in found if each.external]
        there = [n for n, each in seen.networks.items() if kind == "extra" or any(e.external for e in each)]
        if not found:
            listing = "openstack network list" + (" --external" if kind == "external" else "")
            yield _none(what, name, there, listing, f"network.{kind}")
        elif len(found) > 1:
            yield failed(what, f"{len(found)} have this name", by_hand, "names must be unique: ask the cloud")
        else:
            yield passed(what, found[0].id, by_hand)


def _volume_types(stack: Stack, seen: Seen) -> Iterator[Line]:
    for name, keys in used_volume_types(stack).items():
        what, by_hand = f"volume type {name}", f"openstack volume type show {_q(name)}"
        if isinstance(seen.volume_types, Untold):
            yield skipped(what, seen.volume_types.reason, by_hand)
        elif name not in seen.volume_types:
            yield _none(what, name, seen.volume_types, "openstack volume type list", keys[0])
        else:
            yield passed(what, f"for {', '.join(key.split('.')[-2] for key in keys)}", by_hand)


def _zones(stack: Stack, seen: Seen) -> Iterator[Line]:
    for kind, there in (("compute", seen.zones), ("volume", seen.volume_zones)):
        for name in stack.servers.zones:
            what, by_hand = f"{kind} zone {name}", f"openstack availability zone list --{kind}"
            if isinstance(there, Untold):
                yield skipped(what, there.reason, by_hand)
            elif name not in there:
                yield _none(what, name, there, by_hand, "servers.zones")
            else:
                yield passed(what, "available", by_hand)


def _router_qos(stack: Stack, seen: Seen) -> Iterator[Line]:
    name = stack.network.router_qos
    if name is None:
        return
    what, by_hand = f"router QoS policy {name}", f"openstack network qos policy show {_q(name)}"
    if isinstance(seen.router_qos, Untold):
        yield skipped(what, seen.router_qos.reason, by_hand)
    elif name not in seen.router_qos:
        yield _none(
            what,
            name,
            seen.router_qos,
            "openstack network qos policy list",
            "network.router_qos, or set it to null",
        )
    else:
        yield passed(what, "there", by_hand)


def _q(name: str) -> str:
    return name if name.replace("-", "").replace(".", "").replace("_", "").isalnum() else f"'{name}'"
