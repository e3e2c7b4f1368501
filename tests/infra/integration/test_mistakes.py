"""What goes wrong before or while something is created: one clear sentence, and no surprise on the cloud."""

from typing import Any

import pytest
import yaml

from tests.infra.integration.conftest import Start
from tests.infra.integration.project import Project
from tests.infra.integration.test_life import (
    destroy_leaves_nothing,
    hits_a_quota,
    refusal,
    servers_are_active,
)

pytestmark = pytest.mark.lab


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"servers.stage.flavour": "c2-60"}, ["servers.stage.flavour", "flavor"]),
        ({"networks": {"cidr": "10.20.0.0/24"}}, ["networks", "network"]),
        ({"servers.stage.flavor": "c9-9000"}, ["servers.stage.flavor", "c9-9000"]),
        ({"network.cidr": "10.20.0.0/29"}, ["network.cidr", "10.20.0.0/29"]),
        ({"image.name": "Ubuntu 4.10"}, ["image.name", "Ubuntu 4.10"]),
        ({"network.external": "outer space"}, ["network.external", "outer space"]),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_mistakes_are_told_before_anything_is_created(
    start: Start, changes: dict[str, Any], words: list[str]
) -> None:
    project, cloud = start("ovh")
    for path, value in changes.items():
        project.change(path, value)
    told = refusal(project)
    assert all(word in told for word in words), told
    assert cloud.leftovers() == []


def test_unknown_names_are_told_without_the_preflight_too(start: Start) -> None:
    project, cloud = start("ovh")
    prices = yaml.safe_load(project.file.read_text())["config"]["vds:price"]["flavors"]
    project.change("price.flavors.c9-9000", prices["c2-60"])  # a flavor without a price is refused before
    project.change("servers.broker.flavor", "c9-9000")
    project = Project(project.folder, project.stack, project.env | {"VDS_PREFLIGHT": "no"})
    assert "vds:servers.broker.flavor: the cloud has no 'c9-9000'" in refusal(project)
    assert cloud.leftovers() == []


def test_missing_secret_is_told(start: Start) -> None:
    project, cloud = start("ovh")
    project.forget_secrets()
    assert "make secrets STACK=ovh" in refusal(project)
    assert cloud.leftovers() == []


def test_an_up_from_nothing_that_hits_a_quota_resumes(start: Start) -> None:
    """The same while a running system grows, on every stack: test_life."""
    project, cloud = start("ovh")
    hits_a_quota(project, cloud, servers=3)
    broken = {each.id for each in cloud.member.compute.servers() if each.status != "ACTIVE"}
    half = {name: one for name, one in project.resources().items() if one not in broken}
    assert half

    cloud.quota()
    project.up()
    servers_are_active(project, cloud, workers=2)
    whole = project.resources()
    assert {name: whole[name] for name in half} == half, "what was there already stays"
    project.up("--expect-no-changes")
    destroy_leaves_nothing(project, cloud)


def test_preflight_in_the_program_stops_before_a_quota_is_hit(start: Start) -> None:
    project, cloud = start("ovh")
    cloud.quota(instances=3)
    assert "instances" in refusal(project)
    assert cloud.leftovers() == []


def test_a_server_moves_to_a_new_image_when_asked(start: Start) -> None:
    project, cloud = start("lab")
    project.up()
    before = project.resources()
    newer = cloud.member.image.create_image(
        name="a newer image", data=b"newer", disk_format="raw", container_format="bare"
    )
    project.change("image.name", newer.name)
    project.replace("stage-01")
    after = project.resources()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"lab-stage-01-server"}
    assert cloud.member.compute.get_server(after["lab-stage-01-server"]).image.id == newer.id
    project.up("--expect-no-changes")
    cloud.member.image.delete_image(newer)
