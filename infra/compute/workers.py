"""Which stage worker is where: pure, and the same for a worker whatever their number.

Worker k's name, zone and group follow from k alone, so that adding or removing workers at the end moves none
of the others.
"""

from dataclasses import dataclass

from infra.settings.model import Group


@dataclass(frozen=True)
class Worker:
    """`number` from 1; `zone`: None is the cloud's choice; `group`: its server group's number, if any."""

    number: int
    zone: str | None
    group: int | None

    @property
    def name(self) -> str:
        """`stage-01`; after 99 the number grows, it is not cut."""
        return f"stage-{self.number:02d}"


def workers(count: int, zones: list[str], group: Group) -> list[Worker]:
    """The stage workers 1…count: zones in turn; groups are filled one after the other up to their limit."""
    return [
        Worker(
            number=index + 1,
            zone=zones[index % len(zones)] if zones else None,
            group=None if group.policy == "none" else index // (group.max or count) + 1,
        )
        for index in range(count)
    ]
