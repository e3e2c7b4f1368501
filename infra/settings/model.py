"""Keys of a stack file below `vds:`. One class per key; a key that is not here is a mistake.

`None` means: leave it to the cloud. Sizes are in GB as the clouds sell them (Cinder's GiB), money in EUR
without VAT. The text below each attribute is its description in docs/add-a-cloud.md.
"""

import datetime
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _day(value: Any) -> Any:
    # Pulumi rewrites a date without quotes as "2026-01-31 00:00:00 +0000 UTC" when it next touches the file.
    return value[:10] if isinstance(value, str) and "00:00:00" in value[10:] else value


Day = Annotated[datetime.date, BeforeValidator(_day)]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S(.*\S)?$")]
Count = Annotated[int, Field(ge=1, le=200)]
Gigabytes = Annotated[int, Field(ge=1, le=32_768)]
Url = Annotated[str, Field(pattern=r"^https?://\S+$")]


class Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Cloud(Keys):
    """Which cloud this is, and where and how one logs in."""

    title: Name
    """Its name, for people."""
    status: Literal["live", "closing", "lab"]
    """Closing: to preview and to compare, no longer to build on."""
    auth: Literal["password", "application_credential"]
    """What its users log in with; an application credential in the environment is taken in any case."""
    auth_url: Url | None = None
    """Keystone v3. OS_AUTH_URL wins over it, so that a lab can stand in for the cloud."""
    region: Name | None = None
    """OS_REGION_NAME wins over it."""
    prerequisites: list[str] = []
    """What must hold before the first `pulumi up` and no API tells; the preflight lists it."""


class Route(Keys):
    destination: IPv4Network
    """Where to."""
    via: IPv4Address
    """Next hop, an address of the subnet."""


class Network(Keys):
    """External network, private subnet, router and its SNAT, further networks and routes."""

    external: Name
    """The network with the public addresses; floating IPs come from it."""
    cidr: IPv4Network
    """The private subnet; everything but the bastion's floating IP is in it."""
    gateway: IPv4Address | None = None
    """The router's address in the subnet; null: the first."""
    dns: list[IPv4Address] = []
    """Resolvers handed out by DHCP."""
    mtu: Annotated[int, Field(ge=1280, le=9216)] | None = None
    """MTU of the private network."""
    segment: Annotated[int, Field(ge=1, le=4094)] | None = None
    """VLAN id, where the cloud's private networks have one."""
    segment_type: Name = "vlan"
    """What the cloud calls the networks that have such an id; sent with it only."""
    snat: bool | None = None
    """Some clouds forbid the key, some need it, some default to false: hence three states."""
    router_qos: Name | None = None
    """QoS policy of the router's external gateway, by name; some clouds sell gateways in such sizes."""
    extra: list[Name] = []
    """Networks of the cloud that all servers but the bastion get a second port on."""
    routes: list[Route] = []
    """Further routes, handed out by DHCP."""


class Access(Keys):
    """Who may come in by SSH, as whom, with which key."""

    ssh_user: Name
    """The image's user."""
    ssh_from: list[IPv4Network] = []
    """From where the bastion may be reached; your own address, to be set before the first `pulumi up`."""
    ssh_public_key: str | None = None
    """The public half of your key, its text or its file; to be set before the first `pulumi up`."""


class Image(Keys):
    """Image of all servers, by name and pinned by id."""

    name: Name
    """As the cloud lists it."""
    id: str | None = None
    """Pinned: a name may mean another image tomorrow. `make preflight` prints the line to add."""


class Boot(Keys):
    mode: Literal["image", "volume"]
    """`volume` where the flavor has no disk: Nova makes the volume and deletes it with its server."""
    gb: Gigabytes | None = None
    """Of the boot volume."""
    volume_type: Name | None = None
    """Of the boot volume."""


class Server(Keys):
    flavor: Name
    """Its flavor."""


class Stages(Server):
    count: Count
    """How many stage workers."""
    scenes: Annotated[int, Field(ge=4, le=600)] | None = None
    """Scenes of a vDS at most that suit them: `vds submit` on the deployed system takes it where it is not
    told; `vds size --write` finds it. null: one vDS per stage."""
    commitment: Literal["hour", "month", "year"] = "hour"
    """For how long servers are rented, for the cost that monitoring shows; `vds size --write` finds the
    cheapest."""


class Group(Keys):
    policy: Literal["anti-affinity", "soft-anti-affinity", "none"]
    """Of the server groups that the stage workers are in, filled one after the other."""
    max: Count | None = None
    """Members of a group, where the cloud has such a limit."""


class Servers(Keys):
    """Flavors, number of stage workers, boot, anti-affinity groups, zones."""

    bastion: Server
    """The way in; it only forwards SSH."""
    broker: Server
    """Redis, with the ledger; monitoring."""
    storage: Server
    """The file server."""
    stage: Stages
    """The stage workers."""
    boot: Boot
    """What servers boot from."""
    group: Group
    """Anti-affinity of the stage workers."""
    zones: list[Name] = []
    """Used in turn by the stage workers; all else is in the first. Empty: the cloud's choice."""


