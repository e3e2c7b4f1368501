from typing import Any

import pytest

from tests.infra.fake_cloud import deploy
from tests.infra.sample import sample


@pytest.mark.parametrize(("snat", "expected"), [(True, {"enableSnat": True}), (False, {"enableSnat": False})])
def test_snat_is_said_when_set(snat: bool, expected: dict[str, bool]) -> None:
    (router,) = deploy("plain", sample(network__snat=snat)).of("Router")
    assert expected.items() <= router.inputs.items()


def test_unset_keys_are_absent_and_not_null() -> None:
    deployed = deploy("plain", sample())
    network, subnet, router = (deployed.one(f"plain-{kind}") for kind in ("network", "subnet", "router"))
    assert not {"enableSnat", "externalQosPolicyId"} & set(router.inputs)
    assert not {"gatewayIp", "dnsNameservers"} & set(subnet.inputs)
    assert not {"mtu", "valueSpecs", "segments"} & set(network.inputs)


@pytest.mark.parametrize(("more", "kind"), [({}, "vlan"), ({"network__segment_type": "vrack"}, "vrack")])
def test_a_segment_is_sent_with_its_type(more: dict[str, Any], kind: str) -> None:
    network = deploy("plain", sample(network__segment=101, **more)).one("plain-network")
    asked = {"provider:network_type": kind, "provider:segmentation_id": "101"}
    assert network.inputs["valueSpecs"] == asked


def test_everything_the_stack_file_says_reaches_the_cloud() -> None:
    stack = sample(
        network__gateway="10.20.0.1",
        network__dns=["192.0.2.1", "192.0.2.2"],
        network__mtu=1500,
        network__router_qos="small_router",
        network__routes=[{"destination": "100.64.0.0/10", "via": "10.20.0.1"}],
    )
    deployed = deploy("plain", stack)
    expected: dict[str, dict[str, Any]] = {
        "plain-network": {"mtu": 1500, "tags": ["kit=vds", "stack=plain"]},
        "plain-subnet": {
            "cidr": "10.20.0.0/24",
            "gatewayIp": "10.20.0.1",
            "dnsNameservers": ["192.0.2.1", "192.0.2.2"],
            "ipVersion": 4,
        },
        "plain-router": {"externalNetworkId": "id-of-outside", "externalQosPolicyId": "id-of-small_router"},
        "plain-route-01": {"destinationCidr": "100.64.0.0/10", "nextHop": "10.20.0.1"},
    }
    for name, inputs in expected.items():
        assert inputs.items() <= deployed.one(name).inputs.items()
