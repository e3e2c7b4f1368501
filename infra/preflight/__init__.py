"""What the cloud must have before anything is created: PASS and FAIL, each with the command to
check it by hand."""

from openstack.connection import Connection

from infra.preflight.access import authorize, connect
from infra.preflight.fetch import fetch
from infra.preflight.judge import judge
from infra.preflight.lines import Line
from infra.settings.errors import SettingsError
from infra.settings.login import Login
from infra.settings.model import Stack

__all__ = ["Line", "check", "connect", "judge", "require"]


def check(name: str, stack: Stack, login: Login, connection: Connection | None = None) -> list[Line]:
    """Every line for the stack called `name`. Reads only; without a login there is that one line."""
    cloud = connection or connect(login)
    first = authorize(cloud, login)
    return [first] if first.status == "FAIL" else [first, *judge(name, stack, fetch(name, stack, cloud))]


def require(name: str, stack: Stack, login: Login, connection: Connection | None = None) -> None:
    """For the program: SettingsError with a sentence for each check that failed."""
    failures = [line for line in check(name, stack, login, connection) if line.status == "FAIL"]
    if failures:
        raise SettingsError(
            [f"{line.what}: {line.found}; {line.remedy} (by hand: {line.by_hand})." for line in failures]
        )
