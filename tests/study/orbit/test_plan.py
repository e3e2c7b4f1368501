"""The constellation's days against what is known of the real ones: study/data/known.yaml."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import yaml

from batch.plan.forecast import tiles_of
from ipf.geometry.orbit import NODAL_PERIOD
from study.orbit.datatakes import LONGEST_S, SCENE_S, datatakes
from study.orbit.downlink import Datastrip
from study.orbit.plan import observed
from study.orbit.track import SATELLITES, Satellite

ORBITS_A_DAY = 28.6  # of two satellites
JULY = datetime(2018, 7, 16, tzinfo=UTC)
JANUARY = datetime(2018, 1, 16, tzinfo=UTC)
KNOWN = yaml.safe_load((Path(__file__).parents[3] / "study" / "data" / "known.yaml").read_text("utf-8"))
#: Scenes of the datastrips that were seen, as known.yaml lists them.
SEEN = (3, 6, 20, 23, 26, 30, 50, 57, 66, 80, 80, 93, 93, 95, 110, 178, 229)


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


def within(name: str, value: float) -> bool:
    """Whether a figure lies in the range that is known of it, ends included."""
    return bool(KNOWN[name]["low"] <= value <= KNOWN[name]["high"])


def test_minutes_of_sensing_per_orbit(year: list[list[Datastrip]]) -> None:
    assert within("minutes_per_orbit", float(np.mean([minutes_per_orbit(s) for s in year])))


def test_scenes_per_day_in_july(july: list[Datastrip]) -> None:
    assert within("scenes_per_day", sum(d.scenes for d in july) / 10)


def test_tiles_per_scene(july: list[Datastrip]) -> None:
    tiles, scenes = sum(tiles_of(d.scenes) for d in july), sum(d.scenes for d in july)
    assert within("tiles_per_scene", tiles / scenes)


def test_datastrips_per_day(july: list[Datastrip]) -> None:
    assert within("datastrips_per_day", len(july) / 10)


def test_lengths_of_datastrips(july: list[Datastrip]) -> None:
    scenes = np.array([d.scenes for d in july])
    assert within("scenes_of_a_datastrip", float(scenes.mean()))
    assert within("short_datastrips", float((scenes < 24).mean()))


def test_longest_datastrip_is_shorter_than_the_one_seen(july: list[Datastrip]) -> None:
    """Known to be off by a few scenes, as docs/simulate.md says; none is longer than a datatake may be."""
    longest = max(d.scenes for d in july)
    assert 0.95 * KNOWN["longest_datastrip"]["low"] <= longest <= LONGEST_S / SCENE_S
    assert not within("longest_datastrip", longest)


def test_the_other_months_are_below_what_is_known_of_a_day(year: list[list[Datastrip]]) -> None:
    """Known ranges are of July or of a year's mean: January and its like lie below them, as the page says."""
    january = year[0]
    assert not within("scenes_per_day", sum(d.scenes for d in january) / 10)
    assert not within("datastrips_per_day", len(january) / 10)


def test_ranges_are_what_their_sources_say() -> None:
    scenes = np.array(SEEN)
    spread = 1.96 * scenes.std() / len(scenes) ** 0.5
    assert KNOWN["scenes_of_a_datastrip"]["mean"] == round(scenes.mean())
    assert abs(scenes.mean() - spread - KNOWN["scenes_of_a_datastrip"]["low"]) < 0.5
    assert abs(scenes.mean() + spread - KNOWN["scenes_of_a_datastrip"]["high"]) < 0.5
    share, z2, n = (scenes < 24).mean(), 1.96**2, len(scenes)
    half = 1.96 * np.sqrt(share * (1 - share) / n + z2 / 4 / n**2) / (1 + z2 / n)
    middle = (share + z2 / 2 / n) / (1 + z2 / n)
    short = KNOWN["short_datastrips"]
    assert [short["low"], short["high"]] == [round(middle - half, 3), round(middle + half, 3)]
    assert KNOWN["datastrips_per_day"]["low"] == round(KNOWN["scenes_per_day"]["high"] / 73)
    assert KNOWN["longest_datastrip"]["low"] == scenes.max()


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
