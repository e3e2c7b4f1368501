"""From whatever state to a running lab."""

from tests.lab.build import build, restore
from tests.lab.home import Home, LabError
from tests.lab.install import install, missing
from tests.lab.process import running, start_services


def start(home: Home) -> bool:
    """Build if that was never done, restore if the data were dropped, start. False if it ran already."""
    if running(home):
        return False
    wrong = missing(home)
    if wrong:
        raise LabError(wrong)
    if not home.template.exists():
        build(home)
    if not (home.data / "mysql").is_dir():
        restore(home)
    start_services(home)
    return True


def up(home: Home) -> None:
    """The same, and installs first."""
    if missing(home):
        install(home)
    start(home)
