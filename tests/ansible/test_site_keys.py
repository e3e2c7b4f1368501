"""The lookup of an operator's S3 keys, asked as playbooks ask it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.ansible.test_pulumi_stack import PROGRAM, ROOT

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="ansible is not installed: run make setup-cloud")


def asked(file: Path) -> subprocess.CompletedProcess[str]:
    assert PROGRAM
    command = [str(Path(PROGRAM).with_name("ansible")), "localhost", "-i", "localhost,", "-c", "local"]
    command += ["-m", "ansible.builtin.debug", "-a", "msg={{ lookup('site_keys', 'ovh-s3') | to_json }}"]
    environment = {
        **os.environ, "LC_ALL": "C.UTF-8", "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "NO_COLOR": "1",
        "AWS_SHARED_CREDENTIALS_FILE": str(file), "ANSIBLE_CALLBACK_RESULT_FORMAT": "json",
    }  # fmt: skip
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def pair(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    assert done.returncode == 0, done.stdout + done.stderr
    shown = json.loads(done.stdout[done.stdout.index("{") :])
    return dict(json.loads(shown["msg"]) if isinstance(shown["msg"], str) else shown["msg"])


def test_the_section_of_the_stack(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    assert pair(asked(file)) == {"access_key": "", "secret_key": ""}
    file.write_text(
        "[other]\naws_access_key_id = x\n[ovh-s3]\naws_access_key_id = AK\naws_secret_access_key = a%b\n"
    )
    assert pair(asked(file)) == {"access_key": "AK", "secret_key": "a%b"}
    file.write_text("no section\n")
    assert "cannot be read" in " ".join((asked(file).stdout + asked(file).stderr).split())
