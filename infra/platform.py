"""The platform of one stack: what belongs together, in the order in which one would draw it."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pulumi
import pulumi_openstack as openstack

from infra.compute import Server, ServerArgs, Worker, workers
from infra.firewall import Firewall, FirewallArgs
from infra.inventory import Disk, Host, inventory
from infra.lookup import Found
from infra.network import Network, NetworkArgs
from infra.settings.model import Stack
from infra.storage import AttachedVolume, VolumeArgs, serial


@dataclass(frozen=True)
class PlatformArgs:
    """`stack`: the stack file; `found`: the cloud's ids; `ssh_public_key`: one line as in authorized_keys."""

    stack: Stack
    found: Found
    ssh_public_key: str


class Platform(pulumi.ComponentResource):
    """Network, firewall, bastion, broker, storage and N stage workers. Output: `inventory`.

    `name` is the stack's and begins the name of everything on the cloud.
    """

    inventory: pulumi.Output[dict[str, Any]]

    def __init__(self, name: str, args: PlatformArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("vds:platform:Platform", name, None, opts)
        self._name, self._stack, self._found = name, args.stack, args.found
        self._metadata = {"kit": "vds", "stack": name}
        self._child = pulumi.ResourceOptions(parent=self)
        tags = [f"{key}={value}" for key, value in self._metadata.items()]

        self._network = Network(
            name,
            NetworkArgs(args.stack.network, args.found.external_network, args.found.router_qos, tags),
            self._child,
        )
        self._firewall = Firewall(name, FirewallArgs(args.stack.access.ssh_from, tags), self._child)
        self._key_pair = self._key(args.ssh_public_key)

        hosts = [self._bastion(), self._broker(), self._storage(), *self._stages()]
        self.inventory = pulumi.Output.all(*hosts).apply(
            lambda known: inventory(name, args.stack, args.found.image, list(known))
        )
        self.register_outputs({"inventory": self.inventory})

    def _key(self, public_key: str) -> pulumi.Output[str]:
        # Named after the key: another one is another pair, and the servers that have the old one stay.
        digest = sha256(public_key.encode()).hexdigest()[:8]
        name = f"{self._name}-{digest}"
        return openstack.compute.Keypair(name, name=name, public_key=public_key, opts=self._child).name

    def _server(
        self,
        role: str,
        group: str,
        flavor: str,
        zone: str | None,
        networks: list[str] | None = None,
        server_group: pulumi.Input[str] | None = None,
    ) -> Server:
        return Server(
            f"{self._name}-{role}",
            ServerArgs(
                network_id=self._network.network_id,
                subnet_id=self._network.subnet_id,
                security_group_id=self._firewall.groups[group],
                flavor_id=self._found.flavors[flavor],
                image_id=self._found.image,
                boot=self._stack.servers.boot,
                key_pair=self._key_pair,
                metadata=self._metadata,
                way_out=[*self._network.way_out, self._firewall.way_out[group]],
                networks={network: self._found.networks[network] for network in networks or []},
                zone=zone,
                group_id=server_group,
            ),
            self._child,
        )

    @property
    def _zone(self) -> str | None:
        """The zone of all that is there once."""
        return next(iter(self._stack.servers.zones), None)

    def _bastion(self) -> pulumi.Output[Host]:
        flavor = self._stack.servers.bastion.flavor
        server = self._server("bastion", "bastion", flavor, self._zone)
        name = f"{self._name}-bastion"
        under = pulumi.ResourceOptions(parent=server)
        floating = openstack.networking.FloatingIp(
            f"{name}-address",
            pool=self._stack.network.external,
            tags=[f"{key}={value}" for key, value in self._metadata.items()],
            opts=under,
        )
        openstack.networking.FloatingIpAssociate(
            f"{name}-association",
            floating_ip=floating.address,
            # At the port, not the server: it stays when the server is replaced.
            port_id=server.port_id,
            # Before the router has its leg in the subnet, the public network is "not reachable from subnet".
            opts=pulumi.ResourceOptions(parent=server, depends_on=self._network.way_out),
        )
        return _host(name, ["bastion"], flavor, server, public=floating.address)

    def _broker(self) -> pulumi.Output[Host]:
        flavor = self._stack.servers.broker.flavor
        server = self._server("broker", "broker", flavor, self._zone, self._stack.network.extra)
        return _host(f"{self._name}-broker", ["broker"], flavor, server)

    def _storage(self) -> pulumi.Output[Host]:
        flavor = self._stack.servers.storage.flavor
        server = self._server("storage", "storage", flavor, self._zone, self._stack.network.extra)
        data = self._stack.data
        name = f"{self._name}-storage"
        volume = AttachedVolume(
            f"{self._name}-data",
            VolumeArgs(server.server_id, data.gb, data.volume_type, self._zone, data.protect, self._metadata),
            self._child,
        )
        return _host(name, ["storage"], flavor, server, disks=[("data", data.gb, volume.volume_id)])

    def _stages(self) -> list[pulumi.Output[Host]]:
        servers = self._stack.servers
        placed = workers(servers.stage.count, servers.zones, servers.group)
        groups = {
            number: openstack.compute.ServerGroup(
                f"{self._name}-stages-{number}",
                name=f"{self._name}-stages-{number}",
                policies=servers.group.policy,
                opts=self._child,
            ).id
            for number in dict.fromkeys(worker.group for worker in placed)
            if number is not None
        }
        return [self._stage(worker, groups) for worker in placed]

    def _stage(self, worker: Worker, groups: dict[int, pulumi.Output[str]]) -> pulumi.Output[Host]:
        flavor = self._stack.servers.stage.flavor
        name = f"{self._name}-{worker.name}"
        server = self._server(
            worker.name,
            "stages",
            flavor,
            worker.zone,
            self._stack.network.extra,
            None if worker.group is None else groups[worker.group],
        )
        scratch = self._stack.scratch
        if scratch.kind == "local" or scratch.gb is None:
            return _host(name, ["stages"], flavor, server)
        volume = AttachedVolume(
            f"{name}-scratch",
            VolumeArgs(server.server_id, scratch.gb, scratch.volume_type, worker.zone, False, self._metadata),
            pulumi.ResourceOptions(parent=server),
        )
        return _host(name, ["stages"], flavor, server, disks=[("scratch", scratch.gb, volume.volume_id)])


def _host(
    name: str,
    groups: list[str],
    flavor: str,
    server: Server,
    public: pulumi.Output[str] | None = None,
    disks: list[tuple[str, int, pulumi.Output[str]]] | None = None,
) -> pulumi.Output[Host]:
    """A host of the inventory as soon as the cloud has said its addresses and its volumes' ids."""
    known = pulumi.Output.all(
        server=server.server_id,
        address=server.address,
        public=public,
        extra=pulumi.Output.all(**server.extra) if server.extra else {},  # all() of nothing is a list
        volumes=pulumi.Output.all(*[volume for _, _, volume in disks or []]),
    )
    return known.apply(
        lambda values: Host(
            name=name,
            server=values["server"],
            groups=groups,
            flavor=flavor,
            address=values["address"],
            public=values["public"],
            extra=values["extra"],
            disks=[
                Disk(use, gb, serial(volume))
                for (use, gb, _), volume in zip(disks or [], values["volumes"], strict=True)
            ],
        )
    )
