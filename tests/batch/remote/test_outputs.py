import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from batch.errors import InputError, VdsError
from batch.remote.outputs import parse_outputs, read_stack

OUTPUTS: dict[str, Any] = {
    "inventory": {
        "stack": "ovh",
        "hosts": {
            "ovh-bastion": {"groups": ["bastion"], "address": "10.20.0.2", "public": "203.0.113.7"},
            "ovh-broker": {"groups": ["broker"], "address": "10.20.0.11", "public": None},
        },
        "vars": {"ssh_user": "ubuntu", "bastion": "203.0.113.7"},
    },
    "secrets": {"broker_password": "geheim", "tls_ca_cert": "-----BEGIN CERTIFICATE-----"},
}


def test_what_is_needed_is_found_and_secrets_are_not_shown() -> None:
    stack = parse_outputs(OUTPUTS, "f", "ovh")
    assert (stack.bastion, stack.address, stack.ssh_user) == ("203.0.113.7", "10.20.0.11", "ubuntu")
    broker = stack.broker(4711)
    assert broker.password == "geheim" and broker.where == "broker:6379/0" and broker.at == 4711
    assert "geheim" not in repr(stack) + repr(broker) and "BEGIN" not in repr(stack) + repr(broker)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("secrets",), "[secret]", "are hidden; save the outputs with --show-secrets"),
        (("secrets",), None, "f has no secrets"),
        (("secrets", "broker_password"), "", "f has no broker_password"),
        (("inventory", "vars", "bastion"), None, "f has no vars.bastion"),
        (("inventory", "hosts", "ovh-broker", "groups"), [], "f has no hosts: one of group broker"),
        (("inventory", "stack"), "orange", "f is of stack orange, not ovh"),
    ],
)
def test_what_is_missing_is_named(path: tuple[str, ...], value: object, says: str) -> None:
    outputs: Any = copy.deepcopy(OUTPUTS)
    part = outputs
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    with pytest.raises(InputError, match=re.escape(says)):
        parse_outputs(outputs, "f", "ovh")


def test_pulumi_is_asked_in_the_projects_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Pulumi.yaml").touch()
    (tmp_path / "below").mkdir()
    said = tmp_path / "said.json"
    said.write_text(json.dumps(OUTPUTS))
    stand_in = tmp_path / "tools/pulumi"  # a stand-in for the command: what it is asked, and a stored answer
    stand_in.parent.mkdir()
    stand_in.write_text(f'#!/bin/sh\npwd > {tmp_path}/asked\necho "$@" >> {tmp_path}/asked\ncat {said}\n')
    stand_in.chmod(0o755)
    monkeypatch.chdir(tmp_path / "below")
    assert read_stack("ovh").address == "10.20.0.11"
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked == [str(tmp_path), "stack output --json --show-secrets --stack ovh"]
    stand_in.write_text("#!/bin/sh\necho 'error: no stack named ovh' >&2\nexit 255\n")
    with pytest.raises(VdsError, match="no stack named ovh"):
        read_stack("ovh")


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text("{")
    for one in (file, tmp_path / "nowhere"):
        with pytest.raises(InputError, match="is not a stack's outputs"):
            read_stack(None, one)
