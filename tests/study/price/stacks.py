"""A small stack with round prices, to be changed by each test."""

import copy
from typing import Any

from infra.settings.model import Stack


def figure(value: float | None, status: str = "list", **more: float) -> dict[str, Any]:
    """A figure with a source."""
    if value is None:
        status = "unknown"
    return {"value": value, "status": status, "date": "2026-01-01", "source": "a price list", **more}


def flavor(hour: float | None, month: float | None = None, year: float | None = None, **more: Any) -> dict:
    return {
        "vcpus": 16, "ram_gb": 64, "hour": figure(hour), "month": figure(month), "year": figure(year),
        "perf_index": figure(1.0, "measured"), **more,
    }  # fmt: skip


SMALL: dict[str, Any] = {
    "cloud": {"title": "Test cloud", "status": "lab", "auth": "password"},
    "network": {"external": "ext", "cidr": "10.0.0.0/24"},
    "access": {"ssh_user": "ubuntu"},
    "image": {"name": "Ubuntu"},
    "servers": {
        "bastion": {"flavor": "small"}, "broker": {"flavor": "small"}, "storage": {"flavor": "middle"},
        "stage": {"flavor": "large", "count": 2},
        "boot": {"mode": "volume", "gb": 73, "volume_type": "ssd"},
        "group": {"policy": "none"},
    },
    "data": {"gb": 730, "volume_type": "hdd"},
    "scratch": {"kind": "volume", "gb": 365, "volume_type": "ssd"},
    "shared": {"kind": "nfs"},
    "s3": {"endpoint": "https://s3", "region": "r", "credentials": "file"},
    "eodata": {"endpoint": "https://eodata", "region": "r", "credentials": "none"},
    "price": {
        "flavors": {
            "small": flavor(0.1, 36.5, 29.2), "middle": flavor(0.4, 146.0, 109.5),
            "large": flavor(1.0, 365.0, 292.0),
        },
        "volume_gb_month": {"ssd": figure(0.1), "hdd": figure(0.04)},
        "object_gb_month": figure(0.02), "floating_ip_hour": figure(0.005),
        "router_hour": figure(0.0), "egress_gb": figure(0.01),
    },
}  # fmt: skip


def stack(change: dict[str, Any] | None = None) -> Stack:
    """The small stack; `change` maps dotted keys to values."""
    document = copy.deepcopy(SMALL)
    for path, value in (change or {}).items():
        *inside, last = path.split(".")
        place = document
        for key in inside:
            place = place[key]
        place[last] = value
    return Stack.model_validate(document)
