"""The constellation's days against what is known of the real ones (../shared/domain/chain.md §8).

Ranges: where a figure is one sample, the range is what 17 datastrips of one day tell of the population
(95 %); where design and operation differ, it spans both.
"""

from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest

from batch.plan.forecast import tiles_of
from ipf.geometry.orbit import NODAL_PERIOD
from study.orbit.datatakes import LONGEST_S, SCENE_S, datatakes
from study.orbit.downlink import Datastrip
from study.orbit.plan import observed
from study.orbit.track import SATELLITES, Satellite

ORBITS_A_DAY = 28.6  # of two satellites
JULY = datetime(2018, 7, 16, tzinfo=UTC)
JANUARY = datetime(2018, 1, 16, tzinfo=UTC)


@pytest.fixture(scope="module")
def july() -> list[Datastrip]:
    return observed(10, JULY)


@pytest.fixture(scope="module")
def year(july: list[Datastrip]) -> list[list[Datastrip]]:
    """10 days of January, April, July and October."""
    months = (datetime(2018, m, 16, tzinfo=UTC) for m in (4, 10))
    return [observed(10, JANUARY), july, *(observed(10, m) for m in months)]


def minutes_per_orbit(strips: list[Datastrip]) -> float:
    return sum(d.scenes for d in strips) * SCENE_S / 60 / (10 * ORBITS_A_DAY)


def test_minutes_of_sensing_per_orbit(year: list[list[Datastrip]]) -> None:
    # 16.3 on the average by design, 23 from the 2.4 TB a day that were expected in operation.
    mean = np.mean([minutes_per_orbit(s) for s in year])
    assert 16.3 <= mean <= 23


def test_scenes_per_day_in_july(july: list[Datastrip]) -> None:
    # 7750 by design, 10 900 from 2.4 TB a day: an average over the year, which July may exceed by a little.
    assert 7750 <= sum(d.scenes for d in july) / 10 <= 10_900 * 1.1


def test_tiles_per_day(july: list[Datastrip]) -> None:
    # 12 500 a day at 10 900 scenes; 1.03 to 1.5 tiles per scene.
    tiles, scenes = sum(tiles_of(d.scenes) for d in july), sum(d.scenes for d in july)
    assert 1.03 <= tiles / scenes <= 1.5
    assert tiles / 10 == pytest.approx(12_500, rel=0.2)


def test_datastrips_per_day(july: list[Datastrip]) -> None:
    assert 130 <= len(july) / 10 <= 180  # some 150 by volume, 160 by the workplans' counters


def test_lengths_of_datastrips(july: list[Datastrip]) -> None:
    scenes = np.array([d.scenes for d in july])
    # The 17 datastrips of 2018-07-21: mean 73, deviation 58, so 73 ± 28; 4 of 17 below 24 scenes: 9 to 47 %.
    assert 45 <= scenes.mean() <= 101
    assert 0.09 <= (scenes < 24).mean() <= 0.47
    assert 180 <= scenes.max() <= LONGEST_S / SCENE_S  # 229 was seen; a datatake has at most 15 000 km


@pytest.mark.parametrize("name", SATELLITES)
def test_no_orbit_senses_longer_than_the_peak(name: str) -> None:
    # 31 min at most per orbit (design). An orbit is counted from its ascending node, in the dark.
    satellite = Satellite.named(name)
    minutes = Counter[int]()
    for take in datatakes(satellite, JULY, 10):
        orbit = (satellite.since_node(JULY) + take.start + NODAL_PERIOD / 2) // NODAL_PERIOD
        minutes[int(orbit)] += take.scenes * SCENE_S / 60
    assert 20 <= np.mean(list(minutes.values())) <= 24
    assert 30 <= max(minutes.values()) <= 31


def test_winter_of_the_north_has_less(year: list[list[Datastrip]]) -> None:
    january, july_, *_ = year
    assert minutes_per_orbit(january) < minutes_per_orbit(july_) - 5


def test_the_seed_decides_and_nothing_else() -> None:
    one = observed(0.5, JULY, missed=0.1, seed=1)
    assert one == observed(0.5, JULY, missed=0.1, seed=1)
    assert one != observed(0.5, JULY, missed=0.1, seed=2)


def test_in_the_order_of_reception_within_the_asked_days() -> None:
    strips = observed(0.5, JULY)
    assert [d.received for d in strips] == sorted(d.received for d in strips)
    assert all(0 <= d.start < 43_200 and d.received >= d.stop - 1e-6 for d in strips)


def test_a_longer_plan_begins_with_the_shorter_one() -> None:
    assert observed(0.25, JULY, missed=0.0) == [
        d for d in observed(0.5, JULY, missed=0.0) if d.start < 0.25 * 86_400
    ]
