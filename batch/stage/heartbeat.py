"""Keeps the lease of the attempt at hand alive, and learns if it was lost."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from batch.ledger import Claim, Ledger

log = logging.getLogger(__name__)


class Heartbeat:
    """One thread per worker process; it beats four times in a lease's life while there is a claim."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._claim: Claim | None = None
        self._lost = False
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def of(self, claim: Claim) -> Iterator[None]:
        """Beats for `claim` while the block runs."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True, name="heartbeat")
            self._thread.start()
        self._claim, self._lost = claim, False
        try:
            yield
        finally:
            self._claim = None

    def lost(self) -> bool:
        """The ledger said that the lease is somebody else's, or nobody's."""
        return self._lost

    def still_ours(self) -> bool:
        """Asks now, and so gains a whole lease's time to publish in."""
        claim = self._claim
        return claim is not None and not self._lost and not self.ledger.extend([claim])

    def _run(self) -> None:
        while not self._wake.wait(self.ledger.lease_ms / 4000):
            claim = self._claim
            if claim is None:
                continue
            try:
                lost = bool(self.ledger.extend([claim]))
            except Exception as error:
                log.warning("no heartbeat for %s: %s", claim.member, error)
                continue
            if lost and claim is self._claim:
                self._lost = True
