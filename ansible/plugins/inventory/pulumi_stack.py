"""Inventory plugin: the hosts of a Pulumi stack, read from its exports each time; nothing is copied."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleParserError

from ansible.plugins.inventory import BaseInventoryPlugin

DOCUMENTATION = """
name: pulumi_stack
short_description: Hosts of a Pulumi stack
description:
  - Reads the exports C(inventory) and C(secrets) of a stack; docs/architecture.md has their shape.
  - Groups C(bastion), C(broker), C(storage), C(stages). All but the bastion are reached through it, with the
    ssh that C(VDS_SSH) in the environment names.
  - What the cloud is like, and each secret, becomes a variable C(stack_<name>) of all hosts;
    what one host has becomes one of that host.
options:
  plugin:
    description: This plugin's name.
    required: true
    choices: [pulumi_stack]
  stack:
    description: The stack, as in Pulumi.<stack>.yaml.
    type: str
    required: true
  file:
    description:
      - A saved C(pulumi stack output --json --show-secrets) to read instead; relative to the inventory file.
      - For checks where no stack is deployed.
    type: str
"""

EXAMPLES = """
plugin: pulumi_stack
stack: ovh
"""

#: Facts of one host besides its address, as they are named in the export.
HOST_FACTS = ("id", "address", "public", "extra", "flavor", "volumes")


class InventoryModule(BaseInventoryPlugin):
    NAME = "pulumi_stack"

    def verify_file(self, path: str) -> bool:
        """Files named pulumi.yml are ours."""
        return super().verify_file(path) and Path(path).name in ("pulumi.yml", "pulumi.yaml")

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        stack = self.get_option("stack")
        saved = self.get_option("file")
        outputs = (
            read_saved(Path(path).parent / saved) if saved else read_stack(stack, project_of(Path(path)))
        )
        export, secrets = exports(outputs, stack)

        for name, value in common(export, secrets).items():
            self.inventory.set_variable("all", name, value)
        hosts = export["hosts"]
        for name, host in hosts.items():
            self.inventory.add_host(name)
            for group in host["groups"]:
                self.inventory.add_group(group)
                self.inventory.add_child(group, name)
            for variable, value in of_host(name, hosts, export["vars"]).items():
                self.inventory.set_variable(name, variable, value)


def project_of(path: Path) -> Path:
    """The nearest folder above the inventory file that holds a Pulumi.yaml."""
    for folder in path.resolve().parents:
        if (folder / "Pulumi.yaml").is_file():
            return folder
    raise AnsibleParserError(f"{path}: no folder above it holds Pulumi.yaml, expected the project there.")


def read_saved(path: Path) -> Any:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise AnsibleParserError(
            f"{path}: not a saved `pulumi stack output --json --show-secrets` ({error}). Save it anew."
        ) from error


def read_stack(stack: str, project: Path) -> Any:
    """What the stack exports now, secrets in clear: they stay in this process."""
    command = [project / "tools/pulumi", "stack", "output", "--json", "--show-secrets", "--stack", stack]
    try:
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    except OSError as error:
        raise AnsibleParserError(
            f"stack {stack}: tools/pulumi cannot be run ({error.strerror}). Run `make setup-cloud` first."
        ) from error
    if done.returncode:
        reason = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        raise AnsibleParserError(
            f"stack {stack}: its exports cannot be read ({reason}). Expected a deployed stack, the same "
            "PULUMI_BACKEND_URL and passphrase as for `pulumi up`."
        )
    return json.loads(done.stdout)


def exports(outputs: Any, stack: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The two exports, checked as far as this plugin needs them."""
    export = outputs.get("inventory") if isinstance(outputs, dict) else None
    if not isinstance(export, dict) or not {"stack", "hosts", "vars"} <= set(export):
        raise AnsibleParserError(
            f"stack {stack}: it exports no inventory, expected a deployed stack. Run `make up STACK={stack}`."
        )
    if export["stack"] != stack:
        raise AnsibleParserError(f"stack {stack}: the inventory is that of stack {export['stack']}.")
    return export, outputs.get("secrets") or {}


def common(export: dict[str, Any], secrets: dict[str, str]) -> dict[str, Any]:
    """Variables of all hosts."""
    facts = {f"stack_{name}": value for name, value in export["vars"].items()}
    return (
        {"stack_name": export["stack"]} | facts | {f"stack_{name}": value for name, value in secrets.items()}
    )


def of_host(name: str, hosts: dict[str, Any], common_vars: dict[str, Any]) -> dict[str, Any]:
    """Variables of one host: how to reach it, and what it has."""
    host, user = hosts[name], common_vars["ssh_user"]
    words = known_as(name, host)
    if not host["public"]:
        first = next(other for other in hosts if "bastion" in hosts[other]["groups"])
        # Not ProxyJump, which would ask for the bastion's key under its address.
        jump = [*shlex.split(os.environ.get("VDS_SSH", "ssh")), *known_as(first, hosts[first])]
        words += [
            "-o",
            "ProxyCommand=" + shlex.join([*jump, "-W", "%h:%p", f"{user}@{common_vars['bastion']}"]),
        ]
    reach = {
        "ansible_host": host["public"] or host["address"],
        "ansible_user": user,
        "ansible_ssh_common_args": shlex.join(words),
    }
    return reach | {f"stack_{name}": host[name] for name in HOST_FACTS}


def known_as(name: str, host: dict[str, Any]) -> list[str]:
    """OpenSSH's words for a host's key: taken when the server is new, and no other one after that.

    It is kept under name and id, since stacks share private addresses and a server made anew has a new key.
    """
    return ["-o", f"HostKeyAlias={name}.{host['id']}", "-o", "StrictHostKeyChecking=accept-new"]
