"""site.yml's first line: what is wrong with an inventory is told before any host is touched."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ansible.test_pulumi_stack import PROGRAM, ROOT

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="ansible is not installed: run make setup-cloud")

VARS = {
    "ansible_connection": "local",
    "ansible_python_interpreter": sys.executable,
    "stack_name": "test",
    "stack_ssh_from": ["192.0.2.0/24"],
    "stack_shared": {"kind": "nfs", "path": "/srv/vds"},
    "stack_eodata": {"endpoint": None},
    "stack_s3": {"endpoint": None},
    "stack_broker_password": "a",
    "stack_monitor_password": "b",
    "stack_tls_ca_cert": "c",
    "stack_tls_broker_cert": "d",
    "stack_tls_broker_key": "e",
}


def inventory() -> dict[str, Any]:
    groups = {
        group: {"hosts": {name: {"stack_address": f"10.0.0.{number}"}}}
        for number, (group, name) in enumerate(
            {"bastion": "one", "broker": "one", "storage": "two", "stages": "three"}.items(), start=1
        )
    }
    return {"all": {"vars": dict(VARS), "children": groups}}


def validate(folder: Path, document: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """What site.yml does first."""
    assert PROGRAM
    (folder / "hosts.yml").write_text(yaml.safe_dump(document))
    playbook = str(Path(PROGRAM).with_name("ansible-playbook"))
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "COLUMNS": "400"}
    command = [playbook, "ansible/validate.yml", "-i", str(folder / "hosts.yml")]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_whole_inventory_is_fine(tmp_path: Path) -> None:
    done = validate(tmp_path, inventory())
    assert done.returncode == 0, done.stdout + done.stderr


def without_broker(document: dict[str, Any]) -> None:
    del document["all"]["children"]["broker"]


def with_two_storages(document: dict[str, Any]) -> None:
    document["all"]["children"]["storage"]["hosts"]["four"] = {"stack_address": "10.0.0.4"}


def without_stages(document: dict[str, Any]) -> None:
    document["all"]["children"]["stages"]["hosts"] = {}


def without_address(document: dict[str, Any]) -> None:
    document["all"]["children"]["stages"]["hosts"]["three"] = {}


def without_secret(document: dict[str, Any]) -> None:
    document["all"]["vars"]["stack_tls_ca_cert"] = ""


@pytest.mark.parametrize(
    ("mistake", "sentence"),
    [
        (without_broker, "0 hosts in the group broker, expected one"),
        (with_two_storages, "2 hosts in the group storage, expected one"),
        (without_stages, "no host in the group stages"),
        (without_address, "three: stack_address is not set"),
        (without_secret, "stack_tls_ca_cert is not set in the inventory"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, mistake: Any, sentence: str) -> None:
    document = inventory()
    mistake(document)
    done = validate(tmp_path, document)
    assert done.returncode != 0
    assert sentence in " ".join((done.stdout + done.stderr).split())
