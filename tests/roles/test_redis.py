"""The broker's user has the rights that the Celery layer says it needs."""

from pathlib import Path

import jinja2

from batch.ledger.acl import DEFAULT_USER, acl_rules, monitor_rules
from roles.generate import options

ROLE = Path(__file__).resolve().parents[2] / "roles/redis"


def test_the_users_rights_are_those_of_the_layer() -> None:
    assert options(ROLE)["redis_rules"]["default"] == acl_rules()
    assert options(ROLE)["redis_monitor_rules"]["default"] == monitor_rules()


def users(**variables: str) -> list[str]:
    """Lines of users.acl; the filter `hash` of Ansible is told by its name only."""
    environment = jinja2.Environment(trim_blocks=True, undefined=jinja2.StrictUndefined, autoescape=False)
    environment.filters["hash"] = lambda text, kind: f"{kind}({text})"
    given = {name: option.get("default", "p") for name, option in options(ROLE).items()} | variables
    return environment.from_string((ROLE / "templates/users.acl.j2").read_text()).render(given).splitlines()


def test_nobody_logs_in_as_redis_own_user_but_it_keeps_its_rights() -> None:
    assert users() == [DEFAULT_USER, f"user vds on #sha256(p) {acl_rules()}"]


def test_monitoring_has_a_user_if_it_has_a_password() -> None:
    assert users(redis_monitor_password="m")[2:] == [f"user monitor on #sha256(m) {monitor_rules()}"]
