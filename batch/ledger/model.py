"""What goes into the ledger and comes out of it, as plain data."""

from dataclasses import dataclass, field
from typing import Any

#: Identifier of the job that assembles a datastrip; those of vDS are v01, v02, …
ASSEMBLY = "ds"
#: Settlements: how an attempt ended. The first two append the event; RELEASED counts no attempt.
DONE, WARNING, FAILED, TIMEOUT, RELEASED = "DONE", "WARNING", "FAILED", "TIMEOUT", "RELEASED"


@dataclass(frozen=True)
class Claim:
    """An invocation that this holder runs now. `memory` is the factor on the chain's memory limit."""

    member: str
    job: str
    epoch: str
    key: str
    attempt: int
    start: float
    memory: float = 1.0

    @property
    def datastrip(self) -> str:
        """Identifier of the datastrip."""
        return self.job.rpartition("/")[0]

    @property
    def id(self) -> str:
        """Identifier of the job within its datastrip: v01, …, ds."""
        return self.job.rpartition("/")[2]


@dataclass(frozen=True)
class Settlement:
    """How the attempt of `claim` ended: its record, and the event to append if it ended well."""

    claim: Claim
    how: str
    record: dict[str, Any]
    #: JSON text of the event (`Event.to_json`); None unless it ended well.
    event: str | None = None
    #: How much of the job's log the holder knows already.
    cursor: int = 0
    reason: str = ""
    memory: float | None = None


@dataclass(frozen=True)
class Fired:
    """Invocations of a job that fired, each with its score in the ready set (lowest first)."""

    job: str
    epoch: str
    items: list[tuple[str, float]]


@dataclass(frozen=True)
class Answer:
    """What one step gave: was the attempt stale, events since the cursor, next claim, whom to wake."""

    stale: bool = False
    events: list[str] = field(default_factory=list)
    claim: Claim | None = None
    wake: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """A job that this stage took: a vDS that it holds now, or the assembly."""

    job: str
    epoch: str


@dataclass(frozen=True)
class Swept:
    """What a sweep found."""

    expired: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    wake: dict[str, int] = field(default_factory=dict)
