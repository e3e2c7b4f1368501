"""Servers as they are registered: ports first, nothing that a changed image could rebuild."""

import pytest

from infra.compute.server import KEPT
from tests.infra.fake_cloud import Deployment, deploy
from tests.infra.sample import sample


@pytest.fixture(scope="module")
def plain() -> Deployment:
    return deploy("plain", sample())


def test_every_server_has_a_port_made_before_it(plain: Deployment) -> None:
    ports = {each.urn for each in plain.of("Port")}
    for server in plain.of("Instance"):
        assert [set(network) for network in server.inputs["networks"]] == [{"port"}]
        assert ports & set(server.depends_on), f"{server.name} does not wait for its port"


def test_servers_boot_when_there_is_a_way_out(plain: Deployment) -> None:
    (interface,) = plain.of("RouterInterface")
    for server in plain.of("Instance"):
        assert interface.urn in server.depends_on
        # The cloud's default rules are gone: before its own one, nothing gets out, its metadata neither.
        (rule,) = [each for each in plain.of("SecGroupRule") if each.urn in server.depends_on]
        assert rule.inputs["direction"] == "egress"


def test_servers_boot_when_their_routes_are_there() -> None:
    deployed = deploy("plain", sample(network__routes=[{"destination": "100.64.0.0/10", "via": "10.20.0.1"}]))
    (route,) = deployed.of("SubnetRoute")
    assert all(route.urn in server.depends_on for server in deployed.of("Instance"))


def test_floating_ip_is_associated_to_the_port_after_the_router_interface(plain: Deployment) -> None:
    (interface,) = plain.of("RouterInterface")
    (association,) = plain.of("FloatingIpAssociate")
    assert interface.urn in association.depends_on
    assert association.inputs["portId"].startswith("plain-bastion-port")
    assert plain.of("FloatingIp")[0].inputs["pool"] == "outside"


def test_what_would_rebuild_a_server_is_ignored_once_it_runs(plain: Deployment) -> None:
    camel = {
        "image_id": "imageId",
        "image_name": "imageName",
        "block_devices": "blockDevices",
        "scheduler_hints": "schedulerHints",
    }
    assert set(camel) < set(KEPT)
    for server in plain.of("Instance"):
        assert set(camel.values()) < set(server.ignore_changes)
        assert server.delete_before_replace, "its port is in use until it is gone"


def test_no_fixed_ip_is_never_set(plain: Deployment) -> None:
    # It shows as a replacement in every later `up` (pulumi-openstack #891).
    assert not any("noFixedIp" in port.inputs for port in plain.of("Port"))


def test_pinned_image_wins_over_its_name() -> None:
    pinned = deploy("plain", sample(image={"name": "no-such-name-any-more", "id": "pinned-id"}))
    assert {server.inputs["imageId"] for server in pinned.of("Instance")} == {"pinned-id"}
    assert pinned.inventory["vars"]["image"] == {"name": "no-such-name-any-more", "id": "pinned-id"}


def test_boot_device_only_where_the_flavor_has_no_disk(plain: Deployment) -> None:
    assert not any("blockDevices" in server.inputs for server in plain.of("Instance"))
    boot = {"mode": "volume", "gb": 80, "volume_type": "SSD"}
    for server in deploy("plain", sample(servers__boot=boot)).of("Instance"):
        (device,) = server.inputs["blockDevices"]
        assert device == {
            "sourceType": "image",
            "uuid": "id-of-Ubuntu 24.04",
            "destinationType": "volume",
            "bootIndex": 0,
            "volumeSize": 80,
            "volumeType": "SSD",
            "deleteOnTermination": True,
        }
        assert "imageId" not in server.inputs


def test_second_port_only_where_configured_and_only_on_servers_that_need_it(plain: Deployment) -> None:
    assert len(plain.of("Port")) == len(plain.of("Instance")) == 5
    extra = deploy("plain", sample(network__extra=["eodata"]))
    second = {each.name for each in extra.of("Port") if each.inputs["networkId"] == "id-of-eodata"}
    assert second == {f"plain-{host}-eodata-port" for host in ("broker", "storage", "stage-01", "stage-02")}
    for server in extra.of("Instance"):
        first, *rest = server.inputs["networks"]
        assert "eodata" not in first["port"], "the default route belongs to the private network"
        assert len(rest) == (0 if server.name == "plain-bastion-server" else 1)


def test_groups_are_split_at_the_limit() -> None:
    stack = sample(servers__stage__count=5, servers__group={"policy": "soft-anti-affinity", "max": 2})
    deployed = deploy("plain", stack)
    assert [(each.name, each.inputs["policies"]) for each in deployed.of("ServerGroup")] == [
        (f"plain-stages-{number}", "soft-anti-affinity") for number in (1, 2, 3)
    ]
    hints = [each.inputs.get("schedulerHints") for each in deployed.of("Instance") if "stage-0" in each.name]
    assert sorted(hint[0]["group"].split("-0123")[0] for hint in hints) == [
        *2 * ["plain-stages-1"], *2 * ["plain-stages-2"], "plain-stages-3"
    ]  # fmt: skip


def test_no_server_group_where_none_is_wanted() -> None:
    assert not deploy("plain", sample(servers__group={"policy": "none"})).of("ServerGroup")
