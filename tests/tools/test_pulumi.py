"""The pinned command line, language host and plugin do what a stack asks of them."""

import json
from pathlib import Path

import pytest

from .shared import needs_pulumi, project, pulumi

pytestmark = [needs_pulumi, pytest.mark.slow]

OUTPUTS = """
import pulumi

config = pulumi.Config()
pulumi.export("greeting", f"for {pulumi.get_stack()}, dry run: {pulumi.runtime.is_dry_run()}")
pulumi.export("word", config.require_secret("word"))
"""

NETWORK = """
import pulumi_openstack as openstack

login = dict(auth_url="http://127.0.0.1:9/v3", user_name="user", password="not shown", tenant_name="project")
domains = dict(user_domain_name="Default", project_domain_name="Default")
provider = openstack.Provider("cloud", region="region", delayed_auth=True, **login, **domains)
network = openstack.networking.Network("network", name="network", opts={"opts"})
openstack.networking.Subnet("subnet", network_id=network.id, cidr="10.0.0.0/24", opts={"opts"})
""".replace('{"opts"}', "__import__('pulumi').ResourceOptions(provider=provider)")


def test_outputs_and_secrets_come_and_go(tmp_path: Path) -> None:
    folder = project(tmp_path, OUTPUTS)
    pulumi(folder, "config", "set", "--secret", "word", "hush-hush")
    assert "dry run: True" in pulumi(folder, "preview")
    pulumi(folder, "up", "--yes")
    assert json.loads(pulumi(folder, "stack", "output", "--json"))["greeting"] == "for test, dry run: False"
    assert "hush-hush" in pulumi(folder, "stack", "output", "--json", "--show-secrets")
    assert "hush-hush" not in pulumi(folder, "stack", "export")
    assert "1 unchanged" in pulumi(folder, "up", "--yes")
    pulumi(folder, "destroy", "--yes")
    assert json.loads(pulumi(folder, "stack", "export"))["deployment"].get("resources", []) == []


def test_a_mistake_in_the_program_is_told_with_its_line(tmp_path: Path) -> None:
    text = pulumi(
        project(tmp_path, "import pulumi\nraise pulumi.RunError('network.cidr is too small')\n"),
        "preview",
        fails=True,
    )
    assert "network.cidr is too small" in text
    folder = tmp_path / "second"
    folder.mkdir()
    text = pulumi(project(folder, "\n\n1 / 0\n"), "preview", fails=True)
    assert "ZeroDivisionError" in text and "line 3" in text


def test_resources_of_openstack_are_planned_without_a_cloud(tmp_path: Path) -> None:
    text = pulumi(project(tmp_path, NETWORK), "preview", "--diff")
    assert "openstack:networking/network:Network" in text
    assert "10.0.0.0/24" in text and "not shown" not in text
    assert "4 to create" in text  # stack, provider, network, subnet


def test_a_cloud_that_does_not_answer_fails_the_update_only(tmp_path: Path) -> None:
    folder = project(tmp_path, NETWORK)
    text = pulumi(folder, "up", "--yes", fails=True)
    assert "127.0.0.1:9" in text
    pulumi(folder, "destroy", "--yes")
