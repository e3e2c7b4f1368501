"""A stage in the simulation: places for vDS, slots that these share, a network card."""

from dataclasses import dataclass, field

import simpy

from study.simulate.model import Platform
from study.simulate.service import Service
from study.simulate.shared import Shared


@dataclass(eq=False)
class Stage:
    """`held`: places taken; `slots`: the IPFs of its vDS, in units of one vDS."""

    slots: Shared
    since: float
    held: int = 0
    idle_since: float = 0.0
    alive: bool = True
    transfers: list[simpy.Event] = field(default_factory=list)


def make_stage(env: simpy.Environment, platform: Platform, service: Service) -> Stage:
    """A stage that is there now."""
    times: dict[tuple[float, int], float] = {}

    def rate(key: float, n: int) -> float:
        """vDS per second. `key`: scenes of the vDS, or minus the seconds of an assembly."""
        if key < 0:
            return 1.0 / (-key * n)
        if (key, n) not in times:
            # Beyond `hold` (an assembly beside) the slots are divided further.
            copies = min(n, platform.hold)
            times[key, n] = service.together(int(key), copies).makespan * n / copies
        return 1.0 / times[key, n]

    return Stage(Shared(env, rate), env.now, idle_since=env.now)
