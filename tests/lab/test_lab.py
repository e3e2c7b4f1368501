"""What other tests take for granted: each cloud's user builds, meets the cloud's limits, leaves nothing."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from openstack import exceptions

from tests.lab.fixture import LabCloud, lab_cloud, needs_lab
from tests.lab.profile import names

pytestmark = [
    pytest.mark.lab,
    needs_lab,
    # The SDK's own, by the hundred, about itself.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]


@pytest.fixture(scope="module", params=names())
def cloud(request: pytest.FixtureRequest) -> Iterator[LabCloud]:
    """Each cloud in turn; its tests leave nothing to each other, which the last of them asserts."""
    with lab_cloud(request.param) as there:
        yield there


def network_of(cloud: LabCloud, gateway: dict[str, Any] | None = None) -> tuple[Any, Any]:
    """A private network behind a router on the external one: network and router."""
    api = cloud.member.network
    external = api.find_network(cloud.profile.network.external, ignore_missing=False)
    network = api.create_network(name="t", mtu=1500)
    subnet = api.create_subnet(
        network_id=network.id, cidr="10.20.0.0/24", ip_version=4, dns_nameservers=["9.9.9.9"]
    )
    router = api.create_router(name="t", external_gateway_info={"network_id": external.id, **(gateway or {})})
    api.add_interface_to_router(router, subnet=subnet.id)
    return network, router


def server(cloud: LabCloud, name: str, ports: list[Any], **more: Any) -> Any:
    """Of the cloud's first flavor and image, booting from a volume where the flavor has no disk."""
    compute = cloud.member.compute
    flavor, spec = next(iter(cloud.profile.flavors.items()))
    image_name, image = next(iter(cloud.profile.images.items()))
    image_id = cloud.member.image.find_image(image_name, ignore_missing=False).id
    boot: dict[str, Any] = {"image_id": image_id}
    if spec.disk_gb == 0:
        volume = {
            "boot_index": 0,
            "uuid": image_id,
            "source_type": "image",
            "destination_type": "volume",
            "volume_size": max(10, image.min_disk_gb),
            "volume_type": cloud.profile.volumes.types[0],
            "delete_on_termination": True,
        }
        boot = {"block_device_mapping_v2": [volume]}
    return compute.create_server(
        name=name,
        flavor_id=compute.find_flavor(flavor, ignore_missing=False).id,
        networks=[{"port": port.id} for port in ports],
        **boot,
        **more,
    )


