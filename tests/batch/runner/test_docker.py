import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from batch.runner.docker import DockerRunner
from batch.runner.model import Limits, Work
from batch.runner.process import ProcessRunner

IMAGE = "debian:bookworm-slim"


def _image() -> bool:
    if not shutil.which("docker"):
        return False
    return (
        subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False).returncode
        == 0
    )


needs_docker = pytest.mark.skipif(not _image(), reason=f"no Docker engine here, or no image {IMAGE}")
pytestmark = pytest.mark.docker


def runner(script: Path) -> DockerRunner:
    return DockerRunner(IMAGE, f"bash {script} {{joborder}}", ProcessRunner("false", grace_s=0.5))


def work(root: Path, script: str, **limits: float) -> Work:
    (root / "ipf.sh").write_text(script)
    folder = root / "attempt"
    folder.mkdir(exist_ok=True)
    root.chmod(0o755)
    return Work("IPF_X", "01", folder / "JobOrder.xml", folder, Limits(**limits), (root,), "host;1;2;3")  # type: ignore[arg-type]


def left(folder: Path) -> str:
    name = "vds-" + hashlib.sha256(str(folder).encode()).hexdigest()[:20]
    return subprocess.run(
        ["docker", "ps", "-aq", "--filter", f"name={name}"], capture_output=True, text=True
    ).stdout


def test_command_confines(tmp_path: Path) -> None:
    given = work(tmp_path, "", cpus=2, memory_mb=512)
    line = " ".join(
        DockerRunner("s2ipf/{ipf_lower}:{version}", "/dpc/{ipf}.bash {joborder}", ProcessRunner("")).command(
            given, "n"
        )
    )
    for part in (
        "--cpus 2", "--memory 512m", "--network none", "--cap-drop ALL", "no-new-privileges", "--env TZ=UTC",
        f"source={tmp_path},target={tmp_path},readonly",
        "s2ipf/ipf_x:01 /dpc/IPF_X.bash", "--label vds.holder=host;1;2;3",
    ):  # fmt: skip
        assert part in line


@needs_docker
def test_runs_confined_and_leaves_nothing(tmp_path: Path) -> None:
    script = """
    id -u; touch /inputs 2>/dev/null; touch "$(dirname $1)/../no" && exit 200
    echo made > "$(dirname $1)/yes"; i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; sleep 0.5; exit 3
    """
    given = work(tmp_path, script)
    usage = runner(tmp_path / "ipf.sh").run(given, lambda: False)
    assert usage.exit == 3, given.err.read_text()
    assert given.log.read_text().split()[0] != "0"
    assert (given.folder / "yes").read_text() == "made\n"
    assert usage.cpu_s > 0 and usage.max_rss_mb > 0
    assert left(given.folder) == ""


@needs_docker
@pytest.mark.parametrize("aborted", [False, True])
def test_timeout_and_lost_lease_remove_the_container(tmp_path: Path, aborted: bool) -> None:
    given = work(tmp_path, "trap '' INT TERM; while :; do sleep 0.2; done", timeout_s=600 if aborted else 2)
    usage = runner(tmp_path / "ipf.sh").run(given, lambda: aborted)
    assert usage.ended == ("aborted" if aborted else "timeout")
    assert left(given.folder) == ""


@needs_docker
def test_out_of_memory_is_137(tmp_path: Path) -> None:
    given = work(tmp_path, "x=$(head -c 300000000 /dev/zero | tr '\\0' x)", memory_mb=32)
    assert runner(tmp_path / "ipf.sh").run(given, lambda: False).exit == 137


@needs_docker
def test_reap_removes_what_a_dead_holder_left(tmp_path: Path) -> None:
    given = work(tmp_path, "sleep 60")
    runs = runner(tmp_path / "ipf.sh")
    command = runs.command(given, "vds-" + hashlib.sha256(str(given.folder).encode()).hexdigest()[:20])
    subprocess.run([command[0], "run", "-d", *command[2:]], check=True, capture_output=True)
    assert runs.reap("host;1;2;3") >= 1
    assert left(given.folder) == ""
