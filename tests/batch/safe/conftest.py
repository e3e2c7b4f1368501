from pathlib import Path

import pytest

from tests.batch.safe.tiny import linked, write_tiny


@pytest.fixture(scope="session")
def tiny_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five scenes in one block; not to be changed."""
    return write_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def tiny(tiny_template: Path, tmp_path: Path) -> Path:
    """DIR of a tiny datastrip whose files a test may replace (`tiny.replace_file`)."""
    return linked(tiny_template, tmp_path / "DIR")
