"""The real program in a folder of its own: stack file and state are the test's, and go away with it."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from infra import halfmade
from infra.settings.read import SECRETS as NAMES

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = ("Pulumi.yaml", "__main__.py", "infra", "tools", ".venv", "pyproject.toml")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl test@example"
PASSPHRASE = "a passphrase for tests"
SECRETS = {name: f"the secret {name} of tests" for name in NAMES}


def why_not() -> str | None:
    """Why Pulumi cannot run here; None if it can."""
    home = os.environ.get("PULUMI_HOME", ROOT / ".tools/home")
    plugins = Path(home).glob("plugins/resource-openstack-*/pulumi-resource-openstack")
    done = subprocess.run([ROOT / "tools/pulumi", "version"], capture_output=True, check=False)
    if done.returncode == 0 and any(plugins):
        return None
    return "Pulumi and its OpenStack plugin are not installed: run make setup-cloud"


@dataclass(frozen=True)
class Project:
    """`env`: how one logs in to the cloud (OS_*)."""

    folder: Path
    stack: str
    env: dict[str, str]

    @classmethod
    def create(cls, folder: Path, stack: str, env: dict[str, str]) -> "Project":
        """The program by links, the stack file as a copy, with a key and a network to come from."""
        for name in PROGRAM:
            (folder / name).symlink_to(ROOT / name)
        (folder / "state").mkdir()
        project = cls(folder, stack, env)
        project.write(yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text()))
        project.change("access.ssh_from", ["198.51.100.0/24"])
        project.change("access.ssh_public_key", KEY)
        project.pulumi("stack", "init", stack)
        secrets = [f"vds:{name}={value}" for name, value in SECRETS.items()]
        options = [part for secret in secrets for part in ("--secret", secret)]
        project.pulumi("config", "set-all", "--stack", stack, *options)
        return project

    @property
    def file(self) -> Path:
        return self.folder / f"Pulumi.{self.stack}.yaml"

    def write(self, document: dict[str, Any]) -> None:
        self.file.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True))

    def change(self, path: str, value: Any) -> None:
        """Set a key of the stack file, e.g. `servers.stage.count`."""
        document = yaml.safe_load(self.file.read_text())
        first, *rest = path.split(".")
        section, key = document["config"], f"vds:{first}"
        for step in rest:
            section, key = section[key], step
        section[key] = value
        self.write(document)

    def forget_secrets(self) -> None:
        document = yaml.safe_load(self.file.read_text())
        for name in SECRETS:
            del document["config"][f"vds:{name}"]
        self.write(document)

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("OS_")}
        return inherited | self.env | {
            "PULUMI_BACKEND_URL": f"file://{self.folder}/state",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "NO_COLOR": "1",
        }  # fmt: skip

    def pulumi(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = [self.folder / "tools/pulumi", *arguments, "--non-interactive"]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment(), capture_output=True, text=True, check=False
        )
        if check and done.returncode:
            raise AssertionError(
                f"pulumi {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
            )
        return done

    def up(self, *options: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """As `make up`: what failed half-way before is made anew."""
        exported = self.pulumi("stack", "export", "--stack", self.stack)
        anew = halfmade.options(json.loads(exported.stdout))
        arguments = ("up", "--stack", self.stack, "--yes", "--skip-preview", *anew, *options)
        return self.pulumi(*arguments, check=check)

    def destroy(self, *options: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        arguments = ("destroy", "--stack", self.stack, "--yes", "--skip-preview", *options)
        return self.pulumi(*arguments, check=check)

    def replace(self, host: str) -> None:
        """As `make replace`."""
        server = f"**::{self.stack}-{host}-server"
        self.destroy("--target", server, "--target-dependents")
        self.up()

    def planned(self) -> dict[str, str]:
        """What `up` would do: name of the resource → operation, without those that stay as they are."""
        done = self.pulumi("preview", "--stack", self.stack, "--json")
        return {
            step["urn"].rsplit("::", 1)[1]: step["op"]
            for step in json.loads(done.stdout)["steps"]
            if step["op"] != "same"
        }

    def state(self) -> list[dict[str, Any]]:
        """The resources of the exported state."""
        done = self.pulumi("stack", "export", "--stack", self.stack)
        deployment = json.loads(done.stdout)["deployment"]
        return list(deployment.get("resources") or [])

    def resources(self) -> dict[str, str]:
        """What is on the cloud: name → id, by the state."""
        return {each["urn"].rsplit("::", 1)[1]: each["id"] for each in self._custom()}

    def _custom(self) -> Iterator[dict[str, Any]]:
        for each in self.state():
            if each.get("custom") and each["type"].startswith("openstack:"):
                yield each

    def outputs(self) -> dict[str, Any]:
        done = self.pulumi("stack", "output", "--stack", self.stack, "--json", "--show-secrets")
        return dict(json.loads(done.stdout))
