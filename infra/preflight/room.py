"""Is the private subnet large enough? And what no API tells. Pure."""

from infra.preflight.lines import Line, failed, passed, skipped
from infra.settings.model import Stack
from infra.settings.rules import addresses_needed, addresses_of


def room(stack: Stack) -> list[Line]:
    """The subnet against the number of workers, then the prerequisites and keys that only the
    first use proves."""
    cidr, count = stack.network.cidr, stack.servers.stage.count
    found = f"{cidr}: {addresses_of(cidr)} addresses, {count} stage workers need {addresses_needed(count)}"
    by_hand = f"python3 -c 'import ipaddress as i; print(i.ip_network(\"{cidr}\").num_addresses)'"
    if addresses_of(cidr) >= addresses_needed(count):
        first = passed("subnet", found, by_hand)
    else:
        first = failed("subnet", found, by_hand, "choose a larger network.cidr or fewer servers.stage.count")
    return [first, *_untold(stack)]


def _untold(stack: Stack) -> list[Line]:
    found = [skipped("prerequisite", sentence) for sentence in stack.cloud.prerequisites]
    if stack.network.snat is not None:
        state = "on" if stack.network.snat else "off"
        found.append(
            skipped(
                "router SNAT",
                f"{state} is asked for; a cloud that forbids the key answers 403: then set it to null",
            )
        )
    if stack.network.segment is not None:
        found.append(
            skipped("VLAN id", f"{stack.network.segment} is asked for; only creating the network proves it")
        )
    return found
