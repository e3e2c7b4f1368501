"""The stack files of the project as settings, with what each operator adds of his own."""

from pathlib import Path
from typing import Any

import yaml

from infra.settings.model import Stack

ROOT = Path(__file__).resolve().parents[2]
STACKS = sorted(path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml"))


def stack_file(name: str) -> Stack:
    """A stack as its file says, reached from a documentation network."""
    config: dict[str, Any] = yaml.safe_load((ROOT / f"Pulumi.{name}.yaml").read_text())["config"]
    keys = {key.removeprefix("vds:"): value for key, value in config.items() if key.startswith("vds:")}
    keys["access"]["ssh_from"] = ["198.51.100.0/24"]
    return Stack.model_validate(keys)
