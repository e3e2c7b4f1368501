"""The broker as a deployed system has it: TLS, one user, a password in a file, and no right too many."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import redis
import yaml

from batch.errors import InputError
from batch.ledger import Broker, Ledger
from batch.ledger.acl import COMMANDS, acl_rules
from batch.ledger.broker import refusal
from batch.ledger.connection import connect
from tests.batch.secured import PASSWORD, Pki, SecuredRedis, needs_tls

SCRIPTS = Path(__file__).resolve().parents[3] / "batch/ledger/scripts"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredRedis]:
    server = SecuredRedis(tmp_path_factory.mktemp("secured"), acl_rules())
    yield server
    server.stop()


def why(broker: Broker) -> str:
    with pytest.raises((redis.RedisError, OSError)) as caught:
        connect(broker, wait_s=0).ping()
    return refusal(broker, caught.value)


@needs_tls
def test_the_right_user_is_let_in_by_name_and_through_a_tunnel(secured: SecuredRedis) -> None:
    assert connect(secured.broker, wait_s=0).ping()
    tunnelled = replace(secured.broker, url="rediss://vds@broker:6379/0", at=secured.port)
    assert connect(tunnelled, wait_s=0).ping()
    assert Ledger(secured.broker).leases() == {}


@needs_tls
def test_each_refusal_is_a_sentence_with_its_remedy(secured: SecuredRedis, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong")
    right = secured.broker
    assert "refuses user vds: wrong password" in why(replace(right, password_file=str(wrong)))
    assert "refuses user x" in why(replace(right, url=right.url.replace("vds@", "x@")))
    assert "refuses user default" in why(replace(right, url=right.url.replace("vds@", ""), password_file=""))
    plain = Broker(right.url.replace("rediss", "redis"), password_file=right.password_file)
    assert "without TLS; give rediss://" in why(plain)
    other = Pki(tmp_path / "other", ("localhost",))
    assert "cannot be trusted" in why(replace(right, ca=str(other.ca)))
    mismatch = why(replace(right, url=right.url.replace("localhost", "127.0.0.1")))
    assert "cannot be trusted" in mismatch and "127.0.0.1" in mismatch
    misled = replace(right, url="rediss://vds@elsewhere:6379/0", at=secured.port)
    assert "mismatch" in why(misled)


@needs_tls
@pytest.mark.parametrize(
    "command", ["FLUSHALL", "KEYS *", "CONFIG GET *", "ACL LIST", "SET foreign 1", "SHUTDOWN"]
)
def test_no_right_too_many(secured: SecuredRedis, command: str) -> None:
    with pytest.raises(redis.exceptions.NoPermissionError) as caught:
        connect(secured.broker, wait_s=0).execute_command(*command.split())
    assert "does not let user vds do that" in refusal(secured.broker, caught.value)


def test_every_command_of_the_scripts_is_among_the_rights() -> None:
    called = {
        c.lower() for f in SCRIPTS.glob("*.lua") for c in re.findall(r"call\('([A-Z]+)'", f.read_text())
    }
    assert len(called) > 20 and called <= set(COMMANDS.split())


def test_the_password_is_quoted_for_celery_and_nowhere_else(tmp_path: Path) -> None:
    file = tmp_path / "p"
    file.write_text(PASSWORD + "\n")
    broker = Broker("rediss://vds@broker:6379/0", ca=str(file), password_file=str(file))
    broker.check()
    celery = broker.for_celery()
    assert celery["broker_url"] == "rediss://vds:p%40ss%2Fword%3Aof%20the%20test@broker:6379/0"
    assert celery["broker_use_ssl"]["ssl_ca_certs"] == str(file)
    assert broker.for_redis()[0] == broker.url and broker.where == "broker:6379/0"
    assert PASSWORD not in repr(broker)


@pytest.mark.parametrize(
    ("broker", "says"),
    [
        (Broker("mailto:x"), "not a broker's address"),
        (Broker("redis://h:port"), "not a broker's address"),
        (Broker("redis://h", ca="/x"), "is not encrypted"),
        (Broker("rediss://h", ca="/nowhere"), "is not a file; correct VDS_BROKER_CA"),
        (Broker("rediss://h", password_file="/nowhere"), "correct VDS_BROKER_PASSWORD_FILE"),
    ],
)
def test_what_cannot_be_right_is_seen_before_asking(broker: Broker, says: str) -> None:
    with pytest.raises(InputError, match=re.escape(says)):
        broker.check()


def test_the_documented_rights_are_these() -> None:
    documented = (SCRIPTS.parents[2] / "docs/operate.md").read_text()
    assert acl_rules() in " ".join(documented.split())


def test_the_role_gives_the_same_rights() -> None:
    specs = (SCRIPTS.parents[2] / "roles/redis/meta/argument_specs.yml").read_text()
    options = yaml.safe_load(specs)["argument_specs"]["main"]["options"]
    assert " ".join(options["redis_rules"]["default"].split()) == acl_rules()
