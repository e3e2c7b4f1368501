"""What a cloud offers a project, read from `profiles/<name>.yaml`: the lab is made to look like it."""

from functools import cache
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tests.lab.home import SOURCE, LabError

FOLDER = SOURCE / "profiles"
Count = Annotated[int, Field(ge=-1)]


class Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Login(Keys):
    """With what the cloud's users log in, and as whom: an ordinary member of one project."""

    kind: Literal["password", "application_credential"]
    domain: str
    project: str
    user: str


class Flavor(Keys):
    vcpus: Annotated[int, Field(ge=1)]
    ram_mb: Annotated[int, Field(ge=128)]
    #: 0: Nova refuses to boot it from anything but a volume.
    disk_gb: Annotated[int, Field(ge=0)]


class Image(Keys):
    min_disk_gb: Annotated[int, Field(ge=0)] = 0


class SharedNetwork(Keys):
    """A provider's network that every project may have ports on."""

    cidr: IPv4Network
    gateway: IPv4Address | None = None
    mtu: int | None = None


class Network(Keys):
    external: str
    #: Of the floating IPs; from the ranges for documentation or benchmarks, so that none is anybody's.
    floating: IPv4Network
    shared: dict[str, SharedNetwork] = {}
    #: May a project say `enable_snat` of its router? Neutron refuses it by default.
    snat: Literal["allowed", "refused"] = "refused"
    #: May it give its networks a VLAN id?
    segment: Literal["allowed", "refused"] = "refused"
    #: QoS policies of routers' gateways: name and Mbit/s.
    router_qos: dict[str, int] = {}


class Compute(Keys):
    #: Hosts are dealt out to these in turn; empty: all in Nova's own default, `nova`.
    zones: list[str] = []


class Volumes(Keys):
    types: list[str]
    zones: Annotated[list[str], Field(min_length=1)] = ["nova"]


class Profile(Keys):
    name: str
    title: str
    region: str
    login: Login
    flavors: Annotated[dict[str, Flavor], Field(min_length=1)]
    images: Annotated[dict[str, Image], Field(min_length=1)]
    network: Network
    compute: Compute = Compute()
    volumes: Volumes
    #: Only what the cloud is known to limit; the rest is unlimited.
    quotas: dict[str, Count] = {}


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def load(name: str) -> Profile:
    path = FOLDER / f"{name}.yaml"
    if name not in names():
        raise LabError(f"There is no profile {name!r} in tests/lab/profiles; there are {', '.join(names())}.")
    try:
        return Profile(name=name, **yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise LabError(f"tests/lab/profiles/{path.name}: {where}: {first['msg']}.") from None


def every_volume_zone() -> list[str]:
    """Cinder's managers have their zone in the configuration, so there is one per zone of any profile."""
    return sorted({zone for name in names() for zone in load(name).volumes.zones})
