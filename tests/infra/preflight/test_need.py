"""What the preflight counts is what the program registers."""

import pytest

from infra.preflight.need import NETWORK_PORTS, needs, ports_of, server_groups_of, servers_of, volumes_of
from infra.preflight.seen import Owned
from tests.infra.fake_cloud import deploy
from tests.infra.stack_files import STACKS, stack_file


@pytest.mark.parametrize("name", STACKS)
def test_needs_are_those_of_the_program(name: str) -> None:
    stack = stack_file(name)
    deployment = deploy(name, stack)

    def names(kind: str) -> set[str]:
        return {each.inputs["name"] for each in deployment.of(kind)}

    assert set(servers_of(name, stack)) == names("Instance")
    assert set(ports_of(name, stack)) == names("Port")
    assert set(server_groups_of(name, stack)) == names("ServerGroup")
    assert volumes_of(name, stack) == {
        each.inputs["name"]: each.inputs["size"] for each in deployment.of("Volume")
    }

    counted = {quota: need.total for quota, need in needs(name, stack, {}, Owned()).items()}
    boots = sum("blockDevices" in each.inputs for each in deployment.of("Instance"))
    assert counted["volumes"] == len(deployment.of("Volume")) + boots
    assert counted["ports"] == len(deployment.of("Port")) + NETWORK_PORTS
    for quota, kind in {
        "instances": "Instance", "networks": "Network", "subnets": "Subnet", "routers": "Router",
        "floating IPs": "FloatingIp", "security groups": "SecGroup", "security group rules": "SecGroupRule",
        "server groups": "ServerGroup",
    }.items():  # fmt: skip
        assert counted[quota] == len([r for r in deployment.of(kind) if r.type.startswith("openstack:")]), (
            quota
        )
