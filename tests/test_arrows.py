"""Arrows between the rooms point one way.

study → ipf → batch.{joborder, safe}; study → infra.settings; batch and infra → nothing of ours.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

#: What each room may import of the project besides itself.
MAY_IMPORT = {
    "batch": (),
    "ipf": ("batch.joborder", "batch.safe", "batch.errors"),
    "infra": (),
    "study": ("batch", "ipf", "infra.settings"),
}


def modules(room: str) -> list[Path]:
    """Every Python file of a room."""
    return sorted((ROOT / room).rglob("*.py"))


def project_imports(path: Path) -> set[str]:
    """Dotted names of the project's own modules that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return {name for name in found if name.split(".")[0] in MAY_IMPORT}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_room_imports_only_what_it_may(room: str) -> None:
    assert modules(room), f"{room} has no module"
    for path in modules(room):
        for name in project_imports(path):
            inside = name.split(".")[0] == room
            allowed = any(name == a or name.startswith(f"{a}.") for a in MAY_IMPORT[room])
            assert inside or allowed, f"{path.relative_to(ROOT)} imports {name}"


def test_no_module_is_long() -> None:
    for room in MAY_IMPORT:
        for path in modules(room):
            lines = len(path.read_text().splitlines())
            assert lines <= 350, f"{path.relative_to(ROOT)} has {lines} lines: a room for each concern"
