"""One server with the ports it needs, made before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_openstack as openstack

from infra.settings.model import Boot

#: What a running server keeps even when the stack file says otherwise, because a change would rebuild it with
#: everything on it. docs/cloud.md tells how one moves a server to a new image.
KEPT = [
    "image_id",
    "image_name",
    "block_devices",
    "user_data",
    "key_pair",
    "availability_zone",
    "scheduler_hints",
]


@dataclass(frozen=True)
class ServerArgs:
    """`networks`: ids of the networks with a second port, by name; `group_id`: an anti-affinity group.

    `way_out`: what must be there for the server to reach the outside, and have its routes, when it boots.
    """

    network_id: pulumi.Input[str]
    subnet_id: pulumi.Input[str]
    security_group_id: pulumi.Input[str]
    flavor_id: str
    image_id: str
    boot: Boot
    key_pair: pulumi.Input[str]
    metadata: dict[str, str]
    way_out: list[pulumi.Resource]
    networks: Mapping[str, str] = field(default_factory=dict)
    zone: str | None = None
    group_id: pulumi.Input[str] | None = None

    @property
    def tags(self) -> list[str]:
        """The metadata as Neutron wants it."""
        return [f"{key}={value}" for key, value in sorted(self.metadata.items())]


class Server(pulumi.ComponentResource):
    """Outputs: `server_id`, `port_id`, `address` on the private network, `extra`: network → address."""

    server_id: pulumi.Output[str]
    port_id: pulumi.Output[str]
    address: pulumi.Output[str]
    extra: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: ServerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("vds:compute:Server", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)

        # The private port first: the default route stays there.
        port = openstack.networking.Port(
            f"{name}-port",
            name=name,
            network_id=args.network_id,
            fixed_ips=[openstack.networking.PortFixedIpArgs(subnet_id=args.subnet_id)],
            security_group_ids=[args.security_group_id],
            admin_state_up=True,
            tags=args.tags,
            opts=child,
        )
        others = {
            network: openstack.networking.Port(
                f"{name}-{network}-port",
                name=f"{name}-{network}",
                network_id=network_id,
                security_group_ids=[args.security_group_id],
                admin_state_up=True,
                tags=args.tags,
                opts=child,
            )
            for network, network_id in args.networks.items()
        }
        server = openstack.compute.Instance(
            f"{name}-server",
            name=name,
            flavor_id=args.flavor_id,
            image_id=args.image_id if args.boot.mode == "image" else None,
            block_devices=boot_devices(args.boot, args.image_id),
            key_pair=args.key_pair,
            availability_zone=args.zone,
            networks=[
                openstack.compute.InstanceNetworkArgs(port=each.id) for each in (port, *others.values())
            ],
            scheduler_hints=[openstack.compute.InstanceSchedulerHintArgs(group=args.group_id)]
            if args.group_id is not None
            else None,
            metadata=args.metadata,
            # The ports are in use: the old server must go before its successor can take them.
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=args.way_out, delete_before_replace=True, ignore_changes=KEPT
            ),
        )

        self.server_id = server.id
        self.port_id = port.id
        self.address = first_address(port)
        self.extra = {network: first_address(each) for network, each in others.items()}
        self.register_outputs({"server_id": server.id, "address": self.address, "extra": self.extra})


def boot_devices(boot: Boot, image_id: str) -> list[openstack.compute.InstanceBlockDeviceArgs] | None:
    """The root volume, made by Nova and deleted with the server, where the flavor has no disk."""
    if boot.mode == "image":
        return None
    return [
        openstack.compute.InstanceBlockDeviceArgs(
            source_type="image",
            uuid=image_id,
            destination_type="volume",
            boot_index=0,
            volume_size=boot.gb,
            volume_type=boot.volume_type,
            delete_on_termination=True,
        )
    ]


def first_address(port: openstack.networking.Port) -> pulumi.Output[str]:
    """The address that Neutron gave to a port."""
    return port.all_fixed_ips.apply(lambda addresses: addresses[0])
