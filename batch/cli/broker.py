"""What the operators' commands share: where the ledger is, which datastrip is meant."""

import functools
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import redis

from batch.config import broker_of
from batch.embedded.run import locked, place_of
from batch.errors import InputError, VdsError
from batch.ledger import Broker, Ledger, View
from batch.ledger.broker import refusal
from batch.ledger.connection import connect

#: Seconds for which a run may be about to start or to end.
START_S = 30.0


@dataclass(frozen=True)
class Where:
    """Where the ledger is, as the options say: of a run, of a stack, else at the broker."""

    broker: str | None = None
    stack: str | None = None
    inventory: Path | None = None
    out: Path | None = None

    @property
    def remote(self) -> bool:
        """Whether it is reached through a bastion."""
        return self.out is None and bool(self.stack or self.inventory)


def deployed_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--broker`, `--stack`, `--inventory` as one argument `where`."""

    @functools.wraps(command)
    def with_where(broker: str | None, stack: str | None, inventory: Path | None, **rest: Any) -> Any:
        return command(where=Where(broker, stack, inventory), **rest)

    for option in (
        click.option(
            "--inventory",
            type=click.Path(path_type=Path),
            help="File with the stack's outputs, instead of Pulumi.",
        ),
        click.option("--stack", envvar="VDS_STACK", help="Go through the bastion of this stack [VDS_STACK]."),
        click.option("--broker", envvar="VDS_BROKER", help="rediss://… of the deployed system [VDS_BROKER]."),
    ):
        with_where = option(with_where)
    return with_where


def broker_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`deployed_options`, and `--out DIR` of a `vds run` that is under way or has ended."""

    @functools.wraps(command)
    def with_out(where: Where, out: Path | None, **rest: Any) -> Any:
        return command(where=replace(where, out=out), **rest)

    option = click.option(
        "--out", type=click.Path(path_type=Path), help="The --out of a `vds run`, instead of a broker."
    )
    return deployed_options(option(with_out))


@contextmanager
def open_broker(where: Where) -> Iterator[Broker]:
    """The broker, with a way to it. A run's is the one that lives, or one just for this look."""
    with ExitStack() as stack:
        if where.out is not None:
            yield Broker(_redis_of(where.out, stack))
        elif where.remote:
            from batch.remote import read_stack, tunnel

            found = read_stack(where.stack, where.inventory)
            yield found.broker(stack.enter_context(tunnel(found)))
        else:
            yield broker_of(where.broker)


@contextmanager
def open_ledger(where: Where) -> Iterator[Ledger]:
    """The ledger; an operator learns at once if it does not answer."""
    with ExitStack() as stack:
        broker = stack.enter_context(open_broker(where))
        if where.out is None:
            reach(broker)
        ledger = Ledger(broker)
        stack.callback(ledger.redis.close)
        yield ledger


def the_datastrip(view: View, name: str | None) -> str:
    """The datastrip meant: by name, by an unambiguous part of it, or the last one submitted."""
    known = view.datastrips()
    if name is None:
        if not known:
            raise InputError("no datastrip has been submitted yet; use `vds submit`")
        return known[-1]
    matching = [name] if name in known else [d for d in known if name in d]
    if len(matching) > 1:
        raise InputError(
            f"{name} fits {len(matching)} datastrips ({', '.join(matching[:3])} …); give more of the name"
        )
    if not matching:
        raise InputError(f"no datastrip {name} in the ledger; `vds status` lists them")
    return matching[0]


def _redis_of(out: Path, stack: ExitStack) -> str:
    """URL of the run's Redis if it answers, else of one that lives as long as `stack`."""
    from batch.embedded.redis import EmbeddedRedis

    place = place_of(out)
    if not any(place.folder.glob("appendonly*")):
        raise InputError(f"{out} holds no run; give the --out of a `vds run`, or --broker")
    deadline = time.monotonic() + START_S
    while True:
        # A run that lives has the lock and an answering Redis; one that was killed has neither.
        if url := _answering(place.broker):
            return url
        try:
            stack.enter_context(locked(place, out, wait_s=0))
        except InputError:
            if time.monotonic() > deadline:
                raise VdsError(f"{out} is in use, but its Redis does not answer; try again later") from None
            time.sleep(0.2)
            continue
        server = EmbeddedRedis(place.folder)
        stack.callback(server.stop)
        server.start()
        return server.url


def _answering(broker: Path) -> str:
    from batch.embedded.redis import socket_of

    try:
        url = broker.read_text()
        with redis.Redis(unix_socket_path=str(socket_of(url)), socket_timeout=2) as client:
            client.ping()
    except (OSError, redis.RedisError):
        return ""
    return url


def reach(broker: Broker) -> None:
    """An operator does not wait a minute to learn that an address is wrong. InputError if it refuses us."""
    try:
        connect(broker, wait_s=0).ping()
    except (redis.RedisError, OSError) as error:
        if why := refusal(broker, error):
            raise InputError(why) from error
        raise VdsError(f"the broker at {broker.where} does not answer ({error}); see `vds check`") from error


def is_terminal() -> bool:
    """Whether colours and live views are welcome."""
    return os.isatty(1) and os.environ.get("TERM", "") != "dumb"
