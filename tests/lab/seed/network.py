"""The external network, networks that the cloud shares with all, and QoS policies of routers' gateways."""

from ipaddress import IPv4Address, IPv4Network

from tests.lab.admin import Cloud
from tests.lab.profile import Profile


def seed(cloud: Cloud, profile: Profile) -> None:
    wanted = profile.network
    names = {wanted.external, *wanted.shared}
    for old in [*cloud.network.networks(is_router_external=True), *cloud.network.networks(is_shared=True)]:
        subnets = [cloud.network.get_subnet(subnet) for subnet in old.subnet_ids]
        # Two clouds may call theirs the same; by its addresses it is told whose it is.
        same = [subnet.cidr for subnet in subnets] == [
            str(wanted.floating if old.name == wanted.external else wanted.shared[old.name].cidr)
            for _ in [old]
            if old.name in names
        ]
        if same:
            names.remove(old.name)
        else:
            cloud.network.delete_network(old)
    if wanted.external in names:
        network = cloud.network.create_network(
            name=wanted.external,
            is_router_external=True,
            provider_network_type="flat",
            provider_physical_network="external",
            mtu=1500,
        )
        _subnet(cloud, network.id, wanted.floating, wanted.floating[1])
    for name, shared in wanted.shared.items():
        if name in names:
            network = cloud.network.create_network(
                name=name,
                is_shared=True,
                provider_network_type="flat",
                provider_physical_network=name,
                **({"mtu": shared.mtu} if shared.mtu else {}),
            )
            _subnet(cloud, network.id, shared.cidr, shared.gateway)
    _router_qos(cloud, wanted.router_qos)


def _subnet(cloud: Cloud, network: str, cidr: IPv4Network, gateway: IPv4Address | None) -> None:
    cloud.network.create_subnet(
        network_id=network,
        cidr=str(cidr),
        ip_version=4,
        gateway_ip=str(gateway) if gateway else None,
        is_dhcp_enabled=False,
    )


def _router_qos(cloud: Cloud, wanted: dict[str, int]) -> None:
    there = set()
    for policy in cloud.network.qos_policies():
        if policy.name in wanted:
            there.add(policy.name)
        else:
            cloud.network.delete_qos_policy(policy)
    for name, mbit in wanted.items():
        if name not in there:
            policy = cloud.network.create_qos_policy(name=name, shared=True)
            for direction in ("egress", "ingress"):
                cloud.network.create_qos_bandwidth_limit_rule(
                    policy, max_kbps=mbit * 1000, max_burst_kbps=0, direction=direction
                )
