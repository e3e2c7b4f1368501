"""The life of each stack on a real OpenStack: up, again, more workers, fewer, another image, away."""

import pytest

from tests.infra.integration.conftest import Start
from tests.infra.integration.project import Project
from tests.infra.stack_files import STACKS
from tests.lab.fixture import LabCloud

pytestmark = pytest.mark.lab


@pytest.mark.parametrize("stack", STACKS)
def test_life(start: Start, stack: str) -> None:
    project, cloud = start(stack)
    project.up()
    servers_are_active(project, cloud, workers=2)
    bastion_has_its_floating_ip(project, cloud)
    no_secret_is_in_clear(project)

    project.up("--expect-no-changes")

    only_workers_are_touched(project, cloud, 5, quota_in_the_middle=True)
    only_workers_are_touched(project, cloud, 3)

    another_image_replaces_nothing(project, cloud)

    destroy_leaves_nothing(project, cloud)


def servers_are_active(project: Project, cloud: LabCloud, workers: int) -> None:
    """As many as wanted, with the addresses that the inventory says."""
    servers = {server.name: server for server in cloud.member.compute.servers()}
    hosts = project.outputs()["inventory"]["hosts"]
    assert set(servers) == set(hosts)
    assert len([name for name in servers if "-stage-" in name]) == workers
    assert {server.status for server in servers.values()} == {"ACTIVE"}
    for name, host in hosts.items():
        there = {each["addr"] for addresses in servers[name].addresses.values() for each in addresses}
        assert {host["address"], *host["extra"].values()} <= there
        attached = {each["id"][:20] for each in servers[name].attached_volumes}
        assert {volume["serial"] for volume in host["volumes"]} <= attached
        assert servers[name].metadata == {"kit": "vds", "stack": project.stack}


def bastion_has_its_floating_ip(project: Project, cloud: LabCloud) -> None:
    (floating,) = cloud.member.network.ips()
    inventory = project.outputs()["inventory"]
    assert floating.floating_ip_address == inventory["vars"]["bastion"]
    assert floating.fixed_ip_address == inventory["hosts"][f"{project.stack}-bastion"]["address"]
    assert floating.status == "ACTIVE"


def no_secret_is_in_clear(project: Project) -> None:
    """Neither in the state as it lies on disk and is exported, nor in the stack file."""
    outputs = project.outputs()
    secrets = [value for value in outputs["secrets"].values() if value]
    assert secrets, "there is nothing to look for"
    secrets += [value for name, value in project.env.items() if name.endswith(("PASSWORD", "SECRET"))]
    written = [project.pulumi("stack", "export", "--stack", project.stack).stdout, project.file.read_text()]
    written += [path.read_text() for path in (project.folder / "state").rglob("*.json")]
    for secret in secrets:
        # Line by line: a certificate's line breaks are written in more than one way.
        for line in (line for line in secret.splitlines() if len(line) >= 8 and "-----" not in line):
            assert not any(line in text for text in written), f"{line[:4]}… is in clear"


def only_workers_are_touched(
    project: Project, cloud: LabCloud, count: int, quota_in_the_middle: bool = False
) -> None:
    before = project.resources()
    project.change("servers.stage.count", count)
    planned = project.planned()
    assert planned, "nothing would be done"
    strange = {
        name: op
        for name, op in planned.items()
        if "-stage-" not in name and not is_group_or_sum(project, name)
    }
    assert not strange
    if quota_in_the_middle:
        hits_a_quota(project, cloud, servers=len(list(cloud.member.compute.servers())) + 1)
        cloud.quota()
    project.up()
    after = project.resources()
    workers_before = {name for name in before if "-stage-" in name}
    assert {name: id_ for name, id_ in before.items() if name not in workers_before} == {
        name: id_ for name, id_ in after.items() if name in before and name not in workers_before
    }
    kept = before.keys() & after.keys()
    assert all(before[name] == after[name] for name in kept), "a worker that stays was replaced"
    servers_are_active(project, cloud, count)


def hits_a_quota(project: Project, cloud: LabCloud, servers: int) -> None:
    """An `up` that the cloud refuses in its middle, for it may have so many servers and no more."""
    cloud.quota(instances=servers)
    careless = Project(project.folder, project.stack, project.env | {"VDS_PREFLIGHT": "no"})
    told = refusal(careless)
    # Nova refuses at once, or, of servers asked for at the same moment, afterwards.
    assert "Quota exceeded" in told or "unexpected state 'ERROR'" in told, told
    running = [each for each in cloud.member.compute.servers() if each.status == "ACTIVE"]
    assert len(running) <= servers, "the quota was not hit in the middle"


def refusal(project: Project) -> str:
    """What `up` says instead of doing it, in one line; never a traceback."""
    done = project.up(check=False)
    assert done.returncode != 0
    told = " ".join((done.stdout + done.stderr).split())
    assert "Traceback" not in told
    return told


def is_group_or_sum(project: Project, name: str) -> bool:
    """The workers' server groups; and the stack itself, whose exports list the workers."""
    return name.startswith(f"{project.stack}-stages-") or name == f"vds-{project.stack}"


def another_image_replaces_nothing(project: Project, cloud: LabCloud) -> None:
    """Neither by its name nor by its id."""
    before = project.resources()
    newer = cloud.member.image.create_image(
        name="a newer image", data=b"newer", disk_format="raw", container_format="bare"
    )
    try:
        project.change("image.name", newer.name)
        for id_ in (None, newer.id):
            project.change("image.id", id_)
            project.up()
            assert project.resources() == before
    finally:
        cloud.member.image.delete_image(newer)


def destroy_leaves_nothing(project: Project, cloud: LabCloud) -> None:
    """The protected data volume outlives a destroy until one says so."""
    if any(each.get("protect") for each in project.state()):
        refused = project.destroy(check=False)
        assert refused.returncode != 0
        assert "protect" in refused.stderr + refused.stdout
        project.destroy("--exclude-protected")
        assert cloud.leftovers() == [f"volume {project.stack}-data"]
        project.pulumi("state", "unprotect", "--all", "--yes", "--stack", project.stack)
    project.destroy()
    assert cloud.leftovers() == []
    assert project.resources() == {}
