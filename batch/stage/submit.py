"""From a datastrip on disk to the ledger. Everything is checked before anything is written."""

import hashlib
import importlib.util
import json
import logging
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from batch.chain import Chain, load_chain, with_partitions
from batch.chain.load import chain_file
from batch.config import DOCKER, Settings, settings
from batch.errors import InputError
from batch.ledger import Ledger
from batch.place import Place, Url
from batch.plan.cut import OVERLAP, Cut, cautions, cut
from batch.plan.forecast import forecast
from batch.plan.vds import write_vds
from batch.runner.make import KIT
from batch.safe.check import scale_of
from batch.safe.datastrip import Datastrip
from batch.safe.names import parse_name
from batch.stage.source import Source, open_source

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wish:
    """What the user asked for."""

    source: Place
    out: Place
    scenes: int | None = None
    overlap: int = OVERLAP
    stages: int = 2
    whole: bool = False
    chain: Path | None = None
    partitions: dict[str, int] = field(default_factory=dict)
    priority: str = "normal"
    parameters: dict[str, str] = field(default_factory=dict)
    #: Where all stages see what they share while OUT is in a bucket; OUT itself if it is a folder.
    work: Path | None = None


@dataclass(frozen=True)
class Submission:
    """What will be entered: the datastrip, its cut, the chain, and where everything goes."""

    datastrip: Datastrip
    cuts: tuple[Cut, ...]
    chain: Chain
    chain_text: str
    scale: int
    wish: Wish
    disk_mb: dict[str, float]
    source: Source

    @property
    def name(self) -> str:
        """Identifier of the datastrip: its name."""
        return self.datastrip.name

    @property
    def out(self) -> Place:
        """`OUT/<DS name>`."""
        return absolute(self.wish.out) / self.name

    @property
    def folder(self) -> Path:
        """The same on shared storage: where vDS and logs go."""
        return work_of(self.wish) / self.name

    @property
    def digest(self) -> str:
        """Two submissions with the same digest make the same products."""
        said = [
            self.name, str(self.out), self.scale, self.chain_text, sorted(self.wish.partitions.items()),
            [(c.id, c.first, c.last) for c in self.cuts], sorted(self.wish.parameters.items()),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def prepare_submission(wish: Wish) -> Submission:
    """Check and cut the datastrip, read the chain. InputError for the first mistake; nothing is written."""
    path = chain_file(wish.chain)
    chain = with_partitions(load_chain(path), wish.partitions)
    source = open_source(wish.source)
    datastrip = source.datastrip
    check_writable(work_of(wish), "--work" if isinstance(wish.out, Url) else "--out")
    if isinstance(wish.out, Url):
        check_bucket(wish.out)
    cuts = _cut(datastrip, wish)
    if not cuts:
        raise InputError(f"{datastrip.name} has no data block of 4 scenes or more; take another datastrip")
    for caution in cautions(datastrip.blocks, cuts):
        log.warning(caution)
    scale = scale_of(datastrip)
    disk = {c.id: forecast(chain, c, scale).scratch_gb * 1000 for c in cuts}
    return Submission(datastrip, cuts, chain, path.read_text(encoding="utf-8"), scale, wish, disk, source)


def _cut(datastrip: Datastrip, wish: Wish) -> tuple[Cut, ...]:
    if wish.whole:
        return cut(datastrip.blocks, scenes=max(datastrip.blocks), overlap=wish.overlap)
    return cut(datastrip.blocks, scenes=wish.scenes, overlap=wish.overlap, stages=wish.stages)


def record_of(submission: Submission) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The ledger's record of a submission, and its jobs. The creation date is fixed here, once."""
    datastrip, wish = submission.datastrip, submission.wish
    record = {
        "datastrip": submission.name,
        "digest": submission.digest,
        "source": str(submission.source.ds),
        **({"granules": str(submission.source.gr)} if submission.source.remote else {}),
        "out": str(submission.out),
        **({"work": str(submission.folder)} if submission.folder != submission.out else {}),
        "scale": submission.scale,
        "scenes": datastrip.scenes,
        "overlap": wish.overlap,
        "vds": [c.id for c in submission.cuts],
        "creation_date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "chain": chain_file(wish.chain).name,
        "chain_hash": hashlib.sha256(submission.chain_text.encode()).hexdigest(),
        "partitions": wish.partitions,
        "parameters": wish.parameters,
        "priority": wish.priority,
        "assemble": bool(submission.chain.scope("datastrip")),
    }
    jobs = {
        c.id: {
            "scope": "vds",
            "first": c.first,
            "last": c.last,
            "scenes": c.scenes,
            "path": str(submission.folder / "vds" / c.id),
            "disk_mb": round(submission.disk_mb[c.id], 1),
        }
        for c in submission.cuts
    }
    return record, jobs


def check_known(submission: Submission, known: dict[str, Any]) -> None:
    """InputError if what the ledger has under this name is something else than what is asked for now."""
    if known["digest"] != submission.digest:
        raise InputError(
            f"{submission.name} is in the ledger already with another cut, chain, scale or folder "
            f"({known['out']}); take another --out or the same options, or --replace what is there"
        )


def write_all_vds(submission: Submission) -> None:
    """Write the vDS to shared storage; those that are there already stay."""
    folder = submission.folder / "vds"
    make_folder(folder)
    creation = parse_name(submission.name).creation
    for one in submission.cuts:
        write_vds(submission.datastrip, one, folder, creation, granules=not submission.source.remote)


def enter(ledger: Ledger, submission: Submission, replace: bool = False) -> bool:
    """Put it on the queue; False if the same is there already. InputError if something else is."""
    record, jobs = record_of(submission)
    known = ledger.submit(submission.name, record, jobs, submission.chain_text, replace)
    if known is not None:
        check_known(submission, known)
    return known is None


def begin(ledger: Ledger, submission: Submission) -> bool:
    """Enter it and write its vDS; gives whether it is new. What was interrupted between both is made good."""
    new = enter(ledger, submission)
    write_all_vds(submission)
    return new


def absolute(where: Place) -> Place:
    """A path from the root; a URL is that already."""
    return where if isinstance(where, Url) else where.absolute()


def work_of(wish: Wish) -> Path:
    """OUT; if it is in a bucket `--work`, else `work` below VDS_SHARED. InputError if none is given."""
    if not isinstance(wish.out, Url):
        return wish.out.absolute()
    shared = settings().shared
    work = wish.work or (Path(shared) / "work" if shared else None)
    if work is None:
        raise InputError(
            f"--out {wish.out} needs a folder for what stages share meanwhile; give --work, a folder on the "
            "shared storage, or set VDS_SHARED"
        )
    return work.absolute()


def check_bucket(out: Url) -> None:
    """InputError unless objects can be made below `out`: tried, and removed."""
    from batch.place.store import Store

    Store().check_writable(out)


def check_writable(folder: Path, option: str = "--out") -> None:
    """InputError unless files can be made in `folder` or where it would be: tried, as root may do all."""
    there = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    if not there.is_dir():
        raise InputError(f"{there} is a file and not writable as a folder; give another {option}")
    try:
        with tempfile.TemporaryFile(dir=there):
            return
    except OSError as error:
        raise InputError(
            f"{there} is not writable ({error.strerror}), a folder to write in was expected; give another "
            f"{option}"
        ) from None


def make_folder(folder: Path) -> None:
    """Make the first folder of an output; InputError if the file system refuses after all."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be made ({error.strerror}); give another --out") from error


def check_space(submission: Submission, scratch: Path, at_once: int) -> None:
    """InputError if the scratch has no room for `at_once` vDS."""
    there = next(p for p in (scratch.absolute(), *scratch.absolute().parents) if p.exists())
    free = shutil.disk_usage(there).free / 1e6
    need = sum(sorted(submission.disk_mb.values(), reverse=True)[:at_once])
    if free < need:
        raise InputError(
            f"{there} has {free:.0f} MB left, {need:.0f} MB are needed for {at_once} vDS at once; "
            "free some, give another --scratch, or cut into fewer scenes with --scenes"
        )


def check_commands(chain: Chain, settings: Settings) -> None:
    """InputError for the first IPF of the chain that this machine has no command for, or no image."""
    if settings.runner == DOCKER:
        images = {settings.ipf_image.format(ipf=i.task_name, version=i.version, ipf_lower=i.task_name.lower())
                  for i in chain.ipfs if i.task_name not in KIT}  # fmt: skip
        for image in sorted(images):
            _check_image(image)
        return
    words = shlex.split(settings.command)
    for ipf in chain.ipfs:
        if ipf.task_name not in KIT:
            _check_command(words, ipf.task_name, ipf.version)


def _check_command(words: list[str], name: str, version: str) -> None:
    if words[:2] == ["{python}", "-m"] and len(words) > 2 and "{" not in words[2]:
        if importlib.util.find_spec(f"{words[2]}.steps.{name.lower()}") is None:
            raise InputError(
                f"the chain has IPF {name}, but {words[2]} has no step of that name; write "
                f"{words[2]}/steps/{name.lower()}.py or set VDS_IPF_COMMAND"
            )
        return
    program = words[0].format(python=sys.executable, ipf=name, version=version)
    if shutil.which(program) is None:
        raise InputError(
            f"the chain has IPF {name}, but its command {program} is not here; set VDS_IPF_COMMAND"
        )


def _check_image(image: str) -> None:
    if shutil.which("docker") is None:
        raise InputError("--runner docker was asked for, but docker is not here; install it or use process")
    asked = subprocess.run(["docker", "image", "inspect", image], capture_output=True, text=True, check=False)
    if asked.returncode:
        why = asked.stderr.strip().splitlines()
        raise InputError(
            f"image {image} is not here ({why[-1] if why else 'unknown'}); build, load or pull it"
        )
