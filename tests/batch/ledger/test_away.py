"""A stage that was stopped on purpose keeps its vDS for a while; one that fell silent does not."""

import time
from collections.abc import Callable

import pytest

from batch.ledger import Ledger, View

RECORD = {"chain_hash": "c", "priority": "normal", "assemble": False}


@pytest.mark.parametrize(("ending", "away_s", "kept"), [("", 60, False), ("1", 60, True), ("1", 0.05, False)])
def test_who_goes_on_purpose_is_waited_for(
    new_ledger: Callable[..., Ledger], ending: str, away_s: float, kept: bool
) -> None:
    ledger = new_ledger(stage_s=0.05, away_s=away_s)
    ledger.submit("DS", RECORD, {"v01": {}}, "chain")
    ledger.beat("s1", {"ending": ending})
    assert ledger.take_job("s1", 1)
    ledger.sweep()
    time.sleep(0.1)
    vanished = ledger.sweep().vanished
    assert vanished == ([] if kept else ["s1"])
    assert View(ledger).job("DS/v01")["state"] == ("RUNNING" if kept else "PENDING")


def test_a_stage_that_ends_is_not_waited_for_by_others(new_ledger: Callable[..., Ledger]) -> None:
    ledger = new_ledger(patience_s=60)
    ledger.submit("DS", RECORD, {"v01": {}, "v02": {}}, "chain")
    ledger.beat("s1", {"hold": "2"})
    ledger.beat("s2", {"hold": "2"})
    assert ledger.take_job("s1", 2)
    assert ledger.take_job("s1", 2) is None  # s2 is freer
    ledger.beat("s2", {"hold": "2", "ending": "1"})
    assert ledger.take_job("s1", 2)
