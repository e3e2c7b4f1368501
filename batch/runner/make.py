"""The runner that the settings ask for."""

import os
import shlex

from batch.config import DOCKER, NULL, Settings
from batch.runner.docker import DockerRunner
from batch.runner.model import Runner
from batch.runner.null import NullRunner
from batch.runner.process import ProcessRunner

#: The kit's own steps run on the stage itself, whatever runs the IPFs: they move files between storages.
KIT = dict.fromkeys(("STAGE_IN", "STAGE_OUT", "COLLECT"), "{python} -m batch.stage {ipf} {joborder}")


def make_runner(settings: Settings) -> Runner:
    """A process runner, or one of containers that runs the kit's own steps as processes."""
    if settings.runner == NULL:
        return NullRunner()
    process = ProcessRunner(settings.command, KIT)
    if settings.runner == DOCKER:
        gid = os.getgid() or settings.ipf_uid
        options = tuple(shlex.split(settings.docker_options))
        return DockerRunner(
            settings.ipf_image, settings.command, process, settings.ipf_uid, gid, options=options
        )
    return process
