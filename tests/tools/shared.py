"""The Pulumi of `make setup-cloud` in a state folder of its own."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PULUMI = ROOT / "tools" / "pulumi"
needs_pulumi = pytest.mark.skipif(
    not (ROOT / ".tools" / "stamp").is_file(), reason="Pulumi is not installed here: make setup-cloud"
)


def pulumi(project: Path, *arguments: str, fails: bool = False) -> str:
    """Output of a command of Pulumi in `project`, whose state is below it; with `fails` it has to fail."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("OS_", "PULUMI_"))
    }
    environment |= {
        "PULUMI_BACKEND_URL": f"file://{project}",
        "PULUMI_CONFIG_PASSPHRASE": "for tests",
        "NO_COLOR": "1",
    }
    command = [PULUMI, "--non-interactive", "-C", project, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    text = done.stdout + done.stderr
    assert (done.returncode != 0) is fails, text
    return text


def project(folder: Path, program: str) -> Path:
    """A Pulumi project with this program and an empty stack `test`."""
    (folder / "Pulumi.yaml").write_text("{name: example, runtime: {name: python}}\n")
    (folder / "__main__.py").write_text(program)
    pulumi(folder, "stack", "init", "test")
    return folder
