"""The checks on plain data."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.preflight.judge import judge
from infra.preflight.lines import Line
from infra.preflight.seen import Flavor, Image, Network, Owned, Quota, Seen, Untold
from infra.settings.model import Stack
from infra.settings.read import stack_names
from tests.infra.preflight.clouds import cloud_for, deployed, stack

UBUNTU = "image Ubuntu 24.04"


def failures(wanted: Stack, seen: Seen) -> list[Line]:
    return [line for line in judge("s", wanted, seen) if line.status == "FAIL"]


@pytest.mark.parametrize("name", stack_names())
def test_a_cloud_with_just_enough_passes(name: str) -> None:
    wanted = stack(name)
    lines = judge("s", wanted, cloud_for(wanted))
    assert [line for line in lines if line.status == "FAIL"] == []
    assert {line.status for line in lines if line.what.startswith(("flavor", "image", "quota"))} == {"PASS"}


@pytest.mark.parametrize("name", stack_names())
def test_every_line_that_can_be_checked_says_how(name: str) -> None:
    wanted = stack(name)
    for line in judge("s", wanted, cloud_for(wanted, free=0)):
        assert line.by_hand.startswith(("openstack ", "python3 ")) or line.status == "SKIP"
        assert bool(line.remedy) or line.status != "FAIL"


@pytest.mark.parametrize("name", stack_names())
def test_up_again_at_full_quota_passes(name: str) -> None:
    wanted = stack(name)
    assert failures(wanted, deployed(cloud_for(wanted), wanted)) == []


@pytest.mark.parametrize("name", stack_names())
@pytest.mark.parametrize("count", [1, 2])
def test_fewer_workers_at_full_quota_pass(name: str, count: int) -> None:
    before = stack(name, servers__stage__count=5)
    assert failures(stack(name, servers__stage__count=count), deployed(cloud_for(before), before)) == []


def test_one_more_worker_at_full_quota_fails_by_that_one() -> None:
    before, wanted = stack("creodias"), stack("creodias", servers__stage__count=3)
    found = {line.what: line.found for line in failures(wanted, deployed(cloud_for(before), before))}
    assert found == {
        "quota: instances": "1 more needed, 5 of 6 there already, 0 of 5 free",
        "quota: cores": "16 more needed, 45 of 61 there already, 0 of 45 free",
        "quota: memory": "65536 MiB more needed, 184320 MiB of 249856 there already, 0 of 184320 free",
        "quota: volumes": "1 more needed, 3 of 4 there already, 0 of 3 free",
        "quota: gigabytes": "200 GB more needed, 1400 GB of 1600 there already, 0 of 1400 free",
        "quota: ports": "2 more needed, 12 of 14 there already, 0 of 12 free",
    }


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(stack_names()), st.integers(0, 12), st.integers(1, 12))
def test_what_is_missing_is_what_the_next_up_makes(name: str, before: int, after: int) -> None:
    """A quota as large as the larger of both deployments is enough to go from one to the other."""
    wanted = stack(name, servers__stage__count=after, network__cidr="192.168.10.0/24")
    seen = cloud_for(wanted)
    if before:
        earlier = stack(name, servers__stage__count=before, network__cidr="192.168.10.0/24")
        seen = replace(deployed(cloud_for(earlier), earlier), quotas=seen.quotas)
        seen = replace(
            seen,
            quotas={
                k: Quota(q.limit, min(q.limit, _used(cloud_for(earlier), k)))
                for k, q in seen.quotas.items()
                if isinstance(q, Quota)
            },
        )
    assert failures(wanted, seen) == []


def _used(seen: Seen, quota: str) -> int:
    found = seen.quotas[quota]
    assert isinstance(found, Quota)
    return max(found.limit, 0)


def test_a_stopped_up_counts_only_what_is_not_there() -> None:
    wanted = stack()
    seen = deployed(cloud_for(wanted), wanted)
    servers = {k: v for k, v in seen.owned.servers.items() if k != "s-stage-02"}
    [line] = [
        line
        for line in failures(wanted, replace(seen, owned=replace(seen.owned, servers=servers)))
        if line.what == "quota: instances"
    ]
    assert line.found == "1 more needed, 4 of 5 there already, 0 of 5 free"


def test_a_larger_flavor_needs_only_the_difference() -> None:
    wanted = stack()
    seen = deployed(cloud_for(wanted), wanted)
    owned = replace(seen.owned, servers=seen.owned.servers | {"s-broker": Flavor(1, 1024, 50)})
    [cores] = [each for each in failures(wanted, replace(seen, owned=owned)) if each.what == "quota: cores"]
    assert cores.found.startswith("3 more needed")


@pytest.mark.parametrize(
    ("changes", "what", "words"),
    [
        ({"flavors": {}}, "flavor c2-60", "not there"),
        ({"images": []}, "image Ubuntu 24.04", "not there"),
        ({"images": [Image("1a", "Ubuntu 24.04", "queued")]}, "image Ubuntu 24.04", "it is queued"),
        ({"images": [Image("1a", "Ubuntu 24.04", "active", 70)]}, "image Ubuntu 24.04", "wants 70 GB"),
        ({"images": [Image("1a", "Ubuntu 24.04", "active", 0, 9000)]}, UBUNTU, "wants 9000 MiB"),
        ({"networks": {"Ext-Net": [Network("1", external=False)]}}, "external network Ext-Net", "not there"),
        ({"networks": {"Ext-Net": [Network("1", True)] * 2}}, "external network Ext-Net", "2 have"),
        ({"volume_types": ["high-speed"]}, "volume type high-speed-gen2", "the cloud has high-speed"),
        ({"router_qos": ["large_router"]}, "router QoS policy small_router", "set it to null"),
    ],
)  # fmt: skip
def test_what_is_not_there(changes: dict[str, Any], what: str, words: str) -> None:
    wanted = stack()
    found = {
        line.what: f"{line.found}; {line.remedy}" for line in failures(wanted, cloud_for(wanted, **changes))
    }
    assert words in found[what]


def test_zones_that_are_not_there() -> None:
    wanted = stack("orange")
    found = [
        line.what for line in failures(wanted, cloud_for(wanted, volume_zones=["eu-west-0a", "eu-west-0b"]))
    ]
    assert found == ["volume zone eu-west-0c"]


def test_a_flavor_without_disk() -> None:
    wanted = stack()
    seen = cloud_for(wanted)
    assert isinstance(seen.flavors, dict)
    [line] = failures(wanted, replace(seen, flavors=seen.flavors | {"c2-60": Flavor(16, 61440, 0)}))
    assert line.what == "flavor c2-60" and "servers.boot.mode" in line.remedy


def test_a_flavor_of_another_size_than_its_price() -> None:
    wanted = stack()
    seen = cloud_for(wanted)
    assert isinstance(seen.flavors, dict)
    lines = failures(wanted, replace(seen, flavors=seen.flavors | {"b3-8": Flavor(4, 8192, 50)}))
    assert [line.remedy for line in lines if line.what == "flavor b3-8"] == [
        "its price is for 2 vCPU and 8 GB: correct price.flavors"
    ]
    rounded = replace(seen, flavors=seen.flavors | {"c2-60": Flavor(16, 60000, 400)})
    assert failures(wanted, rounded) == []


def _image(wanted: Stack, images: list[Image]) -> Line:
    seen = cloud_for(wanted, images=images)
    return next(line for line in judge("s", wanted, seen) if line.what.startswith("image"))


def test_an_image_that_is_not_pinned_says_how_to() -> None:
    old, new = (Image(i, "Ubuntu 24.04", "active", created=d) for i, d in (("1a", "2025"), ("2b", "2026")))
    line = _image(stack(), [new, old])
    assert (line.status, line.found) == ("PASS", "2b, the newest of 2")
    assert line.remedy == "pin it: tools/pulumi config set --stack NAME --path vds:image.id 2b"


def test_a_pinned_image() -> None:
    old, new = (Image(i, "Ubuntu 24.04", "active", created=d) for i, d in (("1a", "2025"), ("2b", "2026")))
    other = Image("3c", "Debian 12", "active")
    assert _image(stack(image__id="1a"), [old, new]).found == "pinned 1a; newer: 2b"
    assert _image(stack(image__id="9z"), [old, new]).status == "FAIL"
    assert _image(stack(image__id="3c"), [old, new, other]).found == "pinned 3c is 'Debian 12'"


def test_groups_too_large_for_the_cloud() -> None:
    wanted = stack("creodias", servers__stage__count=12)
    seen = cloud_for(wanted)
    seen = replace(seen, quotas=seen.quotas | {"server group members": Quota(10, 0)})
    [line] = failures(wanted, seen)
    assert line.remedy == "set servers.group.max to 10"


def test_what_the_cloud_does_not_tell_is_skipped() -> None:
    wanted, untold = stack("orange"), Untold("403 Forbidden")
    seen = Seen(untold, untold, untold, untold, untold, untold, untold, {}, Owned(), untold, untold, untold)
    lines = judge("s", wanted, seen)
    assert {line.status for line in lines} == {"SKIP", "PASS"}
    assert [line.what for line in lines if line.status == "PASS"] == ["subnet"]


@pytest.mark.parametrize(
    ("name", "changes", "what", "words"),
    [
        ("ovh", {"extensions": ["router"]}, "network API: tags", "no extension standard-attr-tag"),
        ("ovh", {"volume_api": (2, 0)}, "block storage API", "2.0, 3.0 wanted"),
        (
            "orange",
            {"compute_api": (2, 60)},
            "compute API",
            "2.60, 2.67 wanted; set servers.boot.volume_type",
        ),
    ],
)
def test_an_api_too_old(name: str, changes: dict[str, Any], what: str, words: str) -> None:
    wanted = stack(name)
    [line] = failures(wanted, cloud_for(wanted, **changes))
    assert line.what == what
    assert words in f"{line.found}; {line.remedy}"


def test_an_old_compute_api_does_where_nova_makes_no_typed_volume() -> None:
    wanted = stack("ovh")
    assert failures(wanted, cloud_for(wanted, compute_api=(2, 1))) == []


def test_no_limit() -> None:
    wanted = stack()
    assert failures(wanted, cloud_for(wanted, free=-1)) == []


def test_prerequisites_are_told() -> None:
    wanted = stack()
    assert [
        line.found for line in judge("s", wanted, cloud_for(wanted)) if line.what == "prerequisite"
    ] == list(wanted.cloud.prerequisites)
