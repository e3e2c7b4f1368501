"""A volume attached to a server."""

from dataclasses import dataclass

import pulumi
import pulumi_openstack as openstack


@dataclass(frozen=True)
class VolumeArgs:
    """`protect`: Pulumi refuses to delete the volume. `zone`: None leaves it to the cloud."""

    server_id: pulumi.Input[str]
    gb: int
    volume_type: str | None
    zone: str | None
    protect: bool
    metadata: dict[str, str]


class AttachedVolume(pulumi.ComponentResource):
    """Output: `volume_id`."""

    volume_id: pulumi.Output[str]

    def __init__(self, name: str, args: VolumeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("vds:storage:AttachedVolume", name, None, opts)
        volume = openstack.blockstorage.Volume(
            f"{name}-volume",
            name=name,
            size=args.gb,
            volume_type=args.volume_type,
            availability_zone=args.zone,
            enable_online_resize=True,
            metadata=args.metadata,
            # Another type in the stack file must not cost the data: the new one is for new volumes.
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.protect,
                ignore_changes=["volume_type", "availability_zone"],
            ),
        )
        openstack.compute.VolumeAttach(
            f"{name}-attachment",
            instance_id=args.server_id,
            volume_id=volume.id,
            # A volume can be at one server only: leave the old one before going to the new one.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.volume_id = volume.id
        self.register_outputs({"volume_id": volume.id})


def serial(volume_id: str) -> str:
    """The disk's serial inside the server: Nova gives the volume's id, virtio keeps 20 characters of it."""
    return volume_id[:20]
