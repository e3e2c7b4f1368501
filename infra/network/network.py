"""One network, one subnet, one router with a gateway to the outside, all of the stack's own."""

from dataclasses import dataclass

import pulumi
import pulumi_openstack as openstack

from infra.settings import model


@dataclass(frozen=True)
class NetworkArgs:
    """`external_network`, `router_qos`: ids, already looked up; the rest as the stack file says."""

    settings: model.Network
    external_network: str
    router_qos: str | None
    tags: list[str]


class Network(pulumi.ComponentResource):
    """Outputs: `network_id`, `subnet_id`; `way_out` is what whoever needs the outside must wait for."""

    network_id: pulumi.Output[str]
    subnet_id: pulumi.Output[str]
    way_out: list[pulumi.Resource]

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("vds:network:Network", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        settings = args.settings

        network = openstack.networking.Network(
            f"{name}-network",
            name=name,
            mtu=settings.mtu,
            value_specs=segment(settings),
            tags=args.tags,
            opts=child,
        )
        subnet = openstack.networking.Subnet(
            f"{name}-subnet",
            name=name,
            network_id=network.id,
            ip_version=4,
            cidr=str(settings.cidr),
            gateway_ip=str(settings.gateway) if settings.gateway else None,
            dns_nameservers=[str(address) for address in settings.dns] or None,
            tags=args.tags,
            opts=child,
        )
        router = openstack.networking.Router(
            f"{name}-router",
            name=name,
            external_network_id=args.external_network,
            # Three states: some clouds refuse the key whatever its value, so unset must mean absent.
            enable_snat=settings.snat,
            external_qos_policy_id=args.router_qos,
            tags=args.tags,
            opts=child,
        )
        interface = openstack.networking.RouterInterface(
            f"{name}-interface", router_id=router.id, subnet_id=subnet.id, opts=child
        )
        routes = [
            openstack.networking.SubnetRoute(
                f"{name}-route-{index:02d}",
                subnet_id=subnet.id,
                destination_cidr=str(route.destination),
                next_hop=str(route.via),
                opts=child,
            )
            for index, route in enumerate(settings.routes, start=1)
        ]

        self.way_out = [interface, *routes]
        self.network_id = network.id
        self.subnet_id = subnet.id
        self.register_outputs({"network_id": network.id, "subnet_id": subnet.id})


def segment(settings: model.Network) -> dict[str, str] | None:
    """The provider attributes of a network with a VLAN id of its own."""
    if settings.segment is None:
        return None
    return {
        "provider:network_type": settings.segment_type,
        "provider:segmentation_id": str(settings.segment),
    }