def settled(cloud: LabCloud, servers: list[Any], patience_s: float = 180) -> list[Any]:
    """The same servers, when none is being built any more."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        now = [cloud.member.compute.get_server(one.id) for one in servers]
        if all(one.status in ("ACTIVE", "ERROR") for one in now):
            return now
        time.sleep(1)
    raise AssertionError(f"still {[one.status for one in now]}")


def until(fetch: Any, wanted: Any, patience_s: float = 60) -> None:
    deadline = time.monotonic() + patience_s
    while (now := fetch()) != wanted:
        assert time.monotonic() < deadline, f"{now!r} instead of {wanted!r}"
        time.sleep(0.5)


def test_it_shows_what_the_cloud_has_and_nothing_else(cloud: LabCloud) -> None:
    member, profile = cloud.member, cloud.profile
    assert {flavor.name for flavor in member.compute.flavors()} == set(profile.flavors)
    assert {image.name for image in member.image.images()} == set(profile.images)
    assert [network.name for network in member.network.networks(is_router_external=True)] == [
        profile.network.external
    ]
    assert {network.name for network in member.network.networks(is_shared=True)} == set(
        profile.network.shared
    )
    zones = {zone.name for zone in member.compute.availability_zones() if zone.state["available"]}
    assert zones == set(profile.compute.zones or ["nova"])
    zones = {zone.name for zone in member.block_storage.availability_zones() if zone.state["available"]}
    assert zones == set(profile.volumes.zones)
    kinds = {kind.name for kind in member.block_storage.types()}
    assert kinds - {"__DEFAULT__"} == set(profile.volumes.types)
    assert member.config.region_name == profile.region
    assert member.compute.get_endpoint() is not None


def test_a_server_with_everything(cloud: LabCloud) -> None:
    """Port first, as the platform does it; second port on a shared network; volume; floating IP."""
    member = cloud.member
    network, _ = network_of(cloud)
    assert network.mtu == 1500
    group = member.network.create_security_group(name="t")
    member.network.create_security_group_rule(
        security_group_id=group.id, direction="ingress", ethertype="IPv4", protocol="tcp", port_range_min=22,
        port_range_max=22, remote_ip_prefix="192.0.2.0/24",
    )  # fmt: skip
    ports = [member.network.create_port(network_id=network.id, security_groups=[group.id], name="t")]
    for shared in cloud.profile.network.shared:
        there = member.network.find_network(shared, ignore_missing=False)
        ports.append(member.network.create_port(network_id=there.id, name="t"))
    zone = (cloud.profile.compute.zones or ["nova"])[-1]
    (one,) = settled(cloud, [server(cloud, "t", ports, availability_zone=zone)])
    assert one.status == "ACTIVE", one.fault
    assert one.availability_zone == zone
    assert [member.network.get_port(port.id).status for port in ports] == ["ACTIVE"] * len(ports)

    volume = member.block_storage.create_volume(
        name="t", size=10, volume_type=cloud.profile.volumes.types[-1], availability_zone=zone
    )
    until(lambda: member.block_storage.get_volume(volume.id).status, "available")
    member.compute.create_volume_attachment(one, volume=volume.id)
    until(lambda: member.block_storage.get_volume(volume.id).status, "in-use")

    external = member.network.find_network(cloud.profile.network.external)
    floating = member.network.create_ip(floating_network_id=external.id, port_id=ports[0].id)
    until(lambda: member.network.get_ip(floating.id).status, "ACTIVE")
    until(
        lambda: (
            floating.floating_ip_address
            in {address["addr"] for address in member.compute.get_server(one.id).addresses["t"]}
        ),
        True,
    )
    cloud.purge()
    assert cloud.leftovers() == []


def test_what_a_project_may_say_of_its_router(cloud: LabCloud) -> None:
    if cloud.profile.network.snat == "allowed":
        _, router = network_of(cloud, {"enable_snat": True})
        assert router.external_gateway_info["enable_snat"] is True
    else:
        with pytest.raises(exceptions.ForbiddenException):
            network_of(cloud, {"enable_snat": True})
    cloud.purge()
    for name in cloud.profile.network.router_qos:
        policy = cloud.member.network.find_qos_policy(name, ignore_missing=False)
        _, router = network_of(cloud, {"qos_policy_id": policy.id})
        assert router.external_gateway_info["qos_policy_id"] == policy.id
        cloud.purge()


def test_anti_affinity_is_kept_and_has_the_clouds_limit(cloud: LabCloud) -> None:
    network, _ = network_of(cloud)
    limit = cloud.profile.quotas.get("server_group_members")
    cloud.quota(server_group_members=min(3, limit or 3))
    group = cloud.member.compute.create_server_group(name="t", policy="anti-affinity")

    def member(number: int) -> Any:
        port = cloud.member.network.create_port(network_id=network.id, name=f"t{number}")
        return server(cloud, f"t{number}", [port], scheduler_hints={"group": group.id})

    built = settled(cloud, [member(number) for number in range(3)])
    assert [one.status for one in built] == ["ACTIVE"] * 3, [one.fault for one in built]
    assert len({one.host_id for one in built}) == 3
    with pytest.raises(exceptions.HttpException, match=r"(?i)quota exceeded"):
        member(3)
    cloud.purge()


def test_a_quota_refuses_what_is_above_it(cloud: LabCloud) -> None:
    network, _ = network_of(cloud)
    cloud.quota(instances=1, volumes=1, ports=10)
    ports = [
        cloud.member.network.create_port(network_id=network.id, name=f"t{number}") for number in range(2)
    ]
    (one,) = settled(cloud, [server(cloud, "t0", ports[:1])])
    assert one.status == "ACTIVE", one.fault
    with pytest.raises(exceptions.HttpException, match=r"(?i)quota exceeded"):
        server(cloud, "t1", ports[1:])
    cloud.quota()
    (one,) = settled(cloud, [server(cloud, "t1", ports[1:])])
    assert one.status == "ACTIVE", one.fault
    cloud.purge()


def test_nothing_is_left(cloud: LabCloud) -> None:
    assert cloud.leftovers() == []
