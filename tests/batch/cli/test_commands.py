"""The commands as an operator has them: exit codes, one sentence for bad input, JSON and nothing else."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from batch.embedded.redis import EmbeddedRedis
from batch.errors import InputError
from batch.ledger import Ledger
from batch.report.trace import COLUMNS
from batch.stage.submit import Wish, check_space, prepare_submission
from tests.batch.safe.tiny import linked, write_tiny
from tests.batch.stage.chains import Tiny

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("l0c"), (8,))


class Shell:
    """A folder with a datastrip `l0c`, a chain, fake IPFs, and `vds`."""

    def __init__(self, root: Path, template: Path, broker: str) -> None:
        self.root = root
        self.kit = Tiny(root / "kit", sleep=0.02)
        linked(template, root / "l0c")
        command = f"{sys.executable} {self.kit.script} {{ipf}} {{joborder}}"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("VDS_")},
            "VDS_IPF_COMMAND": command, "FAULTS": str(self.kit.fault_file), "VDS_SWEEP_S": "0.5",
            "VDS_CAP": "2", "VDS_BROKER": broker,
        }  # fmt: skip

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-c", "from batch.cli.main import main; main()", *words]

    def vds(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {**self.environment, "PYTHONPATH": str(ROOT), **more}
        return subprocess.run(
            self.command(*words), cwd=self.root, env=environment, capture_output=True, text=True, timeout=120
        )

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        chain = str(self.kit.chain)
        return self.vds("run", "l0c", "--out", "out", "--chain", chain, "--scenes", "6", *words, **more)

    @contextmanager
    def worker(self, name: str, slots: int, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """A stage as a process with a scratch of its own; killed with its children in the end."""
        options = ("--stage", name, "--slots", str(slots), "--scratch", str(self.root / f"scratch-{name}"))
        with (self.root / "kit" / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                self.command("worker", *options, *words), cwd=self.root,
                env={**self.environment, "PYTHONPATH": str(ROOT)}, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def wrote(self) -> list[Path]:
        return sorted(p for p in self.root.iterdir() if p.name not in ("kit", "l0c"))


@pytest.fixture
def shell(
    tmp_path: Path, template: Path, redis_server: EmbeddedRedis, new_ledger: Callable[..., Ledger]
) -> Shell:
    new_ledger()
    return Shell(tmp_path, template, redis_server.url)


def document(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return dict(json.loads(done.stdout))


def test_run_prints_one_document_and_status_trace_and_report_agree(shell: Shell) -> None:
    done = shell.run("--json")
    assert done.returncode == 0, done.stderr
    said = document(done)
    assert said["state"] == "DONE" and said["tiles"] == ["36MXC", "36MZD"] and len(said["products"]) == 2
    assert [(v["id"], v["first"], v["last"], v["state"]) for v in said["vds"]] == [
        ("v01", 1, 6, "DONE"),
        ("v02", 4, 8, "DONE"),
    ]
    assert all(Path(p).exists() for p in said["products"])
    for key in ("datastrip", "attempts", "wall_s", "work_s", "bound_s", "cost"):
        assert key in said
    assert said["bound_s"] <= said["wall_s"]
    again = document(shell.vds("status", "--out", "out", "--json"))
    assert again == {**said, "slots": again["slots"], "bound_s": again["bound_s"]}
    trace = shell.vds("trace", "--out", "out").stdout.splitlines()
    assert trace[0].split(",") == list(COLUMNS) and len(trace) == said["attempts"] + 1
    assert shell.vds("report", "--out", "out", "--to", "r.html", "--price-hour", "3").returncode == 0
    page = (shell.root / "r.html").read_text()
    assert page.count("<title>") == said["attempts"] + 1 and "EUR" in page and "http" not in page


def test_failed_run_says_ipf_unit_code_and_last_lines_and_goes_on_later(shell: Shell) -> None:
    shell.kit.faults(ORTHO={"kind": "fail", "code": 131})
    done = shell.run()
    assert done.returncode == 1
    for part in ("ORTHO/", "exit code 131", "the reason stands here", "again with the same --out"):
        assert part in done.stderr
    dead = document(shell.vds("dead", "--out", "out", "--json"))["dead"]
    assert {d["id"] for d in dead} <= {"v01", "v02"} and "exit code 131" in dead[0]["reason"]
    shell.kit.faults()
    assert shell.run().returncode == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["run", "nowhere", "--out", "out"], "nowhere is not an L0c datastrip"),
        (["run", "l0c", "--out", "/dev/null/x"], "not writable"),
        (["run", "l0c", "--out", "/proc/x"], "/proc is not writable"),
        (["run", "l0c", "--out", "out", "--scratch", "/proc/x"], "give another --scratch"),
        (["submit", "l0c", "--out", "/proc/x"], "/proc is not writable"),
        (["run", "l0c", "--out", "l0c/DS/{mtd}"], "is a file"),
        (["run", "l0c", "--out", "out", "--chain", "no.yaml"], "no.yaml: cannot be read"),
        (["run", "l0c", "--out", "out", "--partitions", "moon=2"], "moon"),
        (["run", "l0c", "--out", "out", "--scenes", "2"], "scenes"),
        (["run", "l0c", "--out", "out", "--runner", "docker"], "image"),
        (["submit", "l0c", "--out", "out", "--broker", "mailto:x"], "not a broker's address"),
        (["status", "S2Z"], "no datastrip S2Z"),
        (["resubmit", "x", "--out", "out"], "holds no run"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2_and_nothing_written(
    shell: Shell, words: list[str], says: str
) -> None:
    mtd = next((shell.root / "l0c/DS").iterdir())
    name = f"{mtd.name}/{next(p for p in mtd.iterdir() if p.suffix == '.xml').name}"
    done = shell.vds(*[w.replace("{mtd}", name) for w in words], VDS_IPF_IMAGE="no-such-image-of-ours:0")
    assert done.returncode == 2, done.stderr
    assert says in done.stderr and len(done.stderr.strip().splitlines()) == 1 and done.stdout == ""
    assert shell.wrote() == []


def test_unknown_ipf_is_refused_before_anything_is_written(shell: Shell) -> None:
    done = shell.run(VDS_IPF_COMMAND="{python} -m ipf {ipf} {joborder}")
    assert done.returncode == 2 and "the chain has IPF RADIO, but ipf has no step" in done.stderr
    done = shell.run(VDS_IPF_COMMAND="/dpc/{ipf}.bash {joborder}")
    assert done.returncode == 2 and "/dpc/RADIO.bash is not here" in done.stderr
    assert shell.wrote() == []


def test_no_space_is_refused_before_anything_is_written(shell: Shell) -> None:
    full = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path("/run")
    wish = Wish(shell.root / "l0c", shell.root / "out", scenes=6, chain=shell.kit.chain)
    submission = prepare_submission(wish)
    huge = {i: shutil.disk_usage(full).free / 1e6 for i in submission.disk_mb}
    submission.disk_mb.update(huge)
    with pytest.raises(InputError, match=r"MB left, \d+ MB are needed for 2 vDS at once"):
        check_space(submission, full / "scratch", 2)
    assert shell.wrote() == []


def test_another_cut_in_the_same_out_is_refused(shell: Shell) -> None:
    assert shell.run().returncode == 0
    done = shell.run("--overlap", "2")
    assert done.returncode == 2 and "another cut" in done.stderr


def test_dry_run_writes_nothing(shell: Shell) -> None:
    said = document(shell.run("--dry-run", "--json"))
    assert [v["id"] for v in said["vds"]] == ["v01", "v02"] and shell.wrote() == []


def test_whole_is_one_vds(shell: Shell) -> None:
    said = document(
        shell.vds(
            "run", "l0c", "--out", "out", "--chain", str(shell.kit.chain), "--whole", "--dry-run", "--json"
        )
    )
    assert [(v["first"], v["last"]) for v in said["vds"]] == [(1, 8)]


def test_ctrl_c_stops_all_and_costs_nothing(shell: Shell) -> None:
    shell.kit.faults(sleep=0.4)
    words = ("run", "l0c", "--out", "out", "--chain", str(shell.kit.chain), "--scenes", "6")
    run = subprocess.Popen(
        shell.command(*words), cwd=shell.root, env=shell.environment, stderr=subprocess.PIPE,
        # a test run in the background of a script ignores the signal, and so would its children
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    deadline = time.monotonic() + 180
    while not list(shell.root.glob("out/.vds/scratch/s*/*/v0*/RADIO/attempts/*/*.log")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=120)
    assert run.returncode == 130 and said.decode().strip().endswith("vds: stopped")
    states = {a["status"] for a in document(shell.vds("trace", "--out", "out", "--json"))["attempts"]}
    assert "RUNNING" not in states
    shell.kit.faults()
    assert shell.run().returncode == 0


def test_submit_and_plan_take_the_cut_of_the_system_unless_told(shell: Shell) -> None:
    def cuts(*words: str, **environment: str) -> int:
        found = shell.vds("submit", "l0c", "--out", "out", "--dry-run", "--json", *words, **environment)
        planned = [word for word in words if word != "--whole"]
        if planned == list(words):
            plan = document(shell.vds("plan", "l0c", "--json", *words, **environment))
            assert len(plan["vds"]) == len(document(found)["vds"])
        return len(document(found)["vds"])

    assert cuts(VDS_STAGES="1") == 1
    assert cuts(VDS_SCENES="6", VDS_STAGES="1") == 2
    assert cuts("--scenes", "8", VDS_SCENES="6") == 1
    assert cuts("--stages", "1", VDS_SCENES="6") == 1
    assert cuts("--whole", VDS_SCENES="6") == 1
    refused = shell.vds("plan", "l0c", VDS_SCENES="many")
    assert refused.returncode == 2 and "VDS_SCENES is 'many', a whole number" in refused.stderr


def test_submit_worker_status_cancel_resubmit(shell: Shell) -> None:
    """A deployed system in small: a broker, a worker, and an operator."""
    words = ("submit", "l0c", "--out", "out", "--chain", str(shell.kit.chain), "--scenes", "6", "--json")
    first = document(shell.vds(*words))
    assert first["submitted"] and first["state"] == "PENDING"
    assert not document(shell.vds(*words))["submitted"]
    assert document(shell.vds("cancel", "S2B", "--json"))["cancelled"] == ["v01", "v02"]
    assert document(shell.vds("status", "--json"))["state"] == "CANCELLED"
    assert document(shell.vds("resubmit", "S2B", "--json"))["resubmitted"] == ["v01", "v02"]
    worker = subprocess.Popen(
        shell.command("worker", "--stage", "n1", "--slots", "2", "--scratch", str(shell.root / "scratch")),
        cwd=shell.root, env={**shell.environment, "PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 180
        while document(shell.vds("status", "--json"))["state"] != "DONE":
            assert time.monotonic() < deadline
            time.sleep(0.5)
        assert "\n2 products, " in shell.vds("status").stdout
        # As it is on the operator's machine, which does not see the shared storage.
        (shell.root / "out").rename(shell.root / "elsewhere")
        assert document(shell.vds("status", "--json"))["products"] is None
        assert "products" not in shell.vds("status").stdout
        (shell.root / "elsewhere").rename(shell.root / "out")
        found = {f["what"]: f["level"] for f in document(shell.vds("check", "--json"))["findings"]}
        assert found["broker"] == found["stage n1"] == "ok"
        worker.terminate()
        assert worker.wait(120) == 0
    finally:
        if worker.poll() is None:
            os.killpg(worker.pid, signal.SIGKILL)
