"""What the stack file names and the cloud knows by id: asked once, before anything is created."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pulumi
import pulumi_openstack as openstack

from infra.settings.model import Stack

Ask = Callable[[str, pulumi.InvokeOptions | None], str]


@dataclass(frozen=True)
class Found:
    """Ids of what is there already.

    `image`: the pinned one, where the stack file pins one; `networks`: the extra ones, by name.
    """

    external_network: str
    image: str
    flavors: dict[str, str]
    networks: dict[str, str] = field(default_factory=dict)
    router_qos: str | None = None


def find(stack: Stack, opts: pulumi.InvokeOptions | None = None) -> Found:
    """Look everything up; a name that the cloud does not know ends the program with its key.

    Synchronous on purpose: outputs would be awaited while the first resources are being created already.
    """
    servers, network = stack.servers, stack.network
    flavors = {
        getattr(servers, role).flavor: f"servers.{role}.flavor"
        for role in ("stage", "storage", "broker", "bastion")
    }

    def ask(key: str, name: str, lookup: Ask) -> str:
        try:
            return lookup(name, opts)
        except Exception as error:
            raise pulumi.RunError(
                f"vds:{key}: the cloud has no {name!r} for this project ({_last_line(error)}). "
                "`make preflight` lists what is there; correct the key in the stack file."
            ) from error

    return Found(
        external_network=ask("network.external", network.external, _external_network),
        image=stack.image.id or ask("image.name", stack.image.name, _image),
        flavors={name: ask(key, name, _flavor) for name, key in flavors.items()},
        networks={name: ask("network.extra", name, _network) for name in network.extra},
        router_qos=ask("network.router_qos", network.router_qos, _qos) if network.router_qos else None,
    )


def _external_network(name: str, opts: pulumi.InvokeOptions | None) -> str:
    return openstack.networking.get_network(name=name, external=True, opts=opts).id


def _network(name: str, opts: pulumi.InvokeOptions | None) -> str:
    return openstack.networking.get_network(name=name, opts=opts).id


def _qos(name: str, opts: pulumi.InvokeOptions | None) -> str:
    return openstack.networking.get_qos_policy(name=name, opts=opts).id


def _image(name: str, opts: pulumi.InvokeOptions | None) -> str:
    return openstack.images.get_image(name=name, most_recent=True, opts=opts).id


def _flavor(name: str, opts: pulumi.InvokeOptions | None) -> str:
    return openstack.compute.get_flavor(name=name, opts=opts).id


def _last_line(error: Exception) -> str:
    return next((line.strip() for line in reversed(str(error).splitlines()) if line.strip()), repr(error))
