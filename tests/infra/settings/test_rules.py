"""Rules between keys."""

from ipaddress import IPv4Network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.settings import rules
from infra.settings.read import from_document
from tests.infra.settings.documents import REMOVED, document, problems

VOLUME = {"kind": "volume", "gb": 9}
BOOT = {"mode": "volume", "gb": 9}
NETWORKS = st.builds(
    lambda base, prefix: IPv4Network((base, prefix), strict=False),
    st.integers(0, 2**32 - 1),
    st.integers(8, 32),
)


def test_a_subnet_too_small_names_the_one_that_fits() -> None:
    [sentence] = problems(document(network__cidr="10.20.0.0/28", servers__stage__count=8))
    assert "8 stage workers need 17" in sentence and "take a /27" in sentence
    assert problems(document(network__cidr="10.20.0.0/28", servers__stage__count=7)) == []


@settings(deadline=None)
@given(NETWORKS, st.integers(1, 200))
def test_a_subnet_is_accepted_exactly_if_every_server_gets_an_address(
    cidr: IPv4Network, workers: int
) -> None:
    config = document(network__cidr=str(cidr), servers__stage__count=workers)
    enough = cidr.prefixlen <= 28 and cidr.num_addresses >= workers + 3 + 6
    assert ([p for p in problems(config) if p.startswith("network.cidr")] == []) == enough


@settings(deadline=None)
@given(st.integers(8, 200), st.integers(25, 28))
def test_the_subnet_that_is_proposed_is_accepted(workers: int, prefix: int) -> None:
    for sentence in problems(document(network__cidr=f"10.0.0.0/{prefix}", servers__stage__count=workers)):
        proposed = sentence.split("take a /")[1].split()[0]
        assert problems(document(network__cidr=f"10.0.0.0/{proposed}", servers__stage__count=workers)) == []


@settings(deadline=None)
@given(NETWORKS.filter(lambda network: network.prefixlen <= 24), st.integers(0, 2**32 - 1))
def test_the_gateway_is_a_host_of_the_subnet(cidr: IPv4Network, address: int) -> None:
    config = document(network__cidr=str(cidr), network__gateway=str(IPv4Network((address, 32))[0]))
    first, last = int(cidr[0]), int(cidr[-1])
    assert (problems(config) == []) == (first < address < last)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"network__gateway": "10.21.0.1"}, "network.gateway 10.21.0.1 is no host address"),
        ({"network__gateway": "10.20.0.255"}, "network.gateway 10.20.0.255 is no host address"),
        (
            {"network__routes": [{"destination": "100.64.0.0/10", "via": "10.21.0.1"}]},
            "network.routes[0].via 10.21.0.1 is no host address",
        ),
        (
            {"network__routes": [{"destination": "10.0.0.0/8", "via": "10.20.0.1"}]},
            "network.routes[0].destination 10.0.0.0/8 overlaps",
        ),
        ({"network__extra": ["a", "a"]}, "network.extra has 'a' twice"),
        ({"network__extra": ["Ext-Net"]}, "network.extra has 'Ext-Net', which is network.external"),
        ({"servers__boot__mode": "volume"}, "servers.boot.gb is missing"),
        ({"servers__boot__gb": 80}, "servers.boot.gb has no effect"),
        ({"price__flavors__c2-60__disk_gb": 0, "scratch": VOLUME}, "c2-60 (servers.stage"),
        ({"price__flavors__c2-60__disk_gb": 0, "servers__boot": BOOT}, "scratch.kind is local"),
        ({"scratch__kind": "volume"}, "scratch.gb is missing"),
        ({"scratch__gb": 5}, "scratch.gb has no effect"),
        ({"shared__device": "a:/b"}, "shared.device has no effect with shared.kind nfs"),
        ({"shared__packages": ["ceph-common"]}, "shared.packages has no effect"),
        ({"shared": {"kind": "mount", "fstype": "nfs4"}}, "shared.device is missing"),
        ({"shared": {"kind": "mount", "device": "a:/b"}}, "shared.fstype is missing"),
        ({"servers__group__policy": "none"}, "servers.group.max has no effect"),
        ({"servers__zones": ["a", "b", "a"]}, "servers.zones has 'a' twice"),
        ({"s3__endpoint": None}, "s3.credentials is file, but s3.endpoint is null"),
        ({"s3__region": None}, "s3.region is missing"),
        ({"eodata__bucket": None}, "eodata.bucket is missing"),
        ({"servers__broker__flavor": "b9-1"}, "price.flavors.b9-1 is missing: servers.broker.flavor uses it"),
        ({"data__volume_type": "gold"}, "price.volume_gb_month.gold is missing: data.volume_type uses it"),
        ({"price__egress_gb__value": None}, "price.egress_gb.status is list with value null"),
        ({"price__egress_gb__status": "unknown"}, "price.egress_gb.status is unknown with value 0"),
        ({"price__egress_gb__date": REMOVED}, "price.egress_gb.date is missing"),
        ({"price__egress_gb__low": 1.0}, "price.egress_gb is 0, not between its low 1 and high null"),
        ({"price__egress_gb__value": -1.0}, "price.egress_gb is negative"),
    ],
)  # fmt: skip
def test_a_mistake_between_keys(changes: dict[str, Any], words: str) -> None:
    [sentence] = problems(document(**changes))
    assert words in sentence and sentence.endswith((".", "?"))


def test_a_share_of_the_clouds_own_needs_no_more_than_what_and_how() -> None:
    assert problems(document(shared={"kind": "mount", "device": "10.0.0.9:/vds", "fstype": "nfs4"})) == []


def test_volume_types_count_where_they_have_an_effect() -> None:
    stack = from_document(document("orange"))
    assert rules.used_volume_types(stack) == {
        "SSD": ["servers.boot.volume_type", "scratch.volume_type", "data.volume_type"]
    }


@pytest.mark.parametrize("name", ["ovh", "a", "gra-11", "x" * 32])
def test_a_stacks_name_that_can_begin_a_host_name(name: str) -> None:
    assert rules.stack_name(name) == []


@pytest.mark.parametrize("name", ["", "Ovh", "1ovh", "ovh-", "a_b", "x" * 33])
def test_a_stacks_name_that_cannot(name: str) -> None:
    assert len(rules.stack_name(name)) == 1
