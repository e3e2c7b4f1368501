"""An event: this invocation ended well, so its file types now exist for its unit."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from batch.chain.units import Invocation


@dataclass(frozen=True, slots=True)
class Event:
    """`key` of an invocation, and the extents that its output made known (`{"tile": ("36MZD", …)}`)."""

    key: str
    announced: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @staticmethod
    def of(invocation: Invocation, announced: Mapping[str, tuple[str, ...]] | None = None) -> "Event":
        return Event(invocation.key, announced or {})

    def to_json(self) -> str:
        """Compact: only the key where nothing is announced."""
        if not self.announced:
            return json.dumps(self.key)
        return json.dumps([self.key, {d: list(p) for d, p in self.announced.items()}], separators=(",", ":"))

    @staticmethod
    def from_json(text: str | bytes) -> "Event":
        """ValueError if `text` is not an event."""
        value = json.loads(text)
        if isinstance(value, str):
            return Event(value)
        try:
            key, announced = value
            return Event(key, {d: tuple(p) for d, p in announced.items()})
        except (TypeError, AttributeError) as error:
            raise ValueError(f"{text!r} is not an event") from error
