"""The lookup of a stack's cost rate, asked as playbooks ask it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from study.price.rate import rate
from tests.ansible.test_pulumi_stack import PROGRAM, ROOT

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="ansible is not installed: run make setup-cloud"),
    pytest.mark.skipif(not (ROOT / ".venv/bin/vds").exists(), reason="there is no .venv: run make setup"),
]


def told(stack: str) -> tuple[str, str]:
    """The rate, and all that was printed, on one line."""
    assert PROGRAM
    command = [str(Path(PROGRAM).with_name("ansible")), "localhost", "-i", "localhost,", "-c", "local"]
    command += ["-m", "ansible.builtin.debug", "-a", f"msg=<{{{{ lookup('site_cost_rate', '{stack}') }}}}>"]
    environment = {
        **os.environ, "LC_ALL": "C.UTF-8", "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "NO_COLOR": "1",
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "json", "COLUMNS": "400",
    }  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    msg = json.loads(done.stdout[done.stdout.index("{") :])["msg"]
    assert msg[0] + msg[-1] == "<>"
    return msg[1:-1], " ".join((done.stdout + done.stderr).split())


# One cloud tells all its prices, the other not.
@pytest.mark.parametrize("stack", ["ovh", "creodias"])
def test_it_is_what_price_says(stack: str) -> None:
    command = [Path(sys.executable).with_name("vds"), "price", "--stack", stack, "--json"]
    prices = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    expected = rate(json.loads(prices))
    found, printed = told(stack)
    assert found == expected
    warned = f"Monitoring will not tell what {stack} costs: not every price of it is known" in printed
    assert warned == (not expected)
    if stack == "ovh":
        assert float(found) > 0


def test_a_stack_without_a_file_has_no_rate_and_no_error() -> None:
    found, printed = told("handwritten")
    assert found == ""
    assert "will not tell what handwritten costs" in printed
    assert "There is no stack file Pulumi.handwritten.yaml" in printed


def test_the_play_asks_for_the_broker_alone_and_can_be_told(tmp_path: Path) -> None:
    tasks = tmp_path / "roles/monitoring/tasks"
    tasks.mkdir(parents=True)
    (tasks / "main.yml").write_text(
        "- ansible.builtin.debug: {msg: '{{ inventory_hostname }}<{{ monitoring_cost_rate }}>'}\n"
    )
    variables = {
        "ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable,
        "stack_name": "ovh", "stack_shared": {"path": "/srv/vds"}, "stack_monitor_password": "b",
        "stack_tls_ca_cert": "c",
    }  # fmt: skip
    groups = {"broker": {"hosts": {"one": {}}}, "stages": {"hosts": {"two": {}}}}
    (tmp_path / "hosts.json").write_text(json.dumps({"all": {"vars": variables, "children": groups}}))

    def played(*options: str) -> str:
        assert PROGRAM
        command = [str(Path(PROGRAM).with_name("ansible-playbook")), "ansible/monitoring.yml"]
        command += ["-i", str(tmp_path / "hosts.json"), *options]
        environment = {
            **os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_ROLES_PATH": str(tmp_path / "roles"),
        }  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    asked = played()
    assert f"one<{told('ovh')[0]}>" in asked
    assert "two<>" in asked
    assert "one<1.5>" in played("-e", "site_cost_rate=1.5")
    assert "one<>" in played("-e", "site_cost_rate=")
