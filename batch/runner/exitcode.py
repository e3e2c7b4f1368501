"""What the end of an attempt means. 0 done, 1-127 done with warnings, 128 and more failed.

The rule of the generic IPF interface as COPRS' worker (PoolProcessor) and DLR's prosEO wrapper have it.
An IPF that says 0 without a mandatory output has failed all the same.
"""

from dataclasses import dataclass
from pathlib import Path

from batch.runner.model import ABORTED, EXITED, TIMED_OUT, TOO_BIG, Usage

FIRST_FAILURE = 128
OUT_OF_MEMORY = 137
#: Memory of the attempt after one that ran out of it; only once, since a leak has no limit.
MORE_MEMORY = 1.5

DONE, WARNING, FAILED, TIMEOUT, STALE = "DONE", "WARNING", "FAILED", "TIMEOUT", "STALE"


@dataclass(frozen=True)
class Verdict:
    """State of the attempt, its cause in words, and the memory factor of the next one if it is to change."""

    state: str
    reason: str = ""
    memory: float | None = None

    @property
    def good(self) -> bool:
        """Whether its outputs are to be published."""
        return self.state in (DONE, WARNING)


def verdict(usage: Usage, missing: list[str], timeout_s: float, memory: float = 1.0) -> Verdict:
    """Judge an attempt by its end, its exit code and the mandatory file types that it did not write."""
    if usage.ended == ABORTED:
        return Verdict(STALE, "its lease was lost")
    if usage.ended == TIMED_OUT:
        return Verdict(TIMEOUT, f"killed after {timeout_s:.0f} s, its time limit")
    if usage.ended == TOO_BIG or usage.exit == OUT_OF_MEMORY:
        more = MORE_MEMORY if memory < MORE_MEMORY else None
        return Verdict(FAILED, f"exit code {usage.exit}: killed, most likely out of memory", more)
    if usage.exit >= FIRST_FAILURE:
        return Verdict(FAILED, f"exit code {usage.exit}")
    if missing:
        return Verdict(FAILED, f"exit code {usage.exit}, but no {' and no '.join(missing)}")
    assert usage.ended == EXITED
    return Verdict(WARNING if usage.exit else DONE, f"exit code {usage.exit}" if usage.exit else "")


def missing_outputs(mandatory: dict[str, Path], split: bool = False) -> list[str]:
    """File types of which there is no file with anything in it.

    Of an IPF that is split, one unit may write what belongs to the whole (RADIO_FINALIZE: the first detector
    hands PDI_DS on): a unit must write some of its types, all together all; who reads them checks that.
    """
    missing = [t for t, path in mandatory.items() if not has_content(path)]
    return [] if split and len(missing) < len(mandatory) else missing


def has_content(path: Path) -> bool:
    """Whether it is a file with anything in it, or a folder with such a file."""
    if path.is_dir():
        return any(f.is_file() and f.stat().st_size for f in path.rglob("*"))
    return path.is_file() and path.stat().st_size > 0
