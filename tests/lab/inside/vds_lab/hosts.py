"""Nova virt driver: the in-tree fake, with hosts that survive a restart and the hook for real ones."""

import uuid
from typing import Any

from nova import context as n_context
from nova import exception, objects
from nova.compute import power_state
from nova.virt import fake

from vds_lab import hook

#: Any fixed UUID: names of hosts become UUIDs of nodes by it, the same ones after every restart.
NAMESPACE = uuid.UUID("6f736c61-6200-4000-8000-000000000000")


def node_uuid(name: str) -> str:
    return str(uuid.uuid5(NAMESPACE, name))


class LabDriver(fake.FakeDriver):  # type: ignore[misc]
    #: Room for any study's fleet on a single host; what limits is quota and anti-affinity.
    vcpus = 1024
    memory_mb = 4 * 1024 * 1024
    local_gb = 1024 * 1024

    def init_host(self, host: str) -> None:
        super().init_host(host)
        # The in-tree fake forgets its guests when Nova restarts: they are read back.
        for guest in objects.InstanceList.get_by_host(n_context.get_admin_context(), host):
            if guest.vm_state in ("active", "stopped", "error"):
                state = power_state.SHUTDOWN if guest.vm_state == "stopped" else power_state.RUNNING
                self.instances[guest.uuid] = fake.FakeInstance(guest.name, state, guest.uuid)

    # Random node UUIDs of the in-tree fake would make each restart a new set of hosts.
    def get_available_resource(self, nodename: str) -> dict[str, Any]:
        resource: dict[str, Any] = super().get_available_resource(nodename)
        if resource:
            resource["uuid"] = node_uuid(nodename)
        return resource

    def get_nodenames_by_uuid(self, refresh: bool = False) -> dict[str, str]:
        return {node_uuid(name): name for name in self.get_available_nodes()}

    def detach_interface(self, context: Any, instance: Any, vif: Any) -> None:
        self._interfaces.pop(vif["id"], None)  # the in-tree fake refuses what it did not attach itself

    def spawn(
        self,
        context: Any,
        instance: Any,
        image_meta: Any,
        injected_files: Any,
        admin_password: Any,
        allocations: Any,
        network_info: Any = None,
        block_device_info: Any = None,
        power_on: bool = True,
        accel_info: Any = None,
    ) -> None:
        super().spawn(
            context,
            instance,
            image_meta,
            injected_files,
            admin_password,
            allocations,
            network_info,
            block_device_info,
            power_on,
            accel_info,
        )
        mappings = (block_device_info or {}).get("block_device_mapping") or []
        volumes = [
            {
                "id": (mapping.get("connection_info") or {}).get("serial"),
                "device": mapping.get("mount_device"),
            }
            for mapping in mappings
        ]
        self._call("spawn", instance, nics=_nics(network_info), volumes=volumes)

    def destroy(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        block_device_info: Any = None,
        destroy_disks: bool = True,
        destroy_secrets: bool = True,
    ) -> None:
        self._call("destroy", instance)
        super().destroy(context, instance, network_info, block_device_info, destroy_disks)

    def power_on(self, context: Any, instance: Any, *more: Any, **named: Any) -> None:
        super().power_on(context, instance, *more, **named)
        self._call("power_on", instance)

    def power_off(self, instance: Any, *more: Any, **named: Any) -> None:
        super().power_off(instance, *more, **named)
        self._call("power_off", instance)

    def reboot(self, context: Any, instance: Any, *more: Any, **named: Any) -> None:
        self._call("reboot", instance)  # the in-tree fake only powers on, which is so already

    def attach_volume(
        self, context: Any, connection_info: Any, instance: Any, mountpoint: str, *more: Any, **named: Any
    ) -> None:
        super().attach_volume(context, connection_info, instance, mountpoint, *more, **named)
        self._call("attach", instance, volume={"id": connection_info.get("serial"), "device": mountpoint})

    def detach_volume(
        self, context: Any, connection_info: Any, instance: Any, mountpoint: str, *more: Any, **named: Any
    ) -> None:
        super().detach_volume(context, connection_info, instance, mountpoint, *more, **named)
        self._call("detach", instance, volume={"id": connection_info.get("serial"), "device": mountpoint})

    def _call(self, verb: str, instance: Any, **more: Any) -> None:
        """Nova puts the server in ERROR when this raises, as it would for a real hypervisor."""
        wrong = hook.call(
            verb,
            {
                "uuid": instance.uuid,
                "hostname": instance.hostname,
                "display_name": instance.display_name,
                "flavor": instance.flavor.name,
                "vcpus": instance.flavor.vcpus,
                "ram_mb": instance.flavor.memory_mb,
                "disk_gb": instance.flavor.root_gb,
                "project": instance.project_id,
                "key": instance.key_data,
                "user_data": instance.user_data,
                "metadata": dict(instance.metadata or {}),
                "host": self._host,
                **more,
            },
        )
        if wrong:
            raise exception.NovaException(wrong)


def _nics(network_info: Any) -> list[dict[str, Any]]:
    """Per port: id, MAC, network, MTU, and per fixed address: ip, cidr, gateway, floating addresses."""
    return [
        {
            "port": vif["id"],
            "mac": vif["address"],
            "network": vif["network"]["id"],
            "mtu": vif["network"].get_meta("mtu"),
            "fixed": [
                {
                    "ip": ip["address"],
                    "cidr": str(subnet["cidr"]),
                    "gateway": (subnet.get("gateway") or {}).get("address"),
                    "floating": [floating["address"] for floating in ip.get("floating_ips", [])],
                }
                for subnet in vif["network"]["subnets"]
                for ip in subnet["ips"]
            ],
        }
        for vif in network_info or []
    ]
