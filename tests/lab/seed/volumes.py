"""Volume types and the zones that volumes can be in."""

from tests.lab.admin import Cloud
from tests.lab.home import LabError
from tests.lab.profile import Profile


def seed(cloud: Cloud, profile: Profile, project: str) -> None:
    """`project`: id; its volumes are of the profile's first type unless they say otherwise."""
    cinder = cloud.block_storage
    for default in cinder.default_types():  # a type that is somebody's default could not be deleted
        cinder.unset_default_type(default.project_id)
    there = {}
    for kind in cinder.types():
        if kind.name in profile.volumes.types:
            there[kind.name] = kind
        elif kind.name != "__DEFAULT__":
            cinder.delete_type(kind)  # before its twin is made: to the database, ssd and SSD are one name
    for name in profile.volumes.types:
        if name not in there:
            there[name] = cinder.create_type(name=name)
    cinder.set_default_type(project, there[profile.volumes.types[0]])
    managers = list(cinder.services(binary="cinder-volume"))
    if not set(profile.volumes.zones) <= {manager.availability_zone for manager in managers}:
        raise LabError(
            "The lab was started before this profile had its zones: `make lab-stop`, then `make lab`."
        )
    for manager in managers:
        enable = manager.availability_zone in profile.volumes.zones
        if enable and manager.status != "enabled":
            cinder.enable_service(manager)
        elif not enable and manager.status == "enabled":
            cinder.disable_service(manager)
