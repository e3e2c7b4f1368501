"""A line of the preflight."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["PASS", "FAIL", "SKIP"]


@dataclass(frozen=True)
class Line:
    """`what` is checked, what was `found`, what to do (`remedy`), and the command to check it `by_hand`.

    SKIP: the cloud does not tell.
    """

    status: Status
    what: str
    found: str
    remedy: str = ""
    by_hand: str = ""


def passed(what: str, found: str, by_hand: str, remedy: str = "") -> Line:
    return Line("PASS", what, found, remedy, by_hand)


def failed(what: str, found: str, by_hand: str, remedy: str) -> Line:
    return Line("FAIL", what, found, remedy, by_hand)


def skipped(what: str, found: str, by_hand: str = "") -> Line:
    return Line("SKIP", what, found, "", by_hand)
