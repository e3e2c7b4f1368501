import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from batch.runner.model import Limits, Work
from batch.runner.process import HOLDER, ProcessRunner


def work(folder: Path, **limits: float) -> Work:
    return Work("IPF_X", "01.00", folder / "JobOrder_IPF_X.xml", folder, Limits(**limits), holder="me")  # type: ignore[arg-type]


def run(folder: Path, script: str, aborted: bool = False, **limits: float):  # type: ignore[no-untyped-def]
    (folder / "ipf.sh").write_text(script)
    runner = ProcessRunner("bash {folder}/ipf.sh {joborder}", grace_s=0.3)
    return runner.run(work(folder, **limits), lambda: aborted)


def alive(pid_file: Path) -> bool:
    return (
        psutil.pid_exists(int(pid_file.read_text()))
        and psutil.Process(int(pid_file.read_text())).status() != psutil.STATUS_ZOMBIE
    )


@pytest.mark.parametrize("code", [0, 3, 128, 255])
def test_exit_code(tmp_path: Path, code: int) -> None:
    assert run(tmp_path, f"exit {code}").exit == code


def test_log_and_err_and_utc_and_one_argument(tmp_path: Path) -> None:
    usage = run(tmp_path, 'echo "$# $1 $TZ"; echo bad >&2')
    assert usage.exit == 0
    assert (tmp_path / "JobOrder_IPF_X.log").read_text() == f"1 {tmp_path}/JobOrder_IPF_X.xml UTC\n"
    assert (tmp_path / "JobOrder_IPF_X.err").read_text() == "bad\n"


def test_missing_executable_is_a_failure_with_its_cause(tmp_path: Path) -> None:
    usage = ProcessRunner("/nowhere/{ipf}.bash {joborder}").run(work(tmp_path), lambda: False)
    assert usage.exit >= 127
    assert "/nowhere/IPF_X.bash" in (tmp_path / "JobOrder_IPF_X.err").read_text()


def test_cpu_memory_and_bytes_are_measured(tmp_path: Path) -> None:
    (tmp_path / "big.py").write_text(
        "b = b'x' * 150_000_000\nsum(range(3_000_000))\nopen('f', 'wb').write(b[:5_000_000])\n"
    )
    usage = run(tmp_path, f"{sys.executable} big.py")
    assert usage.exit == 0
    assert usage.max_rss_mb > 100
    assert usage.cpu_s > 0.05
    assert usage.written_mb >= 5


def test_timeout_kills_the_whole_group_even_if_it_will_not_hear(tmp_path: Path) -> None:
    deaf = "trap '' INT TERM; "
    script = (
        f"{deaf} ({deaf} echo $BASHPID > child; while :; do sleep 0.1; done) & while :; do sleep 0.1; done"
    )
    began = time.monotonic()
    usage = run(tmp_path, script, timeout_s=2)
    assert usage.ended == "timeout" and usage.exit >= 128
    assert time.monotonic() - began < 30  # it would never have ended
    _until(lambda: not alive(tmp_path / "child"))


def test_what_an_ipf_leaves_behind_dies_with_it(tmp_path: Path) -> None:
    assert run(tmp_path, "sleep 600 & echo $! > child; exit 0").exit == 0
    _until(lambda: not alive(tmp_path / "child"))


def test_lost_lease_kills_it(tmp_path: Path) -> None:
    began = time.monotonic()
    assert run(tmp_path, "sleep 60", aborted=True).ended == "aborted"
    assert time.monotonic() - began < 30  # of 60


def test_too_much_memory_ends_as_137(tmp_path: Path) -> None:
    script = f'{sys.executable} -c "import time; b=bytearray(200_000_000); time.sleep(30)"'
    usage = run(tmp_path, script, memory_mb=100)
    assert (usage.ended, usage.exit) == ("memory", 137)


def test_it_dies_with_its_worker(tmp_path: Path) -> None:
    (tmp_path / "ipf.sh").write_text("echo $$ > pid; exec sleep 600")
    code = (
        "from pathlib import Path\nfrom batch.runner.process import ProcessRunner\n"
        "from batch.runner.model import Limits, Work\n"
        f"f=Path({str(tmp_path)!r})\n"
        "ProcessRunner('bash {folder}/ipf.sh').run(Work('X','1',f/'j.xml',f,Limits()),lambda:False)\n"
    )
    worker = subprocess.Popen([sys.executable, "-c", code])
    _until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    worker.kill()
    worker.wait()
    _until(lambda: not alive(tmp_path / "pid"))


def test_reap_finds_what_a_dead_holder_left(tmp_path: Path) -> None:
    orphan = subprocess.Popen(["sleep", "60"], env={**os.environ, HOLDER: "dead-one"}, start_new_session=True)
    # Popen comes back a moment before the kernel shows the new program's environment.
    _until(lambda: HOLDER in psutil.Process(orphan.pid).environ())
    assert ProcessRunner("").reap("dead-one") == 1
    assert orphan.wait(60) == -signal.SIGKILL


def _until(condition, wait_s: float = 120) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + wait_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
