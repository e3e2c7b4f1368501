"""What a stage tells of itself with every beat, so that `vds check` can look at a system from one place."""

import hashlib
import logging
import os
import secrets
import shutil
import threading
import time
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from batch.config import Settings
from batch.ledger.holder import host

log = logging.getLogger(__name__)

#: A file in the shared folder. Who reads the same mark sees the same storage, not a folder of the same name.
MARK = ".vds-mark"
#: Seconds between two looks at the shared folder.
LOOK_S = 30.0


class Condition:
    """Of one stage. A thread of its own looks at the shared folder, as a lost NFS server blocks it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._shared: dict[str, str] = {"shared": "", "shared_seen": "0"}

    def watch(self) -> None:
        """Look at the shared folder now and then, from now on."""
        threading.Thread(target=self._watch, daemon=True, name="shared").start()

    def properties(self, redis: Any, ending: bool = False) -> dict[str, str]:
        """What goes into the ledger. `skew_ms`: how much this host's clock is ahead of the broker's."""
        scratch = self.settings.scratch_dir
        scratch.mkdir(parents=True, exist_ok=True)
        return {
            "slots": str(self.settings.slots),
            "hold": str(self.settings.hold),
            "host": host(),
            "pid": str(os.getpid()),
            "runner": self.settings.runner,
            "image": self.settings.ipf_image if self.settings.runner == "docker" else "",
            "version": code_version(),
            "free_mb": f"{shutil.disk_usage(scratch).free / 1e6:.0f}",
            "skew_ms": f"{skew_ms(redis):.0f}",
            "ending": "1" if ending else "",
            **self._shared,
        }

    def _watch(self) -> None:
        while True:
            self._shared = look_at(self.settings.shared)
            time.sleep(LOOK_S)


def look_at(shared: str) -> dict[str, str]:
    """The folder `shared`, its mark (nothing if it cannot be used), its free MB, when it was seen (s)."""
    found = {"shared": shared, "shared_mark": "", "shared_free_mb": "", "shared_seen": f"{time.time():.0f}"}
    if not shared:
        return found
    try:
        found["shared_mark"] = mark_of(Path(shared))
        found["shared_free_mb"] = f"{shutil.disk_usage(shared).free / 1e6:.0f}"
    except OSError as error:
        log.warning("shared folder %s: %s", shared, error)
    return found


def mark_of(folder: Path) -> str:
    """The folder's mark, made by whoever comes first."""
    path = folder / MARK
    aside = folder / f"{MARK}.{secrets.token_hex(4)}.part"
    if not path.exists():
        aside.write_text(secrets.token_hex(8))
        try:
            os.link(aside, path)  # unlike a rename it leaves a mark that another stage made meanwhile
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    return path.read_text().strip()


def skew_ms(redis: Any) -> float:
    """This host's clock less the broker's, in ms, at the middle of the question."""
    before = time.time()
    seconds, micros = redis.time()
    return ((before + time.time()) / 2 - seconds - micros / 1e6) * 1000


@cache
def code_version() -> str:
    """`<version>+<digest of the package's files>`: two stages with the same run the same code."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parents[1]
    for path in sorted(p for p in root.rglob("*") if p.suffix in (".py", ".lua", ".yaml", ".xsd")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    try:
        name = version("vds")
    except PackageNotFoundError:  # run from a checkout that was not installed
        name = "0"
    return f"{name}+{digest.hexdigest()[:8]}"
