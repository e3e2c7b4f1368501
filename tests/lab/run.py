"""From whatever state to a running lab."""

import contextlib
import fcntl
from collections.abc import Iterator

from tests.lab.build import build, fresh, restore, template
from tests.lab.home import Home, LabError
from tests.lab.install import install, missing
from tests.lab.process import running, start_services, stop


@contextlib.contextmanager
def alone(home: Home, wait: bool) -> Iterator[None]:
    """For who changes which cloud the lab is: one at a time, and never under a running test."""
    with (home.run / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise LabError(
                f"A test or another command has the lab in {home.root}: wait for its end, or use another "
                "(VDS_LAB_HOME and VDS_LAB_PORT)."
            ) from None
        yield


def start(home: Home) -> bool:
    """Build if that was never done, restore if the data were dropped, start. False if it ran already."""
    if running(home):
        return False
    wrong = missing(home)
    if wrong:
        raise LabError(wrong)
    if not template(home).exists():
        build(home)
    if not fresh(home):
        stop(home)
        restore(home)
    start_services(home)
    return True


def up(home: Home) -> None:
    """The same, and installs first."""
    if missing(home):
        install(home)
    start(home)
