"""Flavors, and hosts in zones."""

from tests.lab.admin import Cloud
from tests.lab.profile import Profile


def seed(cloud: Cloud, profile: Profile) -> None:
    _flavors(cloud, profile)
    _zones(cloud, profile.compute.zones)


def _flavors(cloud: Cloud, profile: Profile) -> None:
    wanted = {(name, flavor.vcpus, flavor.ram_mb, flavor.disk_gb) for name, flavor in profile.flavors.items()}
    for old in cloud.compute.flavors():
        spec = (old.name, old.vcpus, old.ram, old.disk)
        if spec in wanted:
            wanted.remove(spec)
        else:
            cloud.compute.delete_flavor(old)
    for name, vcpus, ram, disk in sorted(wanted):
        cloud.compute.create_flavor(name=name, vcpus=vcpus, ram=ram, disk=disk)


def _zones(cloud: Cloud, zones: list[str]) -> None:
    """An aggregate per zone; a host is in one zone at most and, if in none, in Nova's own `nova`."""
    hosts = sorted({service.host for service in cloud.compute.services(binary="nova-compute")})
    wanted = {zone: set(hosts[number :: len(zones)]) for number, zone in enumerate(zones)}
    there = {}
    for aggregate in cloud.compute.aggregates():
        for host in set(aggregate.hosts or []) - wanted.get(aggregate.name, set()):
            cloud.compute.remove_host_from_aggregate(aggregate, host)
        if aggregate.name in wanted:
            there[aggregate.name] = aggregate
        else:
            cloud.compute.delete_aggregate(aggregate)
    for zone, members in wanted.items():
        aggregate = there.get(zone) or cloud.compute.create_aggregate(name=zone, availability_zone=zone)
        for host in sorted(members - set(aggregate.hosts or [])):
            cloud.compute.add_host_to_aggregate(aggregate, host)
