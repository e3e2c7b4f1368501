"""What a stage needs to know, from its environment: one variable each, all of them here.

    VDS_BROKER          rediss://user@host:6379/0 of broker and ledger
    VDS_BROKER_CA       PEM file of the CA that signed the broker's certificate
    VDS_BROKER_PASSWORD_FILE  file with the broker's password, so that no environment holds it
    VDS_STAGE           name of this stage (the host's name)
    VDS_SLOTS           IPFs at once (the number of cores)
    VDS_HOLD            vDS at once (2)
    VDS_SCRATCH         local scratch folder
    VDS_SHARED          folder on shared storage, so that `vds check` can tell whether all stages see the same
    VDS_S3_ENDPOINT     https://HOST[:PORT] of the S3 server behind s3:// URLs
    VDS_S3_REGION       its region
    VDS_S3_CREDENTIALS_FILE  file with the keys, in the form of ~/.aws/credentials
    VDS_S3_ADDRESSING   path or virtual: whether the bucket is in the path or in the host's name
    VDS_AUX             GIPP, DEM, IERS …: folders or files by File_Type
    VDS_RUNNER          process or docker
    VDS_IPF_COMMAND     command of an IPF
    VDS_IPF_IMAGE       its image; may hold {ipf} and {version}
    VDS_IPF_UID         user in the container (1000)
    VDS_DOCKER_OPTIONS  more words for `docker run`
    VDS_KEEP            1: keep the scratch of what is done
    VDS_LEASE_S         life of a lease without heartbeat (60)
    VDS_STAGE_S         silence until a stage has vanished (120)
    VDS_AWAY_S          the same for a stage that was stopped on purpose (900)
    VDS_SWEEP_S         seconds between sweeps (5)
    VDS_SCENES, VDS_STAGES  longest vDS, and number of stages, where `vds plan` and `vds submit` are not told
    VDS_CAP             failures of an invocation until its job is FAILED (3)

Where VDS_S3_* say nothing, AWS's own variables and files do (AWS_ENDPOINT_URL_S3, AWS_REGION,
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE, ~/.aws/). AWS_CA_BUNDLE names the PEM file of the CA
that signed the server's certificate.

In VDS_IPF_COMMAND {python} {ipf} {version} {joborder} {folder} are filled in. With VDS_RUNNER=docker it is
`/dpc/app/s2ipf/{ipf}/{version}/scripts/{ipf}.bash {joborder}` unless said otherwise: ESA's layout.
"""

import os
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from batch.errors import InputError
from batch.ledger.broker import Broker

ADDRESSING = ("path", "virtual")
PROCESS, DOCKER, NULL = "process", "docker", "null"
#: The reference IPFs of this project as a process; in an image the layout is that of ESA's, ours included.
IPF_COMMAND = "{python} -m ipf {ipf} {joborder}"
IPF_COMMAND_IN_IMAGE = "/dpc/app/s2ipf/{ipf}/{version}/scripts/{ipf}.bash {joborder}"
IPF_IMAGE = "vds-ipf:latest"


@dataclass(frozen=True)
class Settings:
    """The environment, read. Field `x` is variable VDS_X."""

    broker: str = ""
    broker_ca: str = ""
    broker_password_file: str = ""
    stage: str = ""
    slots: int = 0
    hold: int = 2
    scratch: str = ""
    shared: str = ""
    s3_endpoint: str = ""
    s3_region: str = ""
    s3_credentials_file: str = ""
    s3_addressing: str = ""
    aux: str = ""
    runner: str = PROCESS
    keep: int = 0
    ipf_command: str = ""
    ipf_image: str = IPF_IMAGE
    ipf_uid: int = 1000
    docker_options: str = ""
    lease_s: float = 60.0
    stage_s: float = 120.0
    away_s: float = 900.0
    sweep_s: float = 5.0
    cap: int = 3

    @property
    def command(self) -> str:
        """The command template of an IPF."""
        return self.ipf_command or (IPF_COMMAND_IN_IMAGE if self.runner == DOCKER else IPF_COMMAND)

    @property
    def scratch_dir(self) -> Path:
        """The scratch folder of this stage."""
        return Path(self.scratch).absolute()

    @property
    def access(self) -> Broker:
        """The broker with all that it takes to be let in."""
        return Broker(self.broker, self.broker_ca, self.broker_password_file)

    def environment(self) -> dict[str, str]:
        """The variables that give these settings again."""
        return {f"VDS_{name.upper()}": str(value) for name, value in asdict(self).items()}


def settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; InputError naming the variable that cannot be read."""
    environment = os.environ if environment is None else environment
    values: dict[str, object] = {}
    for name, default in asdict(Settings()).items():
        variable = f"VDS_{name.upper()}"
        text = environment.get(variable, "")
        if text:
            try:
                values[name] = type(default)(text)
            except ValueError as error:
                raise InputError(f"{variable} is {text!r}, expected a number; correct it") from error
    values.setdefault("stage", socket.gethostname().split(".")[0])
    values.setdefault("slots", len(os.sched_getaffinity(0)))
    found = Settings(**values)  # type: ignore[arg-type]
    if found.runner not in (PROCESS, DOCKER, NULL):
        raise InputError(f"VDS_RUNNER is {found.runner!r}, expected {PROCESS} or {DOCKER}; correct it")
    if found.s3_addressing and found.s3_addressing not in ADDRESSING:
        raise InputError(
            f"VDS_S3_ADDRESSING is {found.s3_addressing!r}, expected path or virtual; correct it"
        )
    return found


def broker_of(url: str | None) -> Broker:
    """The broker at `url`, else at VDS_BROKER, with CA and password file from the environment.

    InputError if there is none, or if something of it cannot be right.
    """
    found = settings()
    if url:
        found = replace(found, broker=url)
    if not found.broker:
        raise InputError(
            "no broker is known; give --broker rediss://…, set VDS_BROKER, or name a stack with --stack"
        )
    found.access.check()
    return found.access
