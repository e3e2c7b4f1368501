"""A stack file's content for tests of the components: small, every optional key unset or at its plainest."""

from typing import Any

from infra.settings.model import Stack

FIGURE = {"value": None, "status": "unknown", "source": "test"}

PLAIN: dict[str, Any] = {
    "cloud": {"title": "A cloud for tests", "status": "lab", "auth": "password"},
    "network": {"external": "outside", "cidr": "10.20.0.0/24"},
    "access": {"ssh_user": "ubuntu", "ssh_from": ["198.51.100.0/24"]},
    "image": {"name": "Ubuntu 24.04"},
    "servers": {
        "bastion": {"flavor": "small"},
        "broker": {"flavor": "medium"},
        "storage": {"flavor": "medium"},
        "stage": {"flavor": "large", "count": 2},
        "boot": {"mode": "image"},
        "group": {"policy": "anti-affinity"},
    },
    "data": {"gb": 100},
    "scratch": {"kind": "local"},
    "shared": {"kind": "nfs"},
    "s3": {"endpoint": "https://s3.example", "region": "r1", "credentials": "none"},
    "eodata": {"endpoint": "https://eo.example", "region": "r1", "bucket": "eodata", "credentials": "file"},
    "price": {
        "flavors": {},
        "volume_gb_month": {},
        "object_gb_month": FIGURE,
        "floating_ip_hour": FIGURE,
        "router_hour": FIGURE,
        "egress_gb": FIGURE,
    },
}


def sample(**changes: Any) -> Stack:
    """The plain stack with some keys changed: `sample(network__snat=True, servers__stage__count=5)`."""
    document: dict[str, Any] = Stack.model_validate(PLAIN).model_dump(mode="json")
    for path, value in changes.items():
        *parents, last = path.split("__")
        section = document
        for parent in parents:
            section = section[parent]
        section[last] = value
    return Stack.model_validate(document)
