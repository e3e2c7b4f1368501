"""Is there room for what is missing? Pure."""

from infra.preflight.lines import Line, failed, passed, skipped
from infra.preflight.need import Need, needs, server_groups_of
from infra.preflight.seen import Quota, Seen, Untold
from infra.settings.model import Stack

COMPUTE = "openstack quota show --usage --compute"
VOLUME = "openstack quota show --usage --volume"
NETWORK = "openstack quota show --usage --network"
#: Our name of a quota → unit, command.
QUOTAS = {
    "instances": ("", COMPUTE),
    "cores": ("", COMPUTE),
    "memory": (" MiB", COMPUTE),
    "server groups": ("", COMPUTE),
    "volumes": ("", VOLUME),
    "gigabytes": (" GB", VOLUME),
    "networks": ("", NETWORK),
    "subnets": ("", NETWORK),
    "routers": ("", NETWORK),
    "ports": ("", NETWORK),
    "floating IPs": ("", NETWORK),
    "security groups": ("", NETWORK),
    "security group rules": ("", NETWORK),
}
MEMBERS = "server group members"


def quotas(name: str, stack: Stack, seen: Seen) -> list[Line]:
    """A line for each quota; what this stack has already is not asked for again."""
    flavors = {} if isinstance(seen.flavors, Untold) else seen.flavors
    wanted = needs(name, stack, flavors, seen.owned)
    lines = [_line(what, wanted.get(what), seen.quotas.get(what, Untold("not listed"))) for what in QUOTAS]
    return [*lines, *_members(name, stack, seen)]


def _line(what: str, need: Need | None, quota: Quota | Untold) -> Line:
    unit, by_hand = QUOTAS[what]
    title = f"quota: {what}"
    if need is None:
        return skipped(title, "a flavor's size is not known", by_hand)
    if isinstance(quota, Untold):
        return skipped(
            title, f"{need.missing}{unit} more needed; the cloud does not tell ({quota.reason})", by_hand
        )
    have = (
        f", {need.total - need.missing}{unit} of {need.total} there already"
        if need.total != need.missing
        else ""
    )
    if quota.limit < 0:
        return passed(title, f"{need.missing}{unit} more needed{have}, no limit", by_hand)
    free = quota.limit - quota.used
    found = f"{need.missing}{unit} more needed{have}, {max(free, 0)} of {quota.limit} free"
    if need.missing <= max(free, 0):
        return passed(title, found, by_hand)
    return failed(
        title,
        found,
        by_hand,
        f"ask the cloud for {what} {quota.used + need.missing}{unit}, free some, or take fewer "
        "servers.stage.count",
    )


def _members(name: str, stack: Stack, seen: Seen) -> list[Line]:
    largest = max(server_groups_of(name, stack).values(), default=0)
    if not largest:
        return []
    quota, title = seen.quotas.get(MEMBERS, Untold("not listed")), f"quota: {MEMBERS}"
    if isinstance(quota, Untold):
        return [
            skipped(title, f"{largest} in the largest; the cloud does not tell ({quota.reason})", COMPUTE)
        ]
    found = f"{largest} in the largest, " + ("no limit" if quota.limit < 0 else f"{quota.limit} allowed")
    if quota.limit < 0 or largest <= quota.limit:
        return [passed(title, found, COMPUTE)]
    return [failed(title, found, COMPUTE, f"set servers.group.max to {quota.limit}")]
