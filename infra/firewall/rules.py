"""Who may open which port where: pure, so that one can read and test it without a cloud.

One security group per kind of host; nothing else is open. IPv4 only: there is no IPv6 address on the
network, and some clouds refuse IPv6 rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

GROUPS = ("bastion", "broker", "storage", "stages")

SSH = 22
NFS = 2049  # NFSv4 needs no other port
REDIS = 6379  # TLS only: see the role `redis`
NODE_METRICS = 9100  # Prometheus' node exporter


@dataclass(frozen=True)
class Ingress:
    """One opening: TCP `port` of the hosts of `group`, for a group (`from_group`) or a CIDR (`from_cidr`)."""

    group: str
    port: int
    from_group: str | None = None
    from_cidr: IPv4Network | None = None

    @property
    def name(self) -> str:
        """Unique among the openings, stable when others come and go."""
        source = self.from_group or str(self.from_cidr).replace("/", "-")
        return f"{self.group}-{self.port}-from-{source}"


def openings(ssh_from: list[IPv4Network]) -> Iterator[Ingress]:
    """Every opening of a stack. `ssh_from`: the CIDRs from which people come."""
    for cidr in dict.fromkeys(ssh_from):
        yield Ingress("bastion", SSH, from_cidr=cidr)
    for inside in ("broker", "storage", "stages"):
        yield Ingress(inside, SSH, from_group="bastion")
    yield Ingress("broker", REDIS, from_group="stages")
    # Datastrips are planned and submitted where they lie, on the storage host, or on the broker itself.
    yield Ingress("broker", REDIS, from_group="storage")
    for client in ("stages", "broker"):
        yield Ingress("storage", NFS, from_group=client)
    for watched in GROUPS:
        if watched != "broker":
            yield Ingress(watched, NODE_METRICS, from_group="broker")
