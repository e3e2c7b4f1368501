"""Do the cloud's APIs do what the program asks of them? Pure."""

from collections.abc import Iterator

from infra.preflight.lines import Line, failed, passed, skipped
from infra.preflight.seen import Seen, Untold
from infra.settings.model import Stack

#: Neutron's name for tags on ports, networks, routers, security groups and floating IPs.
TAGS = "standard-attr-tag"
#: Since then Nova takes the type of a volume that it makes for a server.
BOOT_VOLUME_TYPE = (2, 67)
#: Cinder's only API that is still maintained, and the only one that the OpenStack plugin speaks.
VOLUMES = (3, 0)


def abilities(stack: Stack, seen: Seen) -> Iterator[Line]:
    """Tags, block storage v3, and what a typed boot volume needs."""
    yield _tags(seen)
    yield _version(
        "block storage API",
        "block-storage",
        seen.volume_api,
        VOLUMES,
        "ask the cloud for an endpoint of its API v3 in the catalog: nothing older is spoken here",
    )
    if stack.servers.boot.mode == "volume" and stack.servers.boot.volume_type:
        yield _version(
            "compute API",
            "compute",
            seen.compute_api,
            BOOT_VOLUME_TYPE,
            "set servers.boot.volume_type to null: boot volumes then have the cloud's own type",
        )


def _tags(seen: Seen) -> Line:
    what, by_hand = "network API: tags", "openstack extension list --network"
    if isinstance(seen.extensions, Untold):
        return skipped(what, seen.extensions.reason, by_hand)
    if TAGS not in seen.extensions:
        return failed(
            what,
            f"no extension {TAGS}",
            by_hand,
            "this cloud cannot be used: what belongs to a stack is known by its tags",
        )
    return passed(what, TAGS, by_hand)


def _version(
    what: str, service: str, seen: tuple[int, int] | Untold, least: tuple[int, int], remedy: str
) -> Line:
    by_hand = f"openstack versions show --service {service}"
    if isinstance(seen, Untold):
        return skipped(what, seen.reason, by_hand)
    found = f"{_dotted(seen)}, {_dotted(least)} wanted"
    return failed(what, found, by_hand, remedy) if seen < least else passed(what, found, by_hand)


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
