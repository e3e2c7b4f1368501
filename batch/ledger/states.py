"""States of a job (a vDS or the assembly) and of a datastrip, and which may follow which.

    PENDING ──► RUNNING ──► DONE
       ▲  ▲        │ │
       │  └────────┘ ├────► FAILED ────┐   the stage vanished: back to PENDING, from L0c
       │             └────► CANCELLED  │
       └── resubmit ◄───────┴──────────┘

The table is the only source: the Lua scripts get it from here.
"""

from collections.abc import Iterable
from enum import StrEnum


class State(StrEnum):
    """State of a job."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


LEGAL: dict[State, frozenset[State]] = {
    State.PENDING: frozenset({State.RUNNING, State.CANCELLED}),
    State.RUNNING: frozenset({State.DONE, State.FAILED, State.CANCELLED, State.PENDING}),
    State.FAILED: frozenset({State.PENDING, State.CANCELLED}),
    State.CANCELLED: frozenset({State.PENDING}),
    State.DONE: frozenset(),
}


def may_follow(before: State, after: State) -> bool:
    """Whether `after` is a legal successor of `before`."""
    return after in LEGAL[before]


def lua_table() -> str:
    """The table of legal transitions as a Lua expression: `{PENDING={RUNNING=true,…},…}`."""
    rows = (f"{b}={{{','.join(f'{a}=true' for a in sorted(after))}}}" for b, after in LEGAL.items())
    return "{" + ",".join(rows) + "}"


def datastrip_state(vds: Iterable[State], assembly: State | None, assembles: bool, cancelled: bool) -> State:
    """State of a datastrip, derived from its jobs; it is FAILED only when nothing else of it can go on."""
    states = list(vds)
    if cancelled:
        return State.CANCELLED
    if assembly == State.DONE or (not assembles and states and all(s == State.DONE for s in states)):
        return State.DONE
    every = states + ([assembly] if assembly else [])
    if any(s == State.RUNNING for s in every):
        return State.RUNNING
    if any(s == State.PENDING for s in every):
        return State.RUNNING if any(s == State.DONE for s in every) else State.PENDING
    if any(s == State.FAILED for s in every):
        return State.FAILED
    return State.RUNNING if states and all(s == State.DONE for s in states) else State.CANCELLED
