"""A Redis connection that outlives Redis: killed and restarted within a minute, only the clock notices."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import BusyLoadingError, ResponseError
from redis.retry import Retry

from batch.ledger.broker import Broker, as_broker

T = TypeVar("T")

#: Errors that pass: the AOF's disk is full for the moment, or a script or loading keeps Redis busy.
PASSING = ("MISCONF", "LOADING", "BUSY", "READONLY")
WAIT_S = 75.0


def connect(broker: Broker | str, wait_s: float = WAIT_S) -> Any:
    """A client that tries again for about `wait_s` seconds.

    Its type is Any because redis-py annotates text and bytes, answers and awaitables of all clients at once.
    """
    cap = 2.0
    retries = max(1, int(wait_s / cap) + 5)
    url, keywords = as_broker(broker).for_redis()
    return redis.Redis.from_url(
        url,
        decode_responses=True,
        retry=Retry(ExponentialBackoff(cap=cap, base=0.05), retries),
        retry_on_error=[BusyLoadingError, redis.ConnectionError, redis.TimeoutError],
        socket_timeout=20,
        socket_connect_timeout=5,
        health_check_interval=0,
        **keywords,
    )


def patiently(ask: Callable[[], T], wait_s: float = WAIT_S) -> T:
    """`ask()`, again and again while Redis answers that it cannot for the moment."""
    deadline = time.monotonic() + wait_s
    while True:
        try:
            return ask()
        except ResponseError as error:
            if not str(error).startswith(PASSING) or time.monotonic() > deadline:
                raise
            time.sleep(0.5)
