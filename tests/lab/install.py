"""MariaDB from Debian, OpenStack from PyPI: once per machine and per change of the lock file."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tests.lab.home import SOURCE, Home, LabError

LOCK = SOURCE / "requirements-lab.lock"


def environment() -> dict[str, str]:
    """This process' own. Writing .pyc files makes the second start twice as fast, so the lab always may."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def missing(home: Home) -> str | None:
    """Why the lab cannot start without `install`, as a sentence; None if it can."""
    if not shutil.which("mariadbd"):
        return "The lab needs Debian's mariadb-server: `make lab` as root installs it."
    if _stamp(home) != _wanted():
        return "The lab's OpenStack is not installed: `make lab` does it (two minutes, once)."
    return None


def install(home: Home) -> None:
    _mariadb(home)
    if _stamp(home) == _wanted():
        return
    builder = venv.EnvBuilder(with_pip=True, clear=True, symlinks=True)
    builder.create(home.venv)
    uv = shutil.which("uv")  # an eighth of pip's time, where it is there
    command: list[str | Path] = (
        [uv, "pip", "install", "--python", home.python] if uv else [home.python, "-m", "pip", "install"]
    )
    done = subprocess.run(
        [*command, "--quiet", "--require-hashes", "-r", LOCK], env=environment(), check=False
    )
    if done.returncode:
        raise LabError(f"{LOCK.name} could not be installed into {home.venv}; see pip's lines above.")
    (home.venv / ".lock").write_text(_wanted(), encoding="ascii")


def _mariadb(home: Home) -> None:
    if shutil.which("mariadbd"):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise LabError("The lab needs mariadb-server: `sudo apt-get install mariadb-server`, then again.")
    # RUNLEVEL: Debian would start the server, which the lab does itself.
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    with (home.log / "apt.log").open("w") as log:
        for words in (["update"], ["install", "-y", "--no-install-recommends", "mariadb-server"]):
            done = subprocess.run(
                ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=600", *words],
                env=quiet,
                stdout=log,
                stderr=log,
                check=False,
            )
            if done.returncode:
                raise LabError(f"apt-get {words[0]} failed; its lines are in {log.name}.")


def _wanted() -> str:
    return hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()


def _stamp(home: Home) -> str:
    stamp = home.venv / ".lock"
    return stamp.read_text(encoding="ascii") if stamp.exists() else ""
