import subprocess
import sys

import pytest

from tests.infra.stack_files import ROOT, STACKS, stack_file


def parallel(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infra.parallel", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", STACKS)
def test_prints_the_limit_of_the_stack(name: str) -> None:
    assert int(parallel(name).stdout) == stack_file(name).limits.parallel


def test_unknown_stack_ends_with_2_and_a_sentence() -> None:
    done = parallel("ovg")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Pulumi.ovg.yaml: did you mean ovh?" in done.stderr
