"""The lab for other tests: `lab_cloud("ovh")` is that cloud, empty and with its quotas, for a while.

    from tests.lab.fixture import lab_cloud, needs_lab

    @pytest.mark.lab
    @needs_lab
    def test_up():
        with lab_cloud("ovh") as cloud:
            subprocess.run([...], env={**os.environ, **cloud.env})
            assert cloud.leftovers() == []

A lab that this starts ends with the process, unless VDS_LAB_KEEP is set; one that runs already goes on.
"""

import atexit
import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lab.admin import Cloud, admin
from tests.lab.home import Home, home
from tests.lab.install import missing
from tests.lab.leftovers import leftovers, purge_project
from tests.lab.login import Login
from tests.lab.profile import Profile, load
from tests.lab.quota import set_quotas
from tests.lab.run import alone, start
from tests.lab.seed import seed


@dataclass(frozen=True)
class LabCloud:
    """`member`: connection of the cloud's ordinary user, as whom a test does all that it does there."""

    home: Home
    profile: Profile
    login: Login
    member: Cloud

    @property
    def env(self) -> dict[str, str]:
        """OS_* variables; add them to an environment that has no other OS_* in it."""
        return self.login.env()

    @property
    def clouds_yaml(self) -> Path:
        """With one cloud, of the profile's name."""
        return self.home.root / "clouds.yaml"

    def quota(self, **limits: int) -> None:
        """The profile's quotas and these above them: `quota(instances=5)`; `quota()`: the profile's alone."""
        with admin(self.home) as cloud:
            set_quotas(cloud, self.member.current_project_id, {**self.profile.quotas, **limits})

    def leftovers(self) -> list[str]:
        """What the project holds now, as `kind name`."""
        return leftovers(self.member)

    def purge(self) -> None:
        purge_project(self.member)


def why_not() -> str | None:
    """Why tests on the lab cannot run here; None if they can."""
    return missing(home())


needs_lab = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


@contextlib.contextmanager
def lab_cloud(name: str) -> Iterator[LabCloud]:
    """The lab, started if need be, made to look like profile `name`; its project is emptied before and after.

    One at a time on one lab: others wait.
    """
    place = home()
    with alone(place, wait=True):
        if start(place) and not os.environ.get("VDS_LAB_KEEP"):
            atexit.register(_stop, place)
        login = seed(place, load(name), purge=True)
        with login.connect() as member:
            cloud = LabCloud(place, load(name), login, member)
            try:
                yield cloud
            finally:
                cloud.quota()
                cloud.purge()


def _stop(place: Home) -> None:
    from tests.lab.process import stop

    stop(place)
