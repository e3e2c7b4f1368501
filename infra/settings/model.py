"""Keys of a stack file below `vds:`. One class per key; a key that is not here is a mistake.

`None` means: leave it to the cloud. Sizes are in GB as the clouds sell them (Cinder's GiB), money in EUR
without VAT.
"""

import datetime
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S(.*\S)?$")]
Count = Annotated[int, Field(ge=0, le=200)]
Gigabytes = Annotated[int, Field(ge=1, le=32_768)]
Url = Annotated[str, Field(pattern=r"^https?://\S+$")]


class Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cloud(Keys):
    """Which cloud this is, for people; and where and how one logs in (infra/settings/login.py).

    OS_AUTH_URL and OS_REGION_NAME win over `auth_url` and `region`, so that a lab can stand in for the cloud.
    """

    title: Name
    status: Literal["live", "closing", "lab"]
    auth: Literal["password", "application_credential"]
    auth_url: Url | None = None
    region: Name | None = None
    #: What must hold before the first `pulumi up`, one sentence each, told by the preflight.
    prerequisites: list[str] = []


class Route(Keys):
    destination: IPv4Network
    via: IPv4Address


class Network(Keys):
    #: The network with the public addresses; floating IPs come from it.
    external: Name
    cidr: IPv4Network
    gateway: IPv4Address | None = None
    dns: list[IPv4Address] = []
    mtu: Annotated[int, Field(ge=1280, le=9216)] | None = None
    #: VLAN id, where the cloud's private networks have one.
    segment: Annotated[int, Field(ge=1, le=4094)] | None = None
    #: Some clouds forbid the key, some need it, some default to false: hence three states.
    snat: bool | None = None
    #: QoS policy of the router's external gateway, by name.
    router_qos: Name | None = None
    #: Networks of the cloud that stage workers and storage get a second port on.
    extra: list[Name] = []
    routes: list[Route] = []


class Access(Keys):
    """Who may come in, and as whom; `ssh_public_key`: the key pair's public half, the text or its file."""

    ssh_user: Name
    ssh_from: list[IPv4Network] = []
    ssh_public_key: str | None = None


class Image(Keys):
    name: Name
    #: Pinned: a name may mean another image tomorrow. `make preflight` prints the line to add.
    id: str | None = None


class Boot(Keys):
    """`volume` where the flavor has no disk: Nova makes the volume and deletes it with its server."""

    mode: Literal["image", "volume"]
    gb: Gigabytes | None = None
    volume_type: Name | None = None


class Server(Keys):
    flavor: Name


class Stages(Server):
    count: Annotated[int, Field(ge=1, le=200)]


class Group(Keys):
    """Anti-affinity groups of the stage workers; `max` members each, where the cloud has such a limit."""

    policy: Literal["anti-affinity", "soft-anti-affinity", "none"]
    max: Annotated[int, Field(ge=1)] | None = None


class Servers(Keys):
    bastion: Server
    broker: Server
    storage: Server
    stage: Stages
    boot: Boot
    group: Group
    #: Used in turn by the stage workers; storage and its volume are in the first. Empty: the cloud's choice.
    zones: list[Name] = []


class Volume(Keys):
    gb: Gigabytes
    volume_type: Name | None = None


class Data(Volume):
    #: `pulumi destroy` refuses while this is true.
    protect: bool = True


class Scratch(Keys):
    """`local`: the flavor's own disk; `volume`: one volume per stage worker, deleted with it."""

    kind: Literal["local", "volume"]
    gb: Gigabytes | None = None
    volume_type: Name | None = None


class Shared(Keys):
    """Inputs, vDS and products, at the same path everywhere."""

    kind: Literal["nfs"]
    path: str = "/srv/vds"


class ObjectStore(Keys):
    """S3. Without an `endpoint` there is none."""

    endpoint: Url | None
    region: Name | None
    bucket: Name | None = None
    #: Where roles find the keys: a file on the operator's machine, or the instance's metadata.
    credentials: Literal["file", "metadata", "none"]


class Limits(Keys):
    """How gently the cloud wants to be treated."""

    parallel: Annotated[int, Field(ge=1, le=50)] = 10
    settle_s: Annotated[int, Field(ge=0, le=600)] = 0


class Figure(Keys):
    """A price or index with where it is from. `value: null` is unknown, and stays so."""

    value: float | None
    #: measured: by us on that cloud; list: published by the provider, or by those who measured it;
    #: estimate: derived as `source` says; unknown: not found.
    status: Literal["measured", "list", "estimate", "unknown"]
    date: datetime.date | None = None
    source: str
    #: Bounds where it is known no better, same unit.
    low: float | None = None
    high: float | None = None


class FlavorPrice(Keys):
    vcpus: int
    ram_gb: float
    #: Local disk; 0: none, so that one boots from a volume; None: not known.
    disk_gb: float | None = 0
    hour: Figure
    month: Figure
    year: Figure  # per month, committed for a year
    perf_index: Figure  # Geekbench 6 multi-core, c2-60 = 1


class Price(Keys):
    """EUR without VAT."""

    flavors: dict[str, FlavorPrice]
    volume_gb_month: dict[str, Figure]
    object_gb_month: Figure
    floating_ip_hour: Figure
    router_hour: Figure
    egress_gb: Figure


class Stack(Keys):
    """A stack file's `vds:` keys, whole."""

    cloud: Cloud
    network: Network
    access: Access
    image: Image
    servers: Servers
    data: Data
    scratch: Scratch
    shared: Shared
    s3: ObjectStore
    eodata: ObjectStore
    limits: Limits = Limits()
    price: Price
