"""A deployed system in small over TLS, as the user with exactly the documented rights."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from batch.ledger.acl import acl_rules
from tests.batch.cli.test_commands import Shell, document
from tests.batch.safe.tiny import write_tiny
from tests.batch.secured import PASSWORD, SecuredRedis, needs_tls


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("l0c"), (8,))


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredRedis]:
    server = SecuredRedis(tmp_path_factory.mktemp("secured"), acl_rules())
    yield server
    server.stop()


@pytest.fixture
def shell(tmp_path: Path, template: Path, secured: SecuredRedis) -> Shell:
    secured.admin.flushall()
    made = Shell(tmp_path, template, "")
    made.environment |= secured.environment
    return made


def secrets_shown(pid: int) -> list[int]:
    """Processes of the worker whose environment or command line holds the password, however spelt."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    shown = []
    for one in family:
        said = Path(f"/proc/{one.pid}/environ").read_bytes() + Path(f"/proc/{one.pid}/cmdline").read_bytes()
        if PASSWORD.encode() in said or b"p%40ss" in said:
            shown.append(one.pid)
    assert len(family) >= 3
    return shown


@needs_tls
def test_a_datastrip_is_processed_with_exactly_the_documented_rights(
    shell: Shell, secured: SecuredRedis
) -> None:
    words = ("submit", "l0c", "--out", "out", "--chain", str(shell.kit.chain), "--scenes", "6", "--json")
    assert document(shell.vds(*words))["submitted"]
    assert shell.vds("cancel", "S2B").returncode == shell.vds("resubmit", "S2B").returncode == 0
    with shell.worker("n1", 2) as process:
        deadline = time.monotonic() + 120
        while document(shell.vds("status", "--json"))["state"] != "DONE":
            assert time.monotonic() < deadline and process.poll() is None, secured.refusals()
            time.sleep(0.5)
        assert secrets_shown(process.pid) == []
        for words in (("status",), ("trace",), ("dead",), ("report",)):
            assert shell.vds(*words).returncode == 0
        found = {f["what"]: f["level"] for f in document(shell.vds("check", "--json"))["findings"]}
        assert found["broker"] == found["stage n1"] == "ok"
        process.terminate()
        assert process.wait(180) == 0
    assert secured.refusals() == []
    assert PASSWORD not in (shell.root / "kit/n1.log").read_text()


@needs_tls
def test_redis_killed_and_back_the_work_goes_on_with_the_same_rights(
    shell: Shell, secured: SecuredRedis
) -> None:
    words = ("submit", "l0c", "--out", "out", "--chain", str(shell.kit.chain), "--scenes", "6", "--json")
    name = document(shell.vds(*words))["datastrip"]
    shell.kit.faults(sleep=0.3)

    def until(ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 180
        while not ready():
            assert time.monotonic() < deadline and process.poll() is None, secured.refusals()
            time.sleep(0.2)

    with shell.worker("n1", 2) as process:
        until(lambda: secured.admin.scard(f"vds:done:{name}/v01") >= 2)
        # The file is written every second: what was acknowledged before is there.
        time.sleep(1.5)
        secured.kill()
        time.sleep(1.0)
        secured.start()
        until(lambda: bool(secured.admin.hget(f"vds:ds:{name}", "finished")))
        assert document(shell.vds("status", "--json"))["state"] == "DONE"
    assert secured.refusals() == []


@needs_tls
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"VDS_BROKER_PASSWORD_FILE": "wrong"}, "wrong password or unknown user"),
        ({"plain": "1"}, "without TLS; give rediss://"),
        ({"VDS_BROKER_CA": "/nowhere"}, "correct VDS_BROKER_CA"),
        ({"VDS_BROKER_CA": ""}, "cannot be trusted"),
    ],
)
@pytest.mark.parametrize("command", ["status", "worker"])
def test_who_is_refused_is_told_why_in_one_sentence(
    shell: Shell, change: dict[str, str], says: str, command: str
) -> None:
    (shell.root / "wrong").write_text("wrong")
    environment = {**shell.environment, **change}
    if environment.pop("plain", ""):
        environment |= {
            "VDS_BROKER": environment["VDS_BROKER"].replace("rediss", "redis"),
            "VDS_BROKER_CA": "",
        }
    words = (command, *(("--scratch", "scratch") if command == "worker" else ()))
    done = shell.vds(*words, **environment)
    assert done.returncode == 2 and says in done.stderr and len(done.stderr.strip().splitlines()) == 1
