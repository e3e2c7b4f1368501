"""All checks on plain data. Pure."""

from infra.preflight.abilities import abilities
from infra.preflight.lines import Line
from infra.preflight.names import names
from infra.preflight.quota import quotas
from infra.preflight.room import room
from infra.preflight.seen import Seen
from infra.settings.model import Stack


def judge(name: str, stack: Stack, seen: Seen) -> list[Line]:
    """The lines after the login's."""
    return [*abilities(stack, seen), *names(stack, seen), *quotas(name, stack, seen), *room(stack)]
