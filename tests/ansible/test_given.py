"""What playbooks make of a stack's exports is what the roles take, for every cloud and with keys."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.ansible.test_pulumi_stack import GOLDEN, PROGRAM, ROOT

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="ansible is not installed: run make setup-cloud")


@pytest.mark.parametrize("role", ["batch_stage", "shared_storage"])
@pytest.mark.parametrize("stack", sorted(path.stem for path in GOLDEN.glob("*.json")))
def test_the_role_takes_what_is_given(tmp_path: Path, role: str, stack: str) -> None:
    export = json.loads((GOLDEN / f"{stack}.json").read_text())
    keys = "aws_access_key_id = AK\naws_secret_access_key = SK\n"
    (tmp_path / "credentials").write_text(f"[{stack}-s3]\n{keys}[{stack}-eodata]\n{keys}")
    given = ROOT / f"ansible/given/{role}.yml"
    names = [name for name in yaml.safe_load(given.read_text()) if name.startswith(role)]
    specs = yaml.safe_load((ROOT / f"roles/{role}/meta/argument_specs.yml").read_text())
    options = specs["argument_specs"]["main"]["options"]
    # Defaults are templates, of the role's own folder among others.
    options = {name: {**option, "default": None} for name, option in options.items()}
    values = {name: f"{{{{ {name} }}}}" for name in names}
    play = {
        "hosts": "localhost", "connection": "local", "gather_facts": False, "vars_files": [str(given)],
        "vars": {f"stack_{name}": value for name, value in export["vars"].items()} | {
            "stack_name": stack, "stack_tls_ca_cert": "PEM", "stack_broker_password": "secret",
        },
        "tasks": [
            {"ansible.builtin.validate_argument_spec": {
                "argument_spec": options, "provided_arguments": values,
            }},
            {"ansible.builtin.debug": {"msg": values}},
        ],
    }  # fmt: skip
    hosts = {"localhost": {"stack_address": "10.0.0.1"}}
    (tmp_path / "hosts.yml").write_text(
        yaml.safe_dump({group: {"hosts": hosts} for group in ("broker", "stages")})
    )
    (tmp_path / "play.yml").write_text(yaml.safe_dump([play]))
    command = [str(Path(str(PROGRAM)).with_name("ansible-playbook")), str(tmp_path / "play.yml")]
    environment = {
        **os.environ, "LC_ALL": "C.UTF-8", "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "NO_COLOR": "1",
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
    }  # fmt: skip
    command += ["-i", str(tmp_path / "hosts.yml")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    store = export["vars"][{"batch_stage": "s3", "shared_storage": "eodata"}[role]]
    assert ("AK" in done.stdout) == (store["credentials"] == "file")
