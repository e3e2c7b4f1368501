"""`vds run`: Redis, stages and ledger on this machine until a datastrip is done; the same command resumes it.

Everything lives in OUT/.vds: the append-only file, the stages' logs, the scratch unless it is elsewhere, and
`broker`, the URL with which other commands can look at a run that is under way.
"""

import contextlib
import fcntl
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from batch.config import Settings
from batch.embedded.redis import EmbeddedRedis, remove_socket
from batch.embedded.stages import Stages
from batch.errors import InputError, VdsError
from batch.ledger import Ledger, State, View
from batch.runner.make import make_runner
from batch.runner.space import low_space
from batch.stage.submit import make_folder
from batch.stage.wake import Waker, make_app

LOOK_S = 0.5
#: Seconds to wait for a command that looks at a run which has ended.
LOCK_S = 3.0
#: Seconds for which the ledger may refuse to be written until the run ends.
REFUSED_S = 5.0
ENDED = (State.DONE, State.FAILED, State.CANCELLED)


@dataclass(frozen=True)
class Place:
    """Where a run keeps its own things."""

    folder: Path

    @property
    def broker(self) -> Path:
        """File that holds the broker's URL while the run lives."""
        return self.folder / "broker"


def place_of(out: Path) -> Place:
    """The place of runs with `--out OUT`."""
    return Place(out.absolute() / ".vds")


def run_embedded(
    ds: str,
    out: Path,
    settings: Settings,
    stages: int,
    begin: Callable[[Ledger], bool],
    progress: Callable[[View], None] = lambda view: None,
    inspect: Callable[[View], None] = lambda view: None,
) -> State:
    """Run datastrip `ds` until it has ended; `progress` is called now and then, `inspect` once at the end.

    `begin` enters it in the ledger and tells whether it is new there. `settings.scratch` is the parent of the
    stages' scratch folders. InputError if another run has this OUT.
    """
    place = place_of(out)
    make_folder(place.folder)
    with locked(place, out), _own_redis(place) as redis:
        ledger = Ledger(redis.url, lease_s=settings.lease_s, stage_s=settings.stage_s, cap=settings.cap)
        workers = Stages(_each(settings, stages, redis.url), place.folder, redis.run)
        try:
            view = View(ledger)
            new = begin(ledger)
            # All are known before the first comes up, so that it does not take what is meant for the others.
            for name, stage in workers.settings.items():
                ledger.beat(name, {"slots": str(stage.slots), "hold": str(stage.hold)})
            if not new:
                _resume(ledger, view, ds, workers)
            workers.start()
            state = _supervise(ds, workers, redis, view, progress, inspect)
            workers.stop()
            if state == State.DONE and not settings.keep:
                record = view.record(ds)
                _tidy(ds, Path(record.get("work") or record["out"]), workers)
            return state
        finally:
            workers.stop()
            if redis.alive and not redis.refuses():
                with contextlib.suppress(Exception):
                    _give_back(ledger, settings, "the run was stopped")
            ledger.redis.close()


@contextlib.contextmanager
def _own_redis(place: Place) -> Iterator[EmbeddedRedis]:
    """A Redis for the time of the block. What goes wrong while the disk is full is said to be due to that."""
    redis = EmbeddedRedis(place.folder)
    try:
        # First of all: if this process is killed, the next one finds here what to remove.
        place.broker.write_text(redis.url)
        redis.start()
        redis.keep()
        yield redis
    except VdsError:
        raise
    except Exception as error:
        note = low_space(place.folder)
        if not note:
            raise
        raise VdsError(f"{note} ({error}); free some and run the same command again") from error
    finally:
        redis.stop()
        place.broker.unlink(missing_ok=True)


def _each(settings: Settings, stages: int, broker: str) -> list[Settings]:
    names = [f"s{n}" for n in range(1, stages + 1)]
    own = replace(settings, broker=broker, broker_ca="", broker_password_file="")
    return [replace(own, stage=n, scratch=str(settings.scratch_dir / n)) for n in names]


def _resume(ledger: Ledger, view: View, ds: str, workers: Stages) -> None:
    """Take up a run that was stopped. Nobody else is alive here: the lock says so."""
    _give_back(ledger, next(iter(workers.settings.values())), "the run was interrupted")
    for stage in view.stages():
        if stage not in workers.settings:
            ledger.vanish(stage)
    if view.state(ds) in (State.FAILED, State.CANCELLED):
        ledger.resubmit(ds)


def _give_back(ledger: Ledger, settings: Settings, reason: str) -> None:
    leases = ledger.leases()
    runner = make_runner(settings)
    for holder in {h.rpartition("#")[0] for h in leases.values()}:
        runner.reap(holder)
    ledger.release(leases, reason, forgive=True)


def _tidy(ds: str, out: Path, workers: Stages) -> None:
    """What the workers had no time to remove."""
    scratch = [s.scratch_dir / ds for s in workers.settings.values()]
    for left in [*scratch, *out.glob(".assembly.*"), *out.glob(".gone.*"), *out.glob("vds/.*.part")]:
        shutil.rmtree(left, ignore_errors=True)


def _supervise(
    name: str,
    workers: Stages,
    redis: EmbeddedRedis,
    view: View,
    progress: Callable[[View], None],
    inspect: Callable[[View], None],
) -> State:
    refused = 0.0
    while True:
        why = redis.refuses()
        refused = refused + LOOK_S if why else 0.0
        if refused >= REFUSED_S:
            raise VdsError(f"{why}; free some and run the same command again")
        workers.watch()
        state = view.state(name)
        progress(view)
        if state in ENDED:
            inspect(view)
            return state
        time.sleep(LOOK_S)


@contextlib.contextmanager
def locked(place: Place, out: Path, wait_s: float = LOCK_S) -> Iterator[None]:
    """Nobody else has a Redis on this place while the block runs; InputError if somebody has for long.

    What a run that was killed left of its Redis is removed.
    """
    with (place.folder / "lock").open("w") as file:
        deadline = time.monotonic() + wait_s
        while not _flock(file):
            if time.monotonic() > deadline:
                raise InputError(
                    f"{out} is in use by another `vds run`; wait for it or give another --out"
                ) from None
            time.sleep(0.1)
        if place.broker.exists():
            remove_socket(place.broker.read_text())
            place.broker.unlink()
        yield


def _flock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def sender(ledger: Ledger) -> Callable[[dict[str, int]], None]:
    """Sends messages on behalf of an operator's command."""
    if ledger.broker.at:
        # kombu cannot be led through a tunnel, and need not: the stages' sweep finds what waits.
        return lambda wake: None
    return Waker(make_app(ledger.broker), ledger.redis)
