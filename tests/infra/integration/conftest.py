"""Projects on the lab; without the lab or Pulumi every test here is skipped with the reason."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.infra.integration.project import Project, why_not
from tests.lab.fixture import LabCloud, lab_cloud
from tests.lab.fixture import why_not as why_no_lab

Start = Callable[[str], tuple[Project, LabCloud]]


@pytest.fixture(scope="session")
def tools_and_lab() -> None:
    reason = why_not() or why_no_lab()
    if reason:
        pytest.skip(reason)


@pytest.fixture
def start(tools_and_lab: None, tmp_path: Path) -> Iterator[Start]:
    """`start("ovh")`: an empty cloud like that one, and the project with which one goes there."""
    with ExitStack() as cleanup:

        def begin(stack: str) -> tuple[Project, LabCloud]:
            cloud = cleanup.enter_context(lab_cloud(stack))
            return Project.create(tmp_path, stack, cloud.env), cloud

        yield begin
