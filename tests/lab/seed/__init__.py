"""Make the lab look like one cloud: region, project, flavors, images, networks, zones, volume types, quotas.

One cloud at a time, so that lists show what that cloud has and nothing else. Seeding again changes nothing;
seeding another profile first removes what the previous project left, which is refused unless `purge` says so.
"""

from tests.lab.admin import Cloud, admin
from tests.lab.home import Home, LabError
from tests.lab.leftovers import leftovers, purge_project
from tests.lab.login import Login, current, forget, remember
from tests.lab.profile import Profile
from tests.lab.quota import set_quotas
from tests.lab.seed import compute, identity, images, network, volumes


def seed(home: Home, profile: Profile, purge: bool = False) -> Login:
    """The lab must run. Gives the login of the cloud's user, which is also kept for `env`."""
    _clear(home, purge)
    with admin(home) as cloud:
        return _seed(home, cloud, profile)


def _seed(home: Home, cloud: Cloud, profile: Profile) -> Login:
    forget(home)  # until all is done there is no current cloud
    project, user = identity.seed(home, cloud, profile)
    compute.seed(cloud, profile)
    images.seed(cloud, profile)
    network.seed(cloud, profile)
    volumes.seed(home, cloud, profile, project.id)
    set_quotas(cloud, project.id, profile.quotas)
    return remember(home, identity.login(home, profile, project, user))


def _clear(home: Home, purge: bool) -> None:
    previous = current(home)
    if previous is None:
        return
    with previous.connect() as member:
        left = leftovers(member)
        if left and not purge:
            raise LabError(
                f"The lab's project {previous.profile} still holds {', '.join(left[:5])}"
                f"{' …' if len(left) > 5 else ''}: delete them first, or say --purge."
            )
        if left:
            purge_project(member)
