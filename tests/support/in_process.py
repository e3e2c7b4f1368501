"""The whole chain in this process: the real firing rule, job orders, steps and publication, without Redis,
Celery or a process per IPF. For tests that look at pixels, where starting 400 interpreters is not the point.
"""

import contextlib
import io
import multiprocessing
import shutil
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from batch.chain import Chain, extents_of, load_chain, with_partitions
from batch.choreography import Event, Firing
from batch.plan.cut import Cut
from batch.plan.vds import write_vds
from batch.runner.exitcode import missing_outputs
from batch.runner.prepare import Context, Prepared, prepare
from batch.runner.publish import publish
from batch.safe.check import scale_of
from batch.safe.datastrip import Datastrip
from batch.safe.names import parse_name
from batch.stage.__main__ import STEPS, main
from batch.stage.attempt import announced_by
from ipf.task import execute

CREATION = "2026-01-02T03:04:05Z"
#: As few invocations as there can be: nothing here runs in parallel.
ONE_PIECE = {"atf": 1, "detector": 1, "band": 1, "granule": 1}


@dataclass
class InProcess:
    """Runs datastrips into `out`, the vDS of one in `jobs` processes; `attempts` counts the invocations by
    IPF."""

    out: Path
    jobs: int = 1
    chain: Chain = field(default_factory=lambda: with_partitions(load_chain(), ONE_PIECE))
    attempts: Counter[str] = field(default_factory=Counter)
    aux: Path | None = None

    def datastrip(self, strip: Datastrip, cuts: tuple[Cut, ...], assemble: bool = True) -> Path:
        """Process the vDS of `cuts`, assemble; gives the folder of the L1C products."""
        folder = self.out / strip.name
        (folder / "vds").mkdir(parents=True)
        work = [(self.chain, strip, one, folder, self.out / "scratch" / one.id, self.aux) for one in cuts]
        if self.jobs > 1 and len(work) > 1:
            context = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(min(self.jobs, len(work)), context) as pool:
                counted = list(pool.map(_vds, *zip(*work, strict=True)))
        else:
            counted = [_vds(*one) for one in work]
        for one in counted:
            self.attempts += one
        if not assemble:
            return folder / "l1c"
        own = {
            "COLLECT": {
                "SOURCE": str(strip.ds_dir),
                "PRODUCTS": str(folder / "l1c"),
                "JOBS": " ".join(c.id for c in cuts),
            },
            "STAGE_OUT": {"TARGET": str(folder / "L1C")},
        }
        context_ds = Context(
            self.chain, "datastrip", self.out / "scratch" / "ds", self.aux, _common(strip), own
        )
        self.attempts += _job(context_ds, strip.scenes)
        return folder / "L1C"


def _common(strip: Datastrip) -> dict[str, str]:
    return {"SCALE": str(scale_of(strip)), "CREATION_DATE": CREATION}


def _vds(
    chain: Chain, strip: Datastrip, one: Cut, folder: Path, scratch: Path, aux: Path | None
) -> Counter[str]:
    vds = write_vds(strip, one, folder / "vds", parse_name(strip.name).creation)
    own = {
        "STAGE_IN": {"SOURCE": str(vds), "INPUT": str(scratch / "input")},
        "STAGE_OUT": {"TARGET": str(folder / "l1c" / one.id)},
    }
    done = _job(Context(chain, "vds", scratch, aux, _common(strip), own), one.scenes)
    shutil.rmtree(scratch)  # a gigabyte otherwise, over all tests
    return done


def _job(context: Context, scenes: int) -> Counter[str]:
    firing = Firing(context.chain, context.scope, extents_of(context.chain, scenes))
    ready, attempts = firing.start(), Counter[str]()
    while ready:
        invocation = ready.pop()
        done = prepare(context, invocation, 1, firing.extents)
        _run(done)
        announced = {done.ipf.announces: announced_by(done)} if done.ipf.announces else {}
        publish(done.folder, done.target)
        attempts[done.ipf.name] += 1
        ready += firing.apply(Event.of(invocation, announced))
    assert firing.complete
    return attempts


def _run(prepared: Prepared) -> None:
    said = io.StringIO()
    name = prepared.ipf.task_name
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        run = main if name in STEPS else execute
        code = run(name, prepared.job_order)
    missing = missing_outputs(prepared.mandatory)
    if code >= 128 or missing:
        raise AssertionError(f"{name} ended with {code}, missing {missing}\n{said.getvalue()}")
