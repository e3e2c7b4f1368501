"""The operator's side of a deployed stack: SSH of his own, Ansible, and `vds` through the bastion."""

import datetime
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from infra.secrets import make
from tests.infra.integration.project import ROOT, Project

BIN = Path(sys.executable).parent
#: `make setup-cloud` puts Ansible beside the program's own packages.
PLAYBOOK = BIN / "ansible-playbook"
#: What only containers need: their kernel is the host's, and they have no block devices.
CONTAINERS = {
    "base_sysctl_kernel": {},
    "redis_overcommit": False,
    "monitoring_grafana": False,
    "batch_stage_slots": 1,
    # So that vDS wait for the stage that is added.
    "batch_stage_hold": 1,
    # A stage that was stopped on purpose is waited for a minute, not a quarter of an hour.
    "batch_stage_environment": {"VDS_AWAY_S": "60"},
}
GLUSTER_PORTS = (24007, 49152, 49153, 49154, 49155)


@dataclass(frozen=True)
class Operator:
    """`network`: from which the share's server is reached, the stack's own."""

    project: Project
    home: Path
    network: str

    @property
    def outputs(self) -> Path:
        return self.home / "outputs.json"

    @property
    def inventory(self) -> Path:
        return self.project.folder / "inventories/lab"

    def prepare(self) -> None:
        """Key pair, OpenSSH's configuration, secrets as `make secrets` makes them, inventory."""
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.home / "key"], check=True)
        (self.home / "config").write_text(
            f"IdentityFile {self.home}/key\nIdentitiesOnly yes\nUserKnownHostsFile {self.home}/known\n"
        )
        self.project.change("access.ssh_public_key", (self.home / "key.pub").read_text().strip())
        secrets = {"broker_password": make.password(), "monitor_password": make.password()}
        secrets |= make.certificates("lab", datetime.datetime.now(datetime.UTC))
        options = [part for name, value in secrets.items() for part in ("--secret", f"vds:{name}={value}")]
        self.project.pulumi("config", "set-all", "--stack", "lab", *options)

        (self.inventory / "group_vars").mkdir(parents=True)
        (self.inventory / "pulumi.yml").write_text("plugin: pulumi_stack\nstack: lab\n")
        (self.inventory / "group_vars/all.yml").write_text(yaml.safe_dump(CONTAINERS))
        allowed = [{"port": port, "from": [self.network]} for port in GLUSTER_PORTS]
        (self.inventory / "group_vars/storage.yml").write_text(
            yaml.safe_dump({"base_firewall_allow": allowed})
        )

    def environment(self) -> dict[str, str]:
        ssh = f"-F {self.home}/config"
        return self.project.environment() | {
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_SSH_ARGS": f"{ssh} -o ControlMaster=auto -o ControlPersist=120s",
            "LC_ALL": "C.UTF-8",
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "VDS_SSH": f"ssh {ssh}",
        }

    def save_outputs(self) -> dict[str, Any]:
        found = self.project.outputs()
        self.outputs.write_text(json.dumps(found))
        return found

    def play(self, *words: str) -> tuple[dict[str, int], float]:
        """Run playbooks; host → number of changes, and the seconds that it took."""
        began = time.monotonic()
        # Into a file, so that one can watch it.
        with (self.home / "ansible.log").open("a+") as log:
            here = log.tell()
            done = subprocess.run(
                [PLAYBOOK, "-i", self.inventory, *words],
                cwd=ROOT, env=self.environment(), stdout=log, stderr=log, check=False,
            )  # fmt: skip
            log.seek(here)
            said = log.read()
        assert done.returncode == 0, said[-8000:]
        changed = re.findall(r"^(\S+)\s*: ok=\d+ +changed=(\d+)", said, re.MULTILINE)
        return {host: int(count) for host, count in changed}, time.monotonic() - began

    def vds(self, *words: str, check: bool = True) -> Any:
        """`vds … --json` from here, through the bastion; its document."""
        command = [str(BIN / "vds"), *words, "--inventory", str(self.outputs), "--json"]
        done = subprocess.run(
            command, cwd=self.home, env=self.environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0 or not check, done.stdout + done.stderr
        return json.loads(done.stdout)

    def there(self, words: str) -> str:
        """Run that on the broker's host, as root."""
        shell = ["-b", "-m", "ansible.builtin.shell", "-a", words]
        done = subprocess.run(
            [BIN / "ansible", "broker", "-i", self.inventory, *shell],
            cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
