from ipaddress import IPv4Network

import pytest

from infra.firewall.rules import openings
from tests.infra.fake_cloud import Deployment, deploy
from tests.infra.sample import sample

HOME = IPv4Network("198.51.100.0/24")


@pytest.fixture(scope="module")
def deployed() -> Deployment:
    return deploy("plain", sample())


def test_only_the_bastion_is_open_to_the_outside_and_only_for_ssh() -> None:
    outside = [each for each in openings([HOME]) if each.from_cidr]
    assert [(each.group, each.port, each.from_cidr) for each in outside] == [("bastion", 22, HOME)]


def test_inside_ssh_comes_from_the_bastion_only() -> None:
    assert {each.from_group for each in openings([HOME]) if each.port == 22 and each.group != "bastion"} == {
        "bastion"
    }


@pytest.mark.parametrize(
    ("group", "port", "allowed"),
    [("broker", 6379, {"stages", "storage"}), ("storage", 2049, {"stages", "broker"})],
)
def test_services_are_open_to_those_that_need_them(group: str, port: int, allowed: set[str]) -> None:
    found = {each.from_group for each in openings([HOME]) if (each.group, each.port) == (group, port)}
    assert found == allowed


def test_metrics_are_for_the_broker_and_only_those_of_the_nodes() -> None:
    metrics = [each for each in openings([HOME]) if each.port >= 9000]
    assert {(each.from_group, each.port) for each in metrics} == {("broker", 9100)}
    assert {each.group for each in metrics} == {"bastion", "storage", "stages"}


def test_names_are_unique_and_repeated_cidrs_are_one_rule() -> None:
    names = [each.name for each in openings([HOME, HOME, IPv4Network("203.0.113.0/24")])]
    assert len(names) == len(set(names))


def test_groups_start_empty_and_none_is_the_cloud_s_own(deployed: Deployment) -> None:
    groups = {each.name: each.inputs for each in deployed.of("SecGroup")}
    assert set(groups) == {f"plain-{kind}" for kind in ("bastion", "broker", "storage", "stages")}
    assert all(inputs["deleteDefaultRules"] for inputs in groups.values())
    for port in deployed.of("Port"):
        (group,) = port.inputs["securityGroupIds"]
        assert group.split("-0123")[0] in groups, f"{port.name} is in a group that is not ours"
    assert not any("securityGroups" in each.inputs for each in deployed.of("Instance"))


def test_rules_are_ipv4_and_no_ingress_is_from_anywhere(deployed: Deployment) -> None:
    for rule in deployed.of("SecGroupRule"):
        assert rule.inputs["ethertype"] == "IPv4"
        if rule.inputs["direction"] == "ingress":
            assert "remoteGroupId" in rule.inputs or rule.inputs["remoteIpPrefix"] == str(HOME), rule.name
    assert "0.0.0.0/0" not in str([each.inputs for each in deployed.registered])


def test_every_group_says_what_may_go_out(deployed: Deployment) -> None:
    outward = [each for each in deployed.of("SecGroupRule") if each.inputs["direction"] == "egress"]
    assert len(outward) == 4
