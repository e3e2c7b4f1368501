"""Answers scrapes. Each is a look at the ledger of its own, so that nothing old is ever shown."""

import logging
import threading
import time
from collections.abc import Iterator

import redis
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from redis.backoff import NoBackoff
from redis.retry import Retry

from batch.errors import InputError
from batch.ledger import Broker, Ledger, View
from batch.metrics.certificate import certificate_end
from batch.metrics.families import families, gauge
from batch.metrics.read import Reader

log = logging.getLogger(__name__)

#: Prometheus gives a scrape 10 s. A broker that is away must be told of before that.
ANSWER_S = 3.0


class LedgerCollector(Collector):
    """All figures of a broker's ledger. `cost_rate` (EUR/h) is passed on; None: unknown, and then absent."""

    def __init__(self, broker: Broker, cost_rate: float | None = None) -> None:
        self.broker, self.cost_rate = broker, cost_rate
        ledger = Ledger(broker, holder="exporter")
        # A stage waits for its broker for a minute; a scrape must not.
        ledger.redis = _impatient(broker)
        self._reader = Reader(View(ledger))
        self._one_at_a_time = threading.Lock()
        self._was_up = True

    def describe(self) -> list[Metric]:
        """Nothing, so that being registered does not ask the broker."""
        return []

    def collect(self) -> Iterator[Metric]:
        """`vds_ledger_up` in any case, the rest if the ledger can be read."""
        found: list[Metric] = []
        with self._one_at_a_time:
            begun = time.monotonic()
            try:
                found += families(self._reader.read())
                end = certificate_end(self.broker)
                if end is not None:
                    text = "When the broker's or its CA's certificate ends (s since 1970)."
                    found.append(gauge("vds_broker_certificate_end_seconds", text, end))
                self._tell(None)
            except (redis.RedisError, OSError) as error:
                found = []
                self._tell(error)
            took = time.monotonic() - begun
        yield gauge("vds_ledger_up", "1: the ledger can be read.", float(self._was_up))
        yield gauge("vds_ledger_read_seconds", "How long reading it took.", took)
        if self.cost_rate is not None:
            text = "What the whole stack costs, in EUR per hour, as it was told at deployment."
            yield gauge("vds_cost_rate_euros_per_hour", text, self.cost_rate)
        yield from found

    def _tell(self, error: Exception | None) -> None:
        up = error is None
        if up != self._was_up:
            log.warning("the ledger at %s %s", self.broker.where, "is back" if up else f"is away: {error}")
        self._was_up = up


def serve(collector: LedgerCollector, address: str, port: int, stop: threading.Event) -> None:
    """Answer at http://address:port/metrics until `stop`. InputError if it cannot listen there."""
    registry = CollectorRegistry()
    registry.register(collector)
    try:
        server, thread = start_http_server(port, address, registry)
    except OSError as error:
        raise InputError(
            f"cannot listen on {address}:{port} ({error.strerror or error}); give another --listen"
        ) from None
    try:
        stop.wait()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _impatient(broker: Broker) -> redis.Redis:
    url, keywords = broker.for_redis()
    return redis.Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=ANSWER_S,
        socket_connect_timeout=ANSWER_S,
        retry=Retry(NoBackoff(), 1),  # a connection that Redis has closed meanwhile
        **keywords,
    )
