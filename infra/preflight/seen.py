"""What the cloud says, as plain data: fetched once, then judged without a cloud."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Untold:
    """The cloud does not tell, and why."""

    reason: str


@dataclass(frozen=True)
class Flavor:
    """`ram_mb` in MiB as Nova has it, `disk_gb` 0 for none."""

    vcpus: int
    ram_mb: int
    disk_gb: int


@dataclass(frozen=True)
class Image:
    id: str
    name: str
    status: str
    min_disk_gb: int = 0
    min_ram_mb: int = 0
    created: str = ""


@dataclass(frozen=True)
class Network:
    id: str
    external: bool


@dataclass(frozen=True)
class Quota:
    """`limit` −1: none."""

    limit: int
    used: int


@dataclass(frozen=True)
class Owned:
    """What this stack has there already, by name, or how many of what needs no name; volumes in GB."""

    servers: dict[str, Flavor] = field(default_factory=dict)
    volumes: dict[str, int] = field(default_factory=dict)
    ports: frozenset[str] = frozenset()
    server_groups: frozenset[str] = frozenset()
    security_groups: frozenset[str] = frozenset()
    networks: int = 0
    routers: int = 0
    floating_ips: int = 0


@dataclass(frozen=True)
class Seen:
    """`networks`: by name, as many as have it; `quotas`: by our names (infra/preflight/need.py).

    `extensions`: Neutron's, by alias; `compute_api` and `volume_api`: the newest microversion there.
    """

    flavors: dict[str, Flavor] | Untold
    images: list[Image] | Untold
    networks: dict[str, list[Network]] | Untold
    volume_types: list[str] | Untold
    zones: list[str] | Untold
    volume_zones: list[str] | Untold
    router_qos: list[str] | Untold
    quotas: dict[str, Quota | Untold]
    owned: Owned
    extensions: list[str] | Untold
    compute_api: tuple[int, int] | Untold
    volume_api: tuple[int, int] | Untold
