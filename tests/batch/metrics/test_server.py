"""Scrapes over HTTP, of a real Redis: also one that is away, comes back, or refuses."""

import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from batch.embedded.redis import EmbeddedRedis
from batch.errors import InputError
from batch.ledger import Broker, Ledger
from batch.ledger.acl import monitor_rules
from batch.metrics.certificate import certificate_end
from batch.metrics.server import LedgerCollector, serve
from tests.batch.ports import free_port
from tests.batch.secured import SecuredRedis, needs_tls


@contextmanager
def serving(broker: Broker, cost_rate: float | None = None) -> Iterator[str]:
    port, stop = free_port(), threading.Event()
    collector = LedgerCollector(broker, cost_rate)
    thread = threading.Thread(target=serve, args=(collector, "127.0.0.1", port, stop))
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}/metrics"
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()


def scrape(url: str) -> dict[str, float]:
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                lines = answer.read().decode().splitlines()
            return {k: float(v) for k, _, v in (line.rpartition(" ") for line in lines if line[0] != "#")}
        except OSError:
            threading.Event().wait(0.1)
    raise AssertionError("nothing listens")


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredRedis]:
    server = SecuredRedis(tmp_path_factory.mktemp("secured"), monitor_rules())
    yield server
    server.stop()


@needs_tls
def test_redis_away_and_back(secured: SecuredRedis) -> None:
    Ledger(f"unix://admin@{secured.socket}").beat("n1", {"slots": "2"})
    with serving(secured.broker) as url:
        assert scrape(url)['vds_stage_slots{stage="n1"}'] == 2
        secured.kill()
        found = scrape(url)
        assert found.keys() == {"vds_ledger_up", "vds_ledger_read_seconds"} and found["vds_ledger_up"] == 0
        secured.start()
        assert scrape(url)["vds_ledger_up"] == 1


@pytest.mark.parametrize("rate", [None, 0.0, 3.2])
def test_an_unknown_cost_is_absent_and_not_zero(redis_server: EmbeddedRedis, rate: float | None) -> None:
    with serving(Broker(redis_server.url), rate) as url:
        assert scrape(url).get("vds_cost_rate_euros_per_hour") == rate


def test_a_port_that_is_taken_is_said(redis_server: EmbeddedRedis) -> None:
    with serving(Broker(redis_server.url)) as url:
        scrape(url)
        port = int(url.split(":")[2].partition("/")[0])
        with pytest.raises(InputError, match=rf"cannot listen on 127\.0\.0\.1:{port} .*--listen"):
            serve(LedgerCollector(Broker(redis_server.url)), "127.0.0.1", port, threading.Event())


@needs_tls
def test_a_full_ledger_is_read_with_exactly_the_rights_of_monitoring(secured: SecuredRedis) -> None:
    admin = f"unix://admin@{secured.socket}"
    ledger = Ledger(admin)
    ledger.beat("n1", {"slots": "2"})
    ledger.submit("DS", {"chain_hash": "c", "assemble": True}, {"v01": {}}, "chain")
    taken = ledger.take_job("n1", 1)
    assert taken
    with serving(secured.broker) as url:
        found = scrape(url)
    assert found['vds_virtual_datastrips{state="RUNNING"}'] == found["vds_ledger_up"] == 1
    assert secured.refusals() == []


@needs_tls
def test_the_rights_of_monitoring_change_nothing(secured: SecuredRedis) -> None:
    import redis

    url, keywords = secured.broker.for_redis()
    client = redis.Redis.from_url(url, **keywords)
    for words in (
        ("SET", "vds:x", "1"),
        ("EVAL", "return 1", "0"),
        ("CONFIG", "GET", "*"),
        ("HGETALL", "other"),
    ):
        with pytest.raises(redis.exceptions.NoPermissionError):
            client.execute_command(*words)
    secured.admin.acl_log_reset()


@needs_tls
def test_a_wrong_password_is_a_ledger_that_is_down(secured: SecuredRedis, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("wrong")
    with serving(replace(secured.broker, password_file=str(tmp_path / "wrong"))) as url:
        assert scrape(url)["vds_ledger_up"] == 0
    secured.admin.acl_log_reset()


@needs_tls
def test_the_certificates_end(secured: SecuredRedis) -> None:
    from cryptography import x509

    ends = [
        x509.load_pem_x509_certificate(p.read_bytes()).not_valid_after_utc.timestamp()
        for p in (secured.pki.cert, secured.pki.ca)
    ]
    assert certificate_end(secured.broker) == min(ends)
    assert certificate_end(Broker("redis://localhost:1")) is None
