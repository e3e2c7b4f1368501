"""Who holds a lease: a token of host, process and its start, so that others on the host see if it died."""

import os
import secrets
import socket
from functools import cache
from pathlib import Path

import psutil


@cache
def host() -> str:
    """This host as far as process numbers go: name, boot and pid namespace (two containers are two hosts)."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8]
        space = os.readlink("/proc/self/ns/pid").strip("pid:[]")  # noqa: PTH115 - not a path
    except OSError:
        boot, space = "-", "-"
    return f"{socket.gethostname()},{boot},{space}"


def new_holder() -> str:
    """Token of this process: `<host>;<pid>;<start>;<nonce>`."""
    return f"{host()};{os.getpid()};{_started(os.getpid())};{secrets.token_hex(4)}"


def pid_of(holder: str) -> int:
    """Process number in a holder's token."""
    return int(holder.split(";")[1])


def is_dead(holder: str) -> bool:
    """True if the holder was a process of this host and is no more; False if it lives or cannot be known."""
    where, pid, start, _ = holder.split(";")
    return where == host() and _started(int(pid)) != start


def _started(pid: int) -> str:
    try:
        process = psutil.Process(pid)
        return "" if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.2f}"
    except psutil.NoSuchProcess:
        return ""
