"""A stage's worker whose IPFs sleep for as long as their laws say, times VDS_REPLAY_SCALE."""

import os
import time

from batch.chain import Invocation
from batch.ledger import Claim
from batch.runner.exitcode import DONE, Verdict
from batch.runner.model import Usage
from batch.stage import app as stage
from batch.stage.attempt import Means, Result
from batch.stage.drain import Drain
from batch.stage.job import Job
from benchmarks.reality import new_service, tiles_named

app = stage.app
_scale = float(os.environ.get("VDS_REPLAY_SCALE", "0"))
_service = new_service(stage.SETTINGS.slots)


def execute(job: Job, claim: Claim, means: Means) -> Result:
    """Sleep; announce the tiles where the chain says so."""
    invocation = Invocation.parse(claim.key)
    tiles = tiles_named(job.scenes)
    time.sleep(_service.seconds(invocation, job.scope, job.scenes, len(tiles)) * _scale)
    announces = job.chain.ipf(invocation.ipf, job.scope).announces
    return Result(Verdict(DONE), Usage(exit=0), {announces: tiles} if announces else {})


class _Replaying(Drain):
    """The worker's own loop, with this execution."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments, execute=execute)  # type: ignore[arg-type]


stage.Drain = _Replaying  # type: ignore[misc]
