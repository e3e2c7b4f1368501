"""What a role brings in Python, imported from its file: Ansible has names of its own for it."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ROLES = Path(__file__).resolve().parents[2] / "roles"


def load(path: str, name: str | None = None) -> ModuleType:
    """The module `path` below roles/, under `name`, by which others of the role import it."""
    file = ROLES / path
    spec = importlib.util.spec_from_file_location(name or file.stem, file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
