"""`make secrets`: against a stand-in that records what it is told, and against the real Pulumi."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.secrets.__main__ import main
from infra.secrets.state import sentence
from infra.settings.read import ROOT, SECRETS, from_file

STAND_IN = """\
#!/usr/bin/env python3
# Instead of Pulumi: records its arguments, "encrypts" by length, fails when asked to.
import pathlib, sys, yaml
here, told = pathlib.Path(__file__).parent, sys.argv[1:]
with (here / "arguments").open("a") as log: log.write(" ".join(told) + "\\n")
if told[:2] == ["config", "set"]:
    name = next(each for each in told if each.startswith("vds:"))
    if name == "vds:" + (here / "fail").read_text(): sys.exit("error: passphrase must be set")
    file = pathlib.Path(told[told.index("--config-file") + 1])
    document = yaml.safe_load(file.read_text())
    document["config"][name] = {"secure": "v1:%d" % len(sys.stdin.read())}
    file.write_text(yaml.safe_dump(document))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.lab.yaml").write_text((ROOT / "Pulumi.lab.yaml").read_text())
    command = tmp_path / "pulumi"
    command.write_text(STAND_IN.replace("/usr/bin/env python3", str(ROOT / ".venv/bin/python")))
    command.chmod(0o755)
    (tmp_path / "fail").write_text("")
    return tmp_path


def run(folder: Path, *options: str) -> int:
    return main(["--stack", "lab", "--folder", str(folder), "--pulumi", str(folder / "pulumi"), *options])


def config(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((folder / "Pulumi.lab.yaml").read_text())["config"]
    return {name: document.get(f"vds:{name}") for name in SECRETS}


def test_all_are_made_and_the_stack_file_still_reads(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder) == 0
    assert all(value is not None for value in config(folder).values())
    from_file(folder / "Pulumi.lab.yaml")
    assert capsys.readouterr().out.startswith("Made broker_password, monitor_password, tls_ca_cert")


def test_no_value_is_on_the_command_line_or_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder)
    told = (folder / "arguments").read_text()
    assert "BEGIN" not in told
    for line in told.splitlines():
        if line.startswith("config set"):
            *_, last = line.removesuffix(" --non-interactive").split()
            assert last.startswith("vds:"), "nothing follows the key"
    assert "BEGIN" not in capsys.readouterr().out


def test_what_is_there_stays(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder)
    before = (folder / "Pulumi.lab.yaml").read_bytes()
    (folder / "arguments").unlink()
    assert run(folder) == 0
    assert (folder / "Pulumi.lab.yaml").read_bytes() == before
    assert not (folder / "arguments").exists()


@pytest.mark.parametrize(
    ("gone", "made"),
    [
        ("broker_password", ["broker_password"]),
        ("tls_broker_cert", [n for n in SECRETS if n.startswith("tls")]),
    ],
)
def test_only_what_is_missing_is_made(folder: Path, gone: str, made: list[str]) -> None:
    run(folder)
    file = folder / "Pulumi.lab.yaml"
    document = yaml.safe_load(file.read_text())
    del document["config"][f"vds:{gone}"]
    file.write_text(yaml.safe_dump(document))
    (folder / "arguments").unlink()
    assert run(folder) == 0
    told = (folder / "arguments").read_text().splitlines()
    assert [line.split("vds:")[1].split()[0] for line in told if "config set" in line] == made


def test_rotate_makes_all(folder: Path) -> None:
    run(folder)
    (folder / "arguments").unlink()
    assert run(folder, "--rotate") == 0
    assert (folder / "arguments").read_text().count("config set") == len(SECRETS)


def test_dry_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--dry-run") == 0
    assert capsys.readouterr().out.startswith("Would make") and config(folder)["broker_password"] is None


def test_a_failure_in_the_middle_leaves_the_file_as_it_was(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "Pulumi.lab.yaml").read_bytes()
    (folder / "fail").write_text("tls_broker_cert")
    assert run(folder) == 2
    assert (folder / "Pulumi.lab.yaml").read_bytes() == before
    assert not list(folder.glob(".Pulumi*"))
    assert "set PULUMI_CONFIG_PASSPHRASE" in capsys.readouterr().err


def test_a_secret_in_clear_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (folder / "Pulumi.lab.yaml").open("a") as file:
        file.write("  vds:broker_password: hunter2\n")
    assert run(folder) == 2
    shown = capsys.readouterr().err
    assert "vds:broker_password is in clear" in shown and "hunter2" not in shown
    assert run(folder, "--rotate") == 0


def test_pulumi_that_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "pulumi").unlink()
    assert run(folder) == 2
    assert "run make setup-cloud" in capsys.readouterr().err


def test_the_programs_sentence() -> None:
    assert sentence("ovh", ["broker_password"]) == (
        "vds:broker_password is missing: run `make secrets STACK=ovh` once."
    )
    assert "tls_ca_cert, vds:tls_ca_key are missing" in sentence("ovh", ["tls_ca_cert", "tls_ca_key"])


def _real() -> str | None:
    wrapper = ROOT / "tools/pulumi"
    try:
        done = subprocess.run([wrapper, "version"], capture_output=True, check=False)
    except OSError:
        return None
    return str(wrapper) if done.returncode == 0 else None


@pytest.mark.skipif(_real() is None, reason="the pinned Pulumi is not installed: make setup-cloud")
def test_the_real_pulumi(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "state").mkdir()
    (folder / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text())
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{folder}/state")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "of tests")
    command = str(_real())
    assert main(["--stack", "lab", "--folder", str(folder), "--pulumi", command]) == 0

    assert all(value.keys() == {"secure"} for value in config(folder).values())
    kept = (folder / "Pulumi.lab.yaml").read_text()
    assert kept.startswith((ROOT / "Pulumi.lab.yaml").read_text().rstrip()), (
        "Pulumi rewrites what it is given"
    )
    shown = subprocess.run(
        [command, "config", "get", "--stack", "lab", "vds:tls_broker_cert"],
        cwd=folder, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert shown.startswith("-----BEGIN CERTIFICATE-----\n")
    before = (folder / "Pulumi.lab.yaml").read_bytes()
    assert main(["--stack", "lab", "--folder", str(folder), "--pulumi", command]) == 0
    assert (folder / "Pulumi.lab.yaml").read_bytes() == before
