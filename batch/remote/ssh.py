"""OpenSSH through the bastion to the broker's host: the bastion itself may reach no port but SSH's.

Keys, known hosts and everything else are OpenSSH's own affair (~/.ssh/config); VDS_SSH is the command, "ssh".
"""

import contextlib
import os
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from typing import IO

from batch.errors import InputError, VdsError
from batch.remote.outputs import PORT, Stack
from batch.runner.shim import dies_with_parent

#: Seconds until the way in must be open: two handshakes over the Internet.
OPEN_S = 60.0
OPTIONS = ("BatchMode=yes", "ConnectTimeout=20", "ServerAliveInterval=15", "LogLevel=ERROR")


def ssh_command(stack: Stack, *more: str) -> list[str]:
    """`ssh … user@broker` through the bastion. Not with -J, which takes no options for the bastion's key."""
    command = shlex.split(os.environ.get("VDS_SSH", "ssh"))
    if shutil.which(command[0]) is None:
        raise InputError(f"{command[0]} is not here; install OpenSSH's client or set VDS_SSH")
    bastion, broker = ([*command, *_options(alias)] for alias in stack.aliases)
    jump = shlex.join([*bastion, "-W", "%h:%p", f"{stack.ssh_user}@{stack.bastion}"])
    return [*broker, "-o", f"ProxyCommand={jump}", *more, f"{stack.ssh_user}@{stack.address}"]


def _options(alias: str) -> list[str]:
    """A server's key is taken when it is met first; where Pulumi named the server, no other after it."""
    known = (f"HostKeyAlias={alias}", "StrictHostKeyChecking=accept-new") if alias else ()
    return [word for option in (*OPTIONS, *known) for word in ("-o", option)]


@contextlib.contextmanager
def tunnel(stack: Stack) -> Iterator[int]:
    """A port of this machine that leads to the stack's broker while the block runs."""
    port = _free_port()
    forward = f"127.0.0.1:{port}:{stack.address}:{PORT}"
    command = ssh_command(stack, "-N", "-o", "ExitOnForwardFailure=yes", "-L", forward)
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            dies_with_parent(command), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
        )
        try:
            _wait(process, port, stack, said)
            yield port
        finally:
            process.terminate()
            process.wait()


def run_there(stack: Stack, words: list[str]) -> int:
    """Run `vds WORDS…` on the broker's host as its operators do; gives the exit code.

    For what reads and writes the shared storage, which this machine does not see.
    """
    remote = shlex.join(["sudo", "-n", "vds", *words])
    return subprocess.run([*ssh_command(stack), remote], check=False).returncode


def _wait(process: subprocess.Popen[bytes], port: int, stack: Stack, said: IO[bytes]) -> None:
    deadline = time.monotonic() + OPEN_S
    while True:
        if process.poll() is not None or time.monotonic() > deadline:
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines()
            why = lines[-1].strip() if lines else "no answer"
            raise VdsError(
                f"no way to {stack.address} through {stack.bastion} ({why}); "
                f"try `ssh -J {stack.ssh_user}@{stack.bastion} {stack.ssh_user}@{stack.address}`"
            )
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
