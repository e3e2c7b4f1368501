"""A small study: six datastrips on the real stack files, everything else as in production."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from study.cli.stacks import all_stacks
from study.report.gather import gather
from study.report.page import Found
from study.report.runs import Wish
from study.report.write import folder_of, write
from study.simulate.model import arrivals
from study.simulate.pdgs_laws import pdgs_laws

ROOT = Path(__file__).parents[3]
STRIPS = [
    ("a", 40, 0.0, 600.0), ("b", 3, 100.0, 700.0), ("c", 90, 3000.0, 4000.0), ("d", 12, 5000.0, 5200.0),
    ("e", 25, 6000.0, 6300.0), ("f", 61, 9000.0, 9900.0),
]  # fmt: skip


WISH = Wish(
    days=0.2, begin=datetime(2018, 7, 20, tzinfo=UTC), seed=0, stages=4, hours=3.0, confidence=0.8,
    lengths=(16,), vcpus=(32, 64), reference=1.0, every_flavor_sized=False, folder=ROOT,
    laws_file="study/simulate/pdgs_2018_laws.yaml", command="vds study",
)  # fmt: skip


@pytest.fixture(scope="session")
def found() -> Found:
    return gather(WISH, all_stacks(ROOT), arrivals(STRIPS), pdgs_laws())


@pytest.fixture(scope="session")
def written(found: Found, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page; its folder is beside it."""
    out = tmp_path_factory.mktemp("study") / "study.html"
    assert write(found, out) == folder_of(out)
    return out
