"""The firing rule: which invocations may run, as a pure function of chain, extents and what is done."""

from batch.choreography.event import Event
from batch.choreography.firing import Firing
from batch.choreography.rule import depths, fireable, invocations

__all__ = ["Event", "Firing", "depths", "fireable", "invocations"]
