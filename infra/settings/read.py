"""Settings from where they are: a stack file, or Pulumi's configuration inside the program."""

import json
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from infra.settings import rules
from infra.settings.errors import SettingsError
from infra.settings.model import Stack
from infra.settings.sentences import sentences

PROJECT = "vds"
#: Set by `make secrets` and read by infra/secrets: no part of the model.
SECRETS = (
    "broker_password",
    "monitor_password",
    "tls_ca_cert",
    "tls_ca_key",
    "tls_broker_cert",
    "tls_broker_key",
)
#: A date of a stack file as Pulumi gives it to the program: YAML's date, printed by Go.
GO_DATE = re.compile(r'"(\d{4}-\d\d-\d\d) 00:00:00 \+0000 UTC"')
ROOT = Path(__file__).resolve().parents[2]


def stack_names(folder: Path = ROOT) -> list[str]:
    """Stacks that have a file in the folder."""
    return sorted(path.name.split(".", 1)[1].removesuffix(".yaml") for path in folder.glob("Pulumi.*.yaml"))


def stack_file(name: str, folder: Path = ROOT) -> Path:
    """The stack's file; SettingsError if there is none."""
    path = folder / f"Pulumi.{name}.yaml"
    if path.is_file():
        return path
    names = stack_names(folder)
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names) or 'none'}"
    raise SettingsError(
        [f"There is no stack file {path.name}: {hint} (docs/add-a-cloud.md makes a new one)."]
    )


def from_file(path: Path, workers: int | None = None, deploy: bool = False) -> Stack:
    """A stack file's settings; SettingsError with every mistake. Arguments as for `from_document`."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{path.name} cannot be read: {error}."]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark else ""
        raise SettingsError([f"{path.name} is not YAML{line}: {getattr(error, 'problem', error)}."]) from None
    config = document.get("config") if isinstance(document, dict) else None
    if not isinstance(config, dict):
        raise SettingsError([f"{path.name} has no `config:` with keys {PROJECT}:…, see docs/add-a-cloud.md."])
    return from_document({str(key): value for key, value in config.items()}, workers, deploy)


def from_pulumi(config: Mapping[str, Any], workers: int | None = None, deploy: bool = True) -> Stack:
    """Settings inside the program, from Pulumi's configuration: full key → JSON, or plain text.

    The program passes `pulumi.runtime.config.CONFIG.get()`: `pulumi.Config` does not tell which keys there
    are, and a misspelt one would go unnoticed.
    """
    return from_document({key: _value(value) for key, value in config.items()}, workers, deploy)


def _value(text: Any) -> Any:
    try:
        return json.loads(GO_DATE.sub(r'"\1"', text)) if isinstance(text, str) else text
    except ValueError:
        return text


def from_document(config: Mapping[str, Any], workers: int | None = None, deploy: bool = False) -> Stack:
    """Settings from full keys (`vds:network`); SettingsError with every mistake.

    `workers`: in place of servers.stage.count. `deploy`: with the rules for what is about to be deployed.
    """
    ours, problems = _ours(config)
    if workers is not None:
        ours = _with_workers(ours, workers)
    try:
        stack = Stack.model_validate(ours)
    except ValidationError as error:
        raise SettingsError(problems + sentences(error)) from None
    problems += rules.consistent(stack)
    if deploy:
        problems += rules.deployable(stack)
    if problems:
        raise SettingsError(problems)
    return stack


def _ours(config: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The keys of our project without its name, and what is wrong with the others."""
    ours: dict[str, Any] = {}
    problems = []
    for key, value in config.items():
        namespace, _, name = key.rpartition(":")
        if namespace in ("", PROJECT):
            if name not in SECRETS:
                ours[name] = value
        elif namespace == "openstack":
            problems.append(
                f"{key} has no effect: where to log in is {PROJECT}:cloud (auth_url, region), "
                "as whom is the environment's (OS_*, clouds.yaml)."
            )
        elif namespace != "pulumi":
            hint = f"did you mean {PROJECT}:{name}?" if name in Stack.model_fields else "take it out."
            problems.append(f"{key} is not a known key: {hint}")
    return ours, problems


def _with_workers(ours: dict[str, Any], workers: int) -> dict[str, Any]:
    servers = ours.get("servers")
    stage = servers.get("stage") if isinstance(servers, dict) else None
    if not isinstance(servers, dict) or not isinstance(stage, dict):
        return ours
    return {**ours, "servers": {**servers, "stage": {**stage, "count": workers}}}
