"""Attempts, counted. Pure; every key has few values, so the number of series stays bounded.

Keys of a tally: (ATTEMPTS, ipf, state), (FAILURES, ipf, reason), (RETRIES, ipf), (SECONDS, ipf) and
(BUCKET, ipf, index into BOUNDS_S; its length stands for "longer"). What an IPF has not had yet is there as 0:
Prometheus sees an increase only from one sample to the next, and would miss the first failure otherwise.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

Key = tuple[str, ...]
Tally = Counter[Key]

ATTEMPTS, FAILURES, RETRIES, SECONDS, BUCKET = "attempts", "failures", "retries", "seconds", "bucket"
#: How an attempt can end; STALE (its lease was lost before it ended) is counted as LOST.
ENDS = ("DONE", "WARNING", "FAILED", "TIMEOUT", "LOST", "RELEASED", "CANCELLED")
GOOD, BAD = ("DONE", "WARNING"), ("FAILED", "TIMEOUT", "LOST")
#: Causes of FAILED and TIMEOUT: its time limit, its memory, an exit code of 128 or more, a mandatory output
#: that is not there, or something on the stage's side (a full disk, a folder that cannot be read).
REASONS = ("timeout", "memory", "exit", "output", "stage")
#: Upper bounds of the histogram of durations, in seconds: units take from a second to hours.
BOUNDS_S = (1.0, 3.0, 10.0, 30.0, 60.0, 180.0, 600.0, 1800.0, 3600.0, 10800.0)

FIRST_FAILURE, OUT_OF_MEMORY = 128, 137


def tally(attempts: Iterable[dict[str, Any]]) -> Tally:
    """Counts of one datastrip's attempts, as `View.attempts` gives them: by their start."""
    found: Tally = Counter()
    failed_before: set[tuple[str, int, str]] = set()
    for one in attempts:
        ipf = ipf_of(one["key"])
        if (RETRIES, ipf) not in found:
            found.update(dict.fromkeys(_keys(ipf), 0))
        invocation = (one["job"], int(one.get("epoch") or 0), one["key"])
        if invocation in failed_before:
            found[RETRIES, ipf] += 1
        state = "LOST" if one["state"] == "STALE" else one["state"]
        if state not in ENDS:
            continue
        found[ATTEMPTS, ipf, state] += 1
        if state in GOOD:
            seconds = float(one.get("wall_s") or 0)
            found[SECONDS, ipf] += seconds  # type: ignore[assignment]
            found[BUCKET, ipf, str(bucket(seconds))] += 1
        elif state in BAD:
            failed_before.add(invocation)
            if state != "LOST":
                found[FAILURES, ipf, reason(one)] += 1
    return found


def ipf_of(key: str) -> str:
    """IPF of an invocation's key: `GEN_ORTHO_TOA` of `GEN_ORTHO_TOA/band=B01,tile=36MZD`."""
    return key.partition("/")[0]


def bucket(seconds: float) -> int:
    """Index of the first bound that is not below; len(BOUNDS_S) beyond the last."""
    return next((i for i, bound in enumerate(BOUNDS_S) if seconds <= bound), len(BOUNDS_S))


def reason(attempt: dict[str, Any]) -> str:
    """One of REASONS, from the record of a FAILED or TIMEOUT attempt."""
    code = int(attempt.get("exit") or 0)
    if attempt["state"] == "TIMEOUT":
        return "timeout"
    if code == OUT_OF_MEMORY or "out of memory" in attempt.get("reason", "").partition("\n")[0]:
        return "memory"
    if code < 0:
        return "stage"
    return "exit" if code >= FIRST_FAILURE else "output"


def _keys(ipf: str) -> list[Key]:
    buckets = [(BUCKET, ipf, str(i)) for i in range(len(BOUNDS_S) + 1)]
    ends, reasons = [(ATTEMPTS, ipf, s) for s in ENDS], [(FAILURES, ipf, r) for r in REASONS]
    return [*ends, *reasons, *buckets, (RETRIES, ipf), (SECONDS, ipf)]
