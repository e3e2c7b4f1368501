"""Quotas of the current cloud's project, switched at any moment."""

from collections.abc import Mapping

from tests.lab.admin import Cloud
from tests.lab.home import LabError

COMPUTE = ("instances", "cores", "ram", "key_pairs", "server_groups", "server_group_members")
NETWORK = (
    "networks",
    "subnets",
    "ports",
    "routers",
    "floating_ips",
    "security_groups",
    "security_group_rules",
)
VOLUME = ("volumes", "gigabytes", "snapshots")
UNLIMITED = -1


def set_quotas(cloud: Cloud, project: str, limits: Mapping[str, int]) -> None:
    """These limits (RAM in MB, volumes in GB) and no others: what is not named becomes unlimited.

    `cloud`: the administrator's; `project`: id.
    """
    known = (*COMPUTE, *NETWORK, *VOLUME)
    unknown = sorted(set(limits) - set(known))
    if unknown:
        raise LabError(f"There is no quota {', '.join(unknown)}; there are {', '.join(known)}.")

    def of(names: tuple[str, ...]) -> dict[str, int]:
        return {name: limits.get(name, UNLIMITED) for name in names}

    cloud.compute.update_quota_set(project, force=True, **of(COMPUTE))
    cloud.network.update_quota(project, **of(NETWORK))
    cloud.block_storage.update_quota_set(project, **of(VOLUME))
