"""Messages: they say "there is work", nothing else. Lost, doubled or late, they change nothing.

Early acknowledgement (Celery's default) is right here: whatever a message asked for stands in the ledger, and
a sweep sends another one if nobody came. So nothing depends on the visibility time-out.
"""

import contextlib
import logging
from typing import Any

from celery import Celery
from kombu import Exchange, Queue
from kombu.exceptions import OperationalError

from batch.ledger.broker import Broker, as_broker

VDS = "vds"
#: Messages that may wait in a queue: more would wake nobody more.
MOST = 64
TASK = "vds.wake"

log = logging.getLogger(__name__)


def queue(name: str) -> Queue:
    """The queue of that name: `vds`, or `stage.<name>`."""
    return Queue(name, Exchange(name, type="direct"), routing_key=name)


def stage_queue(stage: str) -> str:
    """Name of a stage's own queue."""
    return f"stage.{stage}"


def make_app(broker: Broker | str, stage: str | None = None) -> Celery:
    """The Celery application, as a sender or (with `stage`) as the worker of that stage."""
    app = Celery("vds", set_as_current=stage is not None)
    queues = [queue(VDS)] + ([queue(stage_queue(stage))] if stage else [])
    app.conf.update(
        **as_broker(broker).for_celery(),
        accept_content=["json"],
        task_serializer="json",
        result_serializer="json",
        task_ignore_result=True,
        task_store_errors_even_if_ignored=False,
        task_queues=queues,
        task_default_queue=VDS,
        task_create_missing_queues=False,
        worker_prefetch_multiplier=1,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        broker_connection_retry=True,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={"visibility_timeout": 86400, "socket_keepalive": True},
        task_publish_retry=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
    )
    return app


class Waker:
    """Sends wake-up messages. Never fails: who is not woken now is woken by a sweep."""

    def __init__(self, app: Celery, redis: Any) -> None:
        self.app, self.redis = app, redis

    def __call__(self, wake: dict[str, int]) -> None:
        """`{"vds": n, "<stage>": n}`: n messages to each queue, less those that wait there already."""
        for name, count in wake.items():
            target = VDS if name == VDS else stage_queue(name)
            with contextlib.suppress(Exception):
                count = min(count, MOST) - int(self.redis.llen(target))
            for _ in range(max(0, count)):
                try:
                    self.app.send_task(TASK, queue=queue(target), expires=3600)
                except OperationalError as error:
                    log.warning("could not wake %s: %s", target, error)
                    return
