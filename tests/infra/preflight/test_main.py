"""The command: settings first, then the login; both without a cloud."""

from pathlib import Path

import pytest
import yaml

from infra.preflight import __main__ as command
from infra.preflight.__main__ import main
from tests.infra.settings.documents import document

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKr me@here"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [n for n in os.environ if n.startswith("OS_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stack file with nothing missing."""
    path = tmp_path / "Pulumi.ovh.yaml"
    config = document(access__ssh_from=["192.0.2.1/32"], access__ssh_public_key=KEY)
    path.write_text(yaml.safe_dump({"config": config}))
    monkeypatch.setattr(command, "stack_file", lambda name: path)
    return path


def test_what_is_the_users_own_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "ovh"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert [line.split()[1] for line in shown.err.splitlines()] == [
        "access.ssh_from",
        "access.ssh_public_key",
    ]


def test_no_such_stack(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "ovhh"]) == 2
    assert "did you mean ovh?" in capsys.readouterr().err


def test_nobody_to_log_in_as(ready: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "ovh"]) == 2
    assert "OS_PASSWORD is not set" in capsys.readouterr().err


def test_too_many_workers(ready: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "ovh", "--workers", "999"]) == 2
    assert "servers.stage.count is 999: expected a whole number from 1 to 200" in capsys.readouterr().err


def test_a_cloud_that_does_not_answer(
    ready: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("USERNAME", "PASSWORD", "PROJECT_NAME", "USER_DOMAIN_NAME", "PROJECT_DOMAIN_NAME"):
        monkeypatch.setenv(f"OS_{name}", "x-hidden")
    monkeypatch.setenv("OS_AUTH_URL", "http://127.0.0.1:9/v3")
    assert main(["--stack", "ovh", "--json"]) == 1
    shown = capsys.readouterr().out
    assert '"FAIL"' in shown and "check the address" in shown and "x-hidden" not in shown


def test_clouds_yaml_without_the_entry(
    ready: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OS_CLOUD", "not-there")
    assert main(["--stack", "ovh"]) == 2
    assert "not-there" in capsys.readouterr().err
