"""With a real Redis and real claims."""

from collections.abc import Callable

from batch.ledger import Fired, Ledger, Settlement, View
from batch.metrics.read import Reader
from batch.metrics.tally import ATTEMPTS, Tally

New = Callable[..., Ledger]
RECORD = {"chain_hash": "c", "priority": "normal", "assemble": False}
SLOTS = {"slots": "2"}


def submit(ledger: Ledger, ds: str, jobs: int = 2, replace: bool = False) -> None:
    ledger.submit(ds, RECORD, {f"v{i:02}": {} for i in range(1, jobs + 1)}, "chain", replace=replace)


def work(ledger: Ledger, how: str = "DONE") -> None:
    """Take a vDS, fire one invocation, run it, finish."""
    taken = ledger.take_job("s", 9)
    assert taken
    claim = ledger.step("s", fired=Fired(taken.job, taken.epoch, [("A/", 0.0)])).claim
    assert claim
    ledger.step("s", Settlement(claim, how, {"wall_s": 1.0}, "{}" if how == "DONE" else None), claim=False)
    if how == "DONE":
        ledger.finish_job(taken.job, taken.epoch)


def attempts(tally: Tally) -> dict[str, int]:
    return {key[2]: count for key, count in tally.items() if key[0] == ATTEMPTS and count}


def test_an_empty_ledger_has_nothing(new_ledger: New) -> None:
    seen = Reader(View(new_ledger())).read()
    assert not seen.vds and not seen.stages and seen.oldest_queued is None and seen.messages == {"vds": 0}


def test_states_queue_invocations_and_slots(new_ledger: New) -> None:
    ledger = new_ledger()
    ledger.beat("s", SLOTS)
    submit(ledger, "DS", jobs=3)
    work(ledger)
    taken = ledger.take_job("s", 9)
    assert taken
    assert ledger.step(
        "s", fired=Fired(taken.job, taken.epoch, [("A/", 0.0), ("B/", 1.0), ("B/x", 2.0)])
    ).claim
    seen = Reader(View(ledger)).read()
    assert seen.vds == {"DONE": 1, "RUNNING": 1, "PENDING": 1} and seen.datastrips == {"RUNNING": 1}
    assert seen.running == {"A": 1} and seen.ready == {"B": 2}
    assert seen.stages["s"]["busy"] == 1 and seen.stages["s"]["slots"] == "2"
    assert seen.oldest_queued is not None and 0 <= seen.now - seen.oldest_queued < 60


def test_what_has_ended_is_not_read_again(new_ledger: New) -> None:
    ledger = new_ledger()
    submit(ledger, "DS", jobs=1)
    view = View(ledger)
    reader, asked = Reader(view), []
    read = view.attempts
    view.attempts = lambda ds: asked.append(ds) or read(ds)  # type: ignore[method-assign,func-returns-value]
    reader.read()
    work(ledger)
    assert attempts(reader.read().attempts) == attempts(reader.read().attempts) == {"DONE": 1}
    assert asked == ["DS", "DS"]
    submit(ledger, "DS", jobs=1, replace=True)
    assert reader.read().vds == {"PENDING": 1}


def test_what_was_cancelled_and_goes_on_is_read_again(new_ledger: New) -> None:
    ledger = new_ledger()
    submit(ledger, "DS", jobs=1)
    reader = Reader(View(ledger))
    ledger.cancel("DS")
    assert reader.read().datastrips == {"CANCELLED": 1}
    ledger.resubmit("DS")
    assert reader.read().datastrips == {"PENDING": 1}


def test_a_counter_never_falls_when_a_datastrip_is_replaced(new_ledger: New) -> None:
    ledger = new_ledger()
    submit(ledger, "ONE", jobs=1)
    submit(ledger, "TWO", jobs=1)
    work(ledger)
    work(ledger)
    reader = Reader(View(ledger))
    assert attempts(reader.read().attempts) == {"DONE": 2}
    submit(ledger, "ONE", jobs=1, replace=True)
    assert attempts(reader.read().attempts) == {"DONE": 2}
    work(ledger)
    assert attempts(reader.read().attempts) == {"DONE": 3}
