"""A stack's outputs: `inventory` and `secrets`, as the last section of docs/architecture.md has them.

They come from `tools/pulumi stack output` in the project's folder, or from a file in which that was saved.
"""

import json
import os
import shlex
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from batch.errors import InputError, VdsError
from batch.ledger import Broker

#: Below the folder in which the program of the stacks lies.
PULUMI, PROGRAM = "tools/pulumi", "Pulumi.yaml"
#: The broker's port, its user, and the name in its certificate.
PORT, USER, NAME = 6379, "vds", "broker"


@dataclass(frozen=True)
class Stack:
    """What it takes to reach a stack's broker: addresses, the account for SSH, secrets (never shown)."""

    name: str
    bastion: str
    address: str
    ssh_user: str
    password: str = field(repr=False)
    ca_pem: str = field(repr=False)
    #: Names under which OpenSSH keeps the keys of bastion and broker.
    aliases: tuple[str, str] = ("", "")

    def broker(self, at: int) -> Broker:
        """The broker as it is seen through a tunnel that begins at port `at` of this machine."""
        url = f"rediss://{USER}@{NAME}:{PORT}/0"
        return Broker(url, at=at, password_given=self.password, ca_pem=self.ca_pem)


def read_stack(name: str | None, saved: Path | None = None) -> Stack:
    """The stack called `name`, from Pulumi or from a saved file. InputError if it cannot be had."""
    if saved is not None:
        return parse_outputs(_loaded(saved), str(saved), name)
    assert name
    return parse_outputs(_asked(name), f"stack {name}", name)


def parse_outputs(outputs: dict[str, Any], source: str, name: str | None) -> Stack:
    """The Stack in the outputs; InputError naming what is missing in `source`."""
    inventory, secrets = _part(outputs, "inventory", source), _part(outputs, "secrets", source)
    found = str(inventory.get("stack", ""))
    if name and found != name:
        raise InputError(f"{source} is of stack {found or '?'}, not {name}; give the file of that stack")
    hosts, more = _part(inventory, "hosts", source), _part(inventory, "vars", source)
    first = {group: name for name in reversed(hosts) for group in hosts[name].get("groups", ())}
    host = hosts.get(first.get("broker", ""), {})
    texts = {
        "hosts: one of group broker with its address": host.get("address"),
        "vars.bastion": more.get("bastion"),
        "vars.ssh_user": more.get("ssh_user"),
        "broker_password": secrets.get("broker_password"),
        "tls_ca_cert": secrets.get("tls_ca_cert"),
    }
    for key, text in texts.items():
        if not text or not isinstance(text, str):
            raise InputError(
                f"{source} has no {key}; run `make deploy STACK={found}` and save its outputs again"
            )
    address, bastion, user, password, ca_pem = map(str, texts.values())
    aliases = _alias(first, hosts, "bastion"), _alias(first, hosts, "broker")
    return Stack(found, bastion, address, user, password, ca_pem, aliases)


def _alias(first: dict[str, str], hosts: dict[str, Any], group: str) -> str:
    """As the inventory plugin has it: addresses recur, and a server made anew has a new key."""
    name = first.get(group, "")
    key = hosts.get(name, {}).get("id")
    return f"{name}.{key}" if key else ""


def _part(outputs: dict[str, Any], key: str, source: str) -> dict[str, Any]:
    part = outputs.get(key)
    if part == "[secret]":
        raise InputError(f"the secrets in {source} are hidden; save the outputs with --show-secrets")
    if not isinstance(part, dict):
        raise InputError(f"{source} has no {key}; `tools/pulumi stack output --json --show-secrets` gives it")
    return part


def _loaded(saved: Path) -> dict[str, Any]:
    try:
        found = json.loads(saved.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{saved} is not a stack's outputs ({error}); save `tools/pulumi stack output "
            "--json --show-secrets`"
        ) from None
    return found if isinstance(found, dict) else {}


def _asked(name: str) -> dict[str, Any]:
    root = _project()
    command = shlex.split(os.environ.get("VDS_PULUMI", "")) or [str(root / PULUMI)]
    words = [*command, "stack", "output", "--json", "--show-secrets", "--stack", name]
    try:
        asked = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    except OSError as error:
        raise InputError(f"{words[0]} does not run ({error.strerror}); give --inventory FILE") from None
    if asked.returncode:
        why = ([line for line in asked.stderr.splitlines() if line.strip()] or ["it said nothing"])[-1]
        raise VdsError(f"the outputs of stack {name} cannot be had ({why.strip()}); or give --inventory FILE")
    return dict(json.loads(asked.stdout))


def _project() -> Path:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / PROGRAM).is_file():
            return folder
    raise InputError(
        f"no {PROGRAM} here or above {here}; go to the project's folder or give --inventory FILE"
    )
