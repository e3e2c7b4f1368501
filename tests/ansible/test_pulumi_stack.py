"""The inventory plugin, asked as Ansible asks it: `ansible-inventory --list`."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests/infra/golden"
SECRETS = {"broker_password": "correct horse", "tls_ca_cert": "-----BEGIN CERTIFICATE-----"}

FOUND = [ROOT / venv / "bin/ansible-inventory" for venv in (".venv", ".venv-cloud", ".venv-roles")]
PROGRAM = next((str(path) for path in FOUND if path.exists()), shutil.which("ansible-inventory"))
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="ansible is not installed: run make setup-cloud")


def ansible_inventory(folder: Path) -> subprocess.CompletedProcess[str]:
    assert PROGRAM
    # Where the locale is not UTF-8, Ansible refuses to start.
    env = {**os.environ, "LC_ALL": "C.UTF-8", "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "NO_COLOR": "1"}
    command = [PROGRAM, "-i", str(folder / "pulumi.yml"), "--list"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def listing(done: subprocess.CompletedProcess[str]) -> Any:
    """What `--list` printed; Ansible marks every string of a plugin as not to be taken for a template."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout, object_hook=lambda found: found.get("__ansible_unsafe", found))


def write(folder: Path, stack: str, outputs: Any, **options: str) -> Path:
    (folder / "outputs.json").write_text(json.dumps(outputs))
    lines = [f"{key}: {value}" for key, value in options.items()]
    (folder / "pulumi.yml").write_text("\n".join(["plugin: pulumi_stack", f"stack: {stack}", *lines, ""]))
    return folder


def example() -> dict[str, Any]:
    """An export as docs/architecture.md has it."""
    return {
        "stack": "ovh",
        "hosts": {
            "ovh-bastion": {
                "groups": ["bastion"], "id": "id-1", "address": "10.20.0.10", "public": "203.0.113.7",
                "extra": {}, "flavor": "b2-7", "volumes": [],
            },
            "ovh-storage": {
                "groups": ["storage"], "id": "id-2", "address": "10.20.0.12", "public": None,
                "flavor": "b2-30", "extra": {"eodata": "10.111.0.7"},
                "volumes": [{"use": "data", "gb": 1000, "serial": "2f6a0d2e-7f57-4f2e-9"}],
            },
        },
        "vars": {"ssh_user": "ubuntu", "bastion": "203.0.113.7", "cidr": "10.20.0.0/24", "mtu": 1500},
    }  # fmt: skip


def test_hosts_groups_and_variables(tmp_path: Path) -> None:
    write(tmp_path, "ovh", {"inventory": example(), "secrets": SECRETS}, file="outputs.json")
    done = ansible_inventory(tmp_path)
    listed = listing(done)
    assert listed["storage"]["hosts"] == ["ovh-storage"]
    bastion, storage = (listed["_meta"]["hostvars"][name] for name in ("ovh-bastion", "ovh-storage"))
    assert (bastion["ansible_host"], bastion["ansible_user"]) == ("203.0.113.7", "ubuntu")
    new = "-o HostKeyAlias={} -o StrictHostKeyChecking=accept-new"
    first = new.format("ovh-bastion.id-1")
    assert bastion["ansible_ssh_common_args"] == first
    assert storage["ansible_host"] == "10.20.0.12"
    assert storage["ansible_ssh_common_args"] == (
        f"{new.format('ovh-storage.id-2')} -o 'ProxyCommand=ssh {first} -W %h:%p ubuntu@203.0.113.7'"
    )
    assert storage["stack_volumes"][0]["serial"] == "2f6a0d2e-7f57-4f2e-9"
    assert storage["stack_extra"] == {"eodata": "10.111.0.7"}
    assert (storage["stack_name"], storage["stack_mtu"]) == ("ovh", 1500)
    assert storage["stack_broker_password"] == "correct horse"


@pytest.mark.parametrize(
    ("outputs", "stack", "sentence"),
    [
        ({}, "ovh", "exports no inventory"),
        ({"inventory": {"stack": "ovh", "hosts": {}, "vars": {}}}, "orange", "is that of stack ovh"),
    ],
)
def test_wrong_exports_are_told(tmp_path: Path, outputs: Any, stack: str, sentence: str) -> None:
    done = ansible_inventory(write(tmp_path, stack, outputs, file="outputs.json"))
    assert done.returncode != 0
    assert sentence in " ".join(done.stderr.split())


def test_a_file_outside_a_project_is_told(tmp_path: Path) -> None:
    done = ansible_inventory(write(tmp_path, "ovh", {}))
    assert "holds Pulumi.yaml" in " ".join(done.stderr.split())


def test_exports_are_read_through_the_wrapper(tmp_path: Path) -> None:
    """With a stand-in for tools/pulumi: what it is asked, and that nothing is written."""
    (tmp_path / "Pulumi.yaml").touch()
    (tmp_path / "tools").mkdir()
    wrapper = tmp_path / "tools/pulumi"
    wrapper.write_text('#!/bin/sh\nprintf "%s " "$@" >&2\ncat outputs.json\n')
    wrapper.chmod(0o755)
    done = ansible_inventory(write(tmp_path, "ovh", {"inventory": example(), "secrets": SECRETS}))
    assert listing(done)["bastion"]["hosts"] == ["ovh-bastion"]
    wrapper.write_text('#!/bin/sh\necho "error: no stack named $7 found" >&2\nexit 255\n')
    done = ansible_inventory(tmp_path)
    assert "stack ovh: its exports cannot be read" in " ".join(done.stderr.split())


@pytest.mark.parametrize("stack", sorted(path.stem for path in GOLDEN.glob("*.json")))
def test_golden_inventories_are_understood(tmp_path: Path, stack: str) -> None:
    inventory = json.loads((GOLDEN / f"{stack}.json").read_text())
    done = ansible_inventory(write(tmp_path, stack, {"inventory": inventory}, file="outputs.json"))
    listed = listing(done)
    assert set(listed["_meta"]["hostvars"]) == set(inventory["hosts"])
    assert {"bastion", "broker", "storage", "stages"} <= set(listed)


def test_every_stack_file_has_its_inventory() -> None:
    stacks = {path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml")}
    assert stacks <= {path.name for path in (ROOT / "inventories").iterdir()}
