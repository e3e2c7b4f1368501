"""Volume types and the zones that volumes can be in."""

from tests.lab.admin import Cloud
from tests.lab.home import Home, LabError
from tests.lab.process import sql
from tests.lab.profile import Profile


def seed(home: Home, cloud: Cloud, profile: Profile, project: str) -> None:
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
    _zones(home, cloud, profile.volumes.zones)


def _zones(home: Home, cloud: Cloud, zones: list[str]) -> None:
    """Managers of other zones are disabled: by SQL, since Cinder 29.0 answers such calls with 200 alone."""
    there = {manager.availability_zone for manager in cloud.block_storage.services(binary="cinder-volume")}
    if not set(zones) <= there:
        raise LabError(
            "The lab was started before this profile had its zones: `make lab-stop`, then `make lab`."
        )
    listed = ", ".join(f"'{zone}'" for zone in zones)
    flag = f"update cinder.services set disabled = availability_zone not in ({listed})"
    if not sql(home, f"{flag} where `binary` = 'cinder-volume';"):
        raise LabError(f"Cinder's zones could not be set; see {home.log / 'mariadb.log'}.")