class Volume(Keys):
    gb: Gigabytes
    """Its size."""
    volume_type: Name | None = None
    """As the cloud calls it; null: its default."""


class Data(Volume):
    """Data volume of the storage server."""

    protect: bool = True
    """`pulumi destroy` refuses while this is true."""


class Scratch(Keys):
    """Scratch of each stage worker."""

    kind: Literal["local", "volume"]
    """`local`: the flavor's own disk; `volume`: one volume per stage worker, deleted with it."""
    gb: Gigabytes | None = None
    """Of the scratch volume."""
    volume_type: Name | None = None
    """Of the scratch volume."""


class Shared(Keys):
    """How inputs, vDS and products are shared, and where."""

    kind: Literal["nfs", "mount"]
    """`nfs`: from the storage server; `mount`: a file service of the cloud's, which every server mounts."""
    path: Annotated[str, Field(pattern=r"^/\S+$")] = "/srv/vds"
    """The same path everywhere."""
    device: str | None = None
    """With kind mount, what is mounted, as in fstab: `<address>:/<share>`."""
    fstype: Name | None = None
    """With kind mount, its file system: `nfs4`, `glusterfs`, `ceph`."""
    options: str | None = None
    """With kind mount, the mount's options; null: as the role finds right for the file system."""
    packages: list[Name] = []
    """With kind mount, Debian packages that mounting it takes."""


class ObjectStore(Keys):
    endpoint: Url | None
    """S3; null: there is none."""
    region: Name | None
    """As S3 clients want it."""
    bucket: Name | None = None
    """The bucket."""
    credentials: Literal["file", "metadata", "none"]
    """Where the roles find the keys: a file on the operator's machine, or the instance's metadata."""
    addressing: Literal["path", "virtual"] = "path"
    """Where the bucket's name goes: into the path, or into the host's name."""


class Limits(Keys):
    """How gently the cloud wants to be treated."""

    parallel: Annotated[int, Field(ge=1, le=50)] = 10
    """Operations at once, for `pulumi up --parallel`."""


class Figure(Keys):
    """A price or index with where it is from. `value: null` is unknown, and stays so."""

    value: float | None
    """The figure."""
    status: Literal["measured", "list", "estimate", "unknown"]
    """measured: by us on that cloud; list: published by the provider, or by those who measured it;
    estimate: derived as `source` says; unknown: not found."""
    date: Day | None = None
    """Of the source."""
    source: str
    """Where it is from, or how it was derived."""
    low: float | None = None
    """Lower bound where it is known no better, same unit."""
    high: float | None = None
    """Upper bound."""


class FlavorPrice(Keys):
    vcpus: Annotated[int, Field(ge=1)]
    """vCPU."""
    ram_gb: Annotated[float, Field(gt=0)]
    """Memory."""
    disk_gb: Annotated[float, Field(ge=0)] | None = 0
    """Local disk; 0: none, so that one boots from a volume; null: not known."""
    hour: Figure
    """EUR per hour, on demand."""
    month: Figure
    """EUR per month, by the month."""
    year: Figure
    """EUR per month, committed for a year."""
    perf_index: Figure
    """Geekbench 6 multi-core, OVH's c2-60 = 1."""


class Price(Keys):
    """EUR without VAT, each figure with its source."""

    flavors: dict[str, FlavorPrice]
    """Of the flavors in use and of those worth comparing."""
    volume_gb_month: dict[str, Figure]
    """EUR per GB and month of each volume type."""
    object_gb_month: Figure
    """EUR per GB and month in the object store."""
    floating_ip_hour: Figure
    """EUR per hour of a floating IP."""
    router_hour: Figure
    """EUR per hour of the router."""
    egress_gb: Figure
    """EUR per GB to the Internet."""


class Stack(Keys):
    """A stack file's `vds:` keys, whole."""

    cloud: Cloud
    """Which cloud this is, and where and how one logs in"""
    network: Network
    """External network, private subnet, router and its SNAT, further networks and routes"""
    access: Access
    """Who may come in by SSH, as whom, with which key"""
    image: Image
    """Image of all servers, by name and pinned by id"""
    servers: Servers
    """Flavors, number of stage workers, boot, anti-affinity groups, zones"""
    data: Data
    """Data volume of the storage server"""
    scratch: Scratch
    """Scratch of each stage worker, local disk or volume"""
    shared: Shared
    """How inputs, vDS and products are shared, and under which path"""
    s3: ObjectStore
    """Object store of the project"""
    eodata: ObjectStore
    """Object store with the Sentinel-2 archive"""
    limits: Limits = Limits()
    """How gently the cloud wants to be treated"""
    price: Price
    """EUR without VAT, each figure with its source"""
