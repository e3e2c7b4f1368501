"""Where the real files are: `../shared` beside the repository, never part of it."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
needs_shared = pytest.mark.skipif(
    not (SHARED / "data").is_dir(), reason="the real files of ../shared are not beside this checkout"
)
