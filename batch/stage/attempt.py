"""One attempt of one invocation: prepare, run, judge, publish. It writes into its own folder until judged."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from batch.chain import Invocation
from batch.errors import VdsError
from batch.ledger import Claim
from batch.runner.exitcode import FAILED, STALE, Verdict, missing_outputs, verdict
from batch.runner.model import Limits, Runner, Usage, Work
from batch.runner.prepare import Prepared, prepare
from batch.runner.publish import publish
from batch.runner.space import low_space
from batch.stage.job import Job
from batch.stage.tilelist import read_tiles

#: Lines of a log that go into the reason of a failure.
LAST_LINES = 8


@dataclass(frozen=True)
class Result:
    """How an attempt ended: verdict, what it took, extents that its output makes known, its log's path."""

    verdict: Verdict
    usage: Usage
    announced: dict[str, tuple[str, ...]] = field(default_factory=dict)
    log: str = ""

    def record(self) -> dict[str, Any]:
        """The attempt's record for trace and report."""
        usage = self.usage
        return {
            "exit": usage.exit,
            "wall_s": round(usage.wall_s, 3),
            "cpu_s": round(usage.cpu_s, 3),
            "max_rss_mb": round(usage.max_rss_mb, 1),
            "read_mb": round(usage.read_mb, 2),
            "written_mb": round(usage.written_mb, 2),
            "log": self.log,
            "reason": self.verdict.reason,
        }


@dataclass(frozen=True)
class Means:
    """What an attempt is run with. `lost`: the lease is known to be lost; `still_ours` asks the ledger."""

    runner: Runner
    holder: str
    lost: Callable[[], bool]
    still_ours: Callable[[], bool]


Execute = Callable[[Job, Claim, Means], Result]


def run_attempt(job: Job, claim: Claim, means: Means) -> Result:
    """Run the invocation of `claim`. What goes wrong on our side of the IPF is a failed attempt, too."""
    try:
        return _run(job, claim, means)
    except (OSError, VdsError, ValueError, KeyError) as error:
        reason = f"{type(error).__name__}: {error}{_space_note(job.folder)}"
        return Result(Verdict(FAILED, reason), Usage(exit=-1))


def _run(job: Job, claim: Claim, means: Means) -> Result:
    invocation = Invocation.parse(claim.key)
    ready = prepare(job.context, invocation, claim.attempt, job.firing.extents)
    resources = ready.ipf.resources
    limits = Limits(
        cpus=resources.cpus,
        memory_mb=int(resources.memory_mb * claim.memory),
        timeout_s=resources.timeout_s(job.scenes),
    )
    aux = (job.context.aux,) if job.context.aux else ()
    work = Work(
        ipf=ready.ipf.task_name,
        version=ready.ipf.version,
        job_order=ready.job_order,
        folder=ready.folder,
        limits=limits,
        readable=(job.folder, *aux),
        holder=means.holder,
        kit=ready.ipf.kit,
    )
    usage = means.runner.run(work, means.lost)
    missing = missing_outputs(ready.mandatory, split=bool(ready.ipf.split))
    judged = verdict(usage, missing, limits.timeout_s, claim.memory)
    log = keep_logs(job, claim, invocation, work)
    announced: dict[str, tuple[str, ...]] = {}
    if judged.good:
        if ready.ipf.announces:
            announced = {ready.ipf.announces: announced_by(ready)}
        if not means.still_ours():
            return Result(Verdict(STALE, "its lease was lost"), usage, log=log)
        publish(ready.folder, ready.target)
        shutil.rmtree(ready.folder / "tmp", ignore_errors=True)
        return Result(judged, usage, announced, log)
    tail = last_lines(work)
    reason = judged.reason + _space_note(job.folder) + (f"\n{tail}" if tail else "")
    return Result(Verdict(judged.state, reason, judged.memory), usage, log=log)


def _space_note(folder: Path) -> str:
    note = low_space(folder)
    return f" ({note})" if note else ""


def announced_by(ready: Prepared) -> tuple[str, ...]:
    """The pieces of the dimension that this IPF makes known: the tiles of its TILE_LIST_FILE, in order."""
    return read_tiles(ready.folder / "output" / "TILE_LIST_FILE" / "tile_list_file.xml")


def keep_logs(job: Job, claim: Claim, invocation: Invocation, work: Work) -> str:
    """Copy job order, log and err beside the products, also of what failed; gives the log's path there."""
    place = job.out / "logs" / job.id / invocation.ipf / f"{invocation.unit.label}.{claim.attempt}"
    place.mkdir(parents=True, exist_ok=True)
    for path in (work.job_order, work.log, work.err):
        if path.exists():
            shutil.copyfile(path, place / path.name)
    return str(place / work.log.name)


def last_lines(work: Work, count: int = LAST_LINES) -> str:
    """The last lines that the IPF wrote: of its error output, else of its log."""
    for path in (work.err, work.log):
        lines = _tail(path) if path.exists() else []
        if lines:
            return "\n".join(lines[-count:])
    return ""


def _tail(path: Path, size: int = 8192) -> list[str]:
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - size))
        return [line for line in file.read().decode(errors="replace").splitlines() if line.strip()]
