"""Processes of a lab: MariaDB and one per service, each with its id in `run/`."""

import contextlib
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path

from tests.lab import install
from tests.lab.configure import configure
from tests.lab.home import SERVICES, SOURCE, Home, LabError
from tests.lab.profile import every_volume_zone

DATABASE = "mariadb"


def environment(home: Home) -> dict[str, str]:
    """Of everything that runs in the lab's Python."""
    ours = {key: value for key, value in install.environment().items() if not key.startswith("OS_")}
    return {
        **ours,
        "PYTHONPATH": str(SOURCE / "inside"),
        "VDS_LAB_HOME": str(home.root),
        "VDS_LAB_HOSTS": str(home.hosts),
        "VDS_LAB_VOLUME_ZONES": ",".join(every_volume_zone()),
    }


def alive(home: Home) -> dict[str, int]:
    """Service (and `mariadb`) → process id, of those that run."""
    found = {}
    for name in (DATABASE, *SERVICES):
        with contextlib.suppress(OSError, ValueError):
            pid = int((home.run / f"{name}.pid").read_text(encoding="ascii"))
            # A process id may be someone else's by now.
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            if (b"mariadbd" if name == DATABASE else b"vds_lab.serve") in command:
                found[name] = pid
    return found


def running(home: Home) -> bool:
    return set(alive(home)) >= {DATABASE, *SERVICES}


def start_database(home: Home) -> None:
    if DATABASE in alive(home):
        return
    with (home.log / "mariadb.out").open("wb") as log:
        server = subprocess.Popen(
            ["mariadbd", f"--defaults-file={home.etc / 'mariadb.cnf'}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    for _ in range(400):
        if sql(home, "select 1"):
            return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    raise LabError(f"MariaDB did not start; see {home.log / 'mariadb.log'}.")


def sql(home: Home, statement: str) -> bool:
    done = subprocess.run(
        ["mariadb", "-S", home.socket, "-u", "root"],
        input=statement,
        text=True,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def start_services(home: Home, services: Iterable[str] = SERVICES) -> None:
    """Start what does not run yet; returns when each API answers."""
    configure(home)
    start_database(home)
    there = alive(home)
    ports = home.ports()
    wanted = [service for service in services if service not in there]
    if not wanted:
        return
    subprocess.run(
        [home.python, "-m", "vds_lab.serve", *(f"{service}={ports[service]}" for service in wanted)],
        env=environment(home),
        stdin=subprocess.DEVNULL,
        check=True,
    )
    deadline = time.monotonic() + 300
    for service in wanted:
        while not _answers(home.url(service)):
            if service not in alive(home):
                last = (home.log / f"{service}.out").read_text(errors="replace").strip().splitlines()[-1:]
                raise LabError(f"{service} ended ({' '.join(last)}); see {home.log / service}.out and .log.")
            if time.monotonic() > deadline:
                raise LabError(
                    f"{service} does not answer on {home.url(service)}; see {home.log / service}.log."
                )
            time.sleep(0.2)


def stop(home: Home) -> None:
    """All that runs; nothing happens to the data."""
    there = alive(home)
    database = there.pop(DATABASE, None)
    _end(there.values(), patience_s=3)
    for service in there:
        (home.run / f"{service}.pid").unlink(missing_ok=True)
    if database:
        _end([database], patience_s=30)


def _end(processes: Iterable[int], patience_s: float) -> None:
    left = set(processes)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + patience_s
    while left and time.monotonic() < deadline:
        left = {pid for pid in left if _exists(pid)}
        time.sleep(0.05)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _exists(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):  # reap it, if it is a child of this very process
        os.waitpid(pid, os.WNOHANG)
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True  # Keystone's 300, Placement's 401: it is there
    except OSError:
        return False
