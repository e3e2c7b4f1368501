"""The security groups and their rules as resources."""

from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
import pulumi_openstack as openstack

from infra.firewall.rules import GROUPS, openings


@dataclass(frozen=True)
class FirewallArgs:
    ssh_from: list[IPv4Network]
    tags: list[str]


class Firewall(pulumi.ComponentResource):
    """Outputs: `groups`, security group ids by kind of host; `way_out`: the rule that lets each out."""

    groups: dict[str, pulumi.Output[str]]
    way_out: dict[str, pulumi.Resource]

    def __init__(self, name: str, args: FirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("vds:firewall:Firewall", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)

        self.groups = {
            group: openstack.networking.SecGroup(
                f"{name}-{group}",
                name=f"{name}-{group}",
                # A cloud's default rules differ and may be anything, IPv6 included: start from none.
                delete_default_rules=True,
                tags=args.tags,
                opts=child,
            ).id
            for group in GROUPS
        }
        self.way_out = {
            # Outwards anything: package mirrors, registries, object stores and resolvers differ from cloud to
            # cloud, and an egress rule that is too narrow fails late and obscurely. No prefix means anywhere.
            group: openstack.networking.SecGroupRule(
                f"{name}-{group}-out",
                security_group_id=self.groups[group],
                direction="egress",
                ethertype="IPv4",
                opts=child,
            )
            for group in GROUPS
        }
        for opening in openings(args.ssh_from):
            openstack.networking.SecGroupRule(
                f"{name}-{opening.name}",
                security_group_id=self.groups[opening.group],
                direction="ingress",
                ethertype="IPv4",
                protocol="tcp",
                port_range_min=opening.port,
                port_range_max=opening.port,
                remote_group_id=self.groups[opening.from_group] if opening.from_group else None,
                remote_ip_prefix=str(opening.from_cidr) if opening.from_cidr else None,
                opts=child,
            )
        self.register_outputs({"groups": self.groups})
