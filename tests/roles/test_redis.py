"""The broker's user has the rights that the Celery layer says it needs."""

from pathlib import Path

from batch.ledger.acl import DEFAULT_USER, acl_rules
from roles.generate import options

ROLE = Path(__file__).resolve().parents[2] / "roles/redis"


def test_the_users_rights_are_those_of_the_layer() -> None:
    assert options(ROLE)["redis_rules"]["default"] == acl_rules()


def test_nobody_logs_in_as_redis_own_user_but_it_keeps_its_rights() -> None:
    lines = (ROLE / "templates/users.acl.j2").read_text().splitlines()
    assert lines[0] == DEFAULT_USER
    assert len(lines) == 2
