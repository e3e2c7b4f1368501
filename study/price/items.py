"""Everything of a stack that is paid for, item by item. Pure: a Stack in, items out."""

from collections import Counter
from dataclasses import dataclass

from infra.settings.model import Figure, Stack
from study.price.bounds import Bounds, total

#: The clouds' own convention: 8760 h ÷ 12.
HOURS_PER_MONTH = 730.0
COMMITMENTS = ("hour", "month", "year")


@dataclass(frozen=True)
class Item:
    """`quantity` × `figure` EUR per `per` ("hour" or "month"); servers have a figure for each commitment."""

    what: str
    quantity: float
    unit: str
    figure: Figure
    per: str

    @property
    def hour(self) -> Bounds:
        """EUR per hour."""
        return Bounds.of(self.figure, self.quantity / (HOURS_PER_MONTH if self.per == "month" else 1.0))


@dataclass(frozen=True)
class Rate:
    """What depends on use: EUR per `unit`."""

    what: str
    unit: str
    figure: Figure


def items(stack: Stack, commitment: str = "hour", stages: int | None = None) -> list[Item]:
    """All items of the stack with `stages` stage workers (None: as many as the file says).

    `commitment`: for which time servers are rented, one of COMMITMENTS; the rest has no such choice.
    """
    count = stack.servers.stage.count if stages is None else stages
    return [
        *_servers(stack, commitment, count),
        *_common_volumes(stack),
        *stage_volumes(stack, count),
        Item("floating IP (bastion)", 1, "address", stack.price.floating_ip_hour, "hour"),
        Item("router, external gateway", 1, "router", stack.price.router_hour, "hour"),
    ]


def rates(stack: Stack) -> list[Rate]:
    """What is paid by use and not by time alone."""
    return [
        Rate("object storage", "GB and month", stack.price.object_gb_month),
        Rate("egress to the Internet", "GB", stack.price.egress_gb),
    ]


def per_hour(stack: Stack, commitment: str = "hour", stages: int | None = None) -> Bounds:
    """EUR per hour of everything."""
    return total(i.hour for i in items(stack, commitment, stages))


def server_hour(stack: Stack, flavor: str, commitment: str = "hour") -> Bounds:
    """EUR per hour of one server of that flavor, its boot and scratch volumes not counted."""
    figure, per = _server_figure(stack, flavor, commitment)
    return Item(flavor, 1, "server", figure, per).hour


def _servers(stack: Stack, commitment: str, stages: int) -> list[Item]:
    servers = stack.servers
    roles = {
        "bastion": (servers.bastion.flavor, 1),
        "broker": (servers.broker.flavor, 1),
        "storage": (servers.storage.flavor, 1),
        "stage": (servers.stage.flavor, stages),
    }
    counted: Counter[str] = Counter()
    for flavor, count in roles.values():
        counted[flavor] += count
    found = []
    for flavor, count in counted.items():
        names = ", ".join(role for role, (its, n) in roles.items() if its == flavor and n)
        figure, per = _server_figure(stack, flavor, commitment)
        found.append(Item(f"{flavor} ({names or 'stage'})", count, "server", figure, per))
    return found


def _server_figure(stack: Stack, flavor: str, commitment: str) -> tuple[Figure, str]:
    known = stack.price.flavors.get(flavor)
    if known is None:
        return _unknown(f"no price of flavor {flavor} in the stack file"), "hour"
    return getattr(known, commitment), "hour" if commitment == "hour" else "month"


def stage_volumes(stack: Stack, stages: int) -> list[Item]:
    """What stages have beside their servers: boot and scratch volumes, where the stack has them."""
    boot, scratch = stack.servers.boot, stack.scratch
    found = []
    if boot.mode == "volume":
        found.append(_volume(stack, "boot volumes (stages)", boot.gb, boot.volume_type, stages))
    if scratch.kind == "volume":
        found.append(_volume(stack, "scratch volumes", scratch.gb, scratch.volume_type, stages))
    return found


def _common_volumes(stack: Stack) -> list[Item]:
    boot, data = stack.servers.boot, stack.data
    found = []
    if boot.mode == "volume":
        found.append(_volume(stack, "boot volumes (bastion, broker, storage)", boot.gb, boot.volume_type, 3))
    return [*found, _volume(stack, "data volume", data.gb, data.volume_type, 1)]


def _volume(stack: Stack, what: str, gb: int | None, volume_type: str | None, count: int) -> Item:
    if gb is None:
        return Item(
            f"{what}, size not given", count, "volume", _unknown("the stack file gives no size"), "month"
        )
    if volume_type is None:
        figure = _unknown("the stack file names no volume type: the cloud's default, whose price is unknown")
    else:
        figure = stack.price.volume_gb_month.get(volume_type) or _unknown(
            f"no price of volume type {volume_type} in the stack file"
        )
    name = f"{what}, {volume_type or 'default type'}"
    return Item(f"{name}, {count} × {gb} GB", count * gb, "GB", figure, "month")


def _unknown(why: str) -> Figure:
    return Figure(value=None, status="unknown", source=why)
