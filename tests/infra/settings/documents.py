"""Stack documents for tests: OVH's file with changes."""

from copy import deepcopy
from functools import cache
from typing import Any

import yaml

from infra.settings.errors import SettingsError
from infra.settings.read import from_document, stack_file


@cache
def _read(name: str) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(stack_file(name).read_text())["config"]
    return config


def document(name: str = "ovh", **changes: Any) -> dict[str, Any]:
    """`config:` of a stack file; `network__cidr=…` changes a key, `…=REMOVED` takes it out."""
    config = deepcopy(_read(name))
    for path, value in changes.items():
        first, *rest = path.split("__")
        here, last = config, f"vds:{first}"
        for step in rest:
            here, last = here[last], step
        if value is REMOVED:
            del here[last]
        else:
            here[last] = value
    return config


REMOVED = object()


def problems(config: dict[str, Any], **how: Any) -> list[str]:
    """The sentences of a document; none if it is right."""
    try:
        from_document(config, **how)
    except SettingsError as error:
        return error.problems
    return []
