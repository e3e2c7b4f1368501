"""The closed loop: what it finds keeps the aim, and one stage less does not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.chain import load_chain, with_partitions
from study.laws import Law, Laws
from study.simulate.measure import share_within
from study.simulate.model import Arrival, Platform
from study.simulate.service import Service
from study.simulate.size import busy_stages, choices, least_stages
from study.simulate.system import simulate
from tests.study.price.stacks import figure, flavor, stack

CHAIN = with_partitions(load_chain(), {"detector": 1, "band": 1, "atf": 1, "granule": 1})
LAWS = Laws({("vds", i.name): Law(fixed_s=2.0, per_scene_s=0.5) for i in CHAIN.ipfs})
STRIPS = [Arrival(f"ds{n}", 60, n * 300.0, n * 300.0 + 500) for n in range(12)]
PLATFORM = Platform(failure=0.0, lost_per_hour=0.0)


@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 400))
def test_the_least_number_is_found_wherever_one_begins(aim: int, limit: int, first: int) -> None:
    found = least_stages(lambda n: n >= aim, limit, first)
    assert found == (aim if aim <= limit else None)


def test_the_cheapest_first_and_one_stage_less_does_not_do() -> None:
    service = Service(CHAIN, LAWS, slots=4)
    found, best = choices(STRIPS, PLATFORM, service, stack(), "large", 1.0, 0.9, [12, 20], 30)
    assert found and best >= 0.9
    prices = [c.price.known for c in found]
    assert prices == sorted(prices)
    for choice in found:
        assert choice.share >= 0.9
        assert choice.price.known == min(p.known for p in choice.prices.values())
        if choice.most == choice.stages and choice.stages > 1:
            less = replace(PLATFORM, scenes=choice.scenes, stages=choice.stages - 1)
            assert share_within(simulate(STRIPS, less, service), 1.0) < 0.9


def test_what_cannot_be_kept_gives_nothing_but_the_best() -> None:
    service = Service(CHAIN, LAWS, slots=4)
    found, best = choices(STRIPS, PLATFORM, service, stack(), "large", 0.01, 0.9, [12], 4)
    assert found == [] and best == 0.0


def test_an_unknown_commitment_is_not_taken() -> None:
    service = Service(CHAIN, LAWS, slots=4)
    unknown = stack({"price.flavors.large": flavor(1.0)})
    found, _ = choices(STRIPS, PLATFORM, service, unknown, "large", 2.0, 0.5, [12], 30)
    assert found[0].commitment == "hour"
    assert found[0].prices["year"].document()["at_least"]


def test_timeliness_of_a_class() -> None:
    out = simulate(STRIPS, replace(PLATFORM, stages=8), Service(CHAIN, LAWS, slots=4))
    assert share_within(out, 100.0) == 1.0
    assert share_within(out, 0.0) == pytest.approx(0.0)


def test_a_commitment_without_a_price_for_the_stages_is_not_the_cheapest() -> None:
    service = Service(CHAIN, LAWS, slots=4)
    # nothing is known whole, and of the month not even the stages: what is left of it is little
    odd = stack({"price.router_hour": figure(None), "price.flavors.large": flavor(1.0, None, 292.0)})
    found, _ = choices(STRIPS, PLATFORM, service, odd, "large", 1.0, 0.9, [12], 30)
    assert found and all(not p.complete for c in found for p in c.prices.values())
    assert found[0].prices["month"].known < found[0].prices["year"].known
    assert found[0].offered == {"hour", "year"} and found[0].commitment == "year"


def test_a_datastrip_that_is_too_short_keeps_no_stage_busy() -> None:
    service = Service(CHAIN, LAWS, slots=4)
    short = Arrival("short", 3, 0.0, 400.0)
    assert busy_stages([*STRIPS, short], PLATFORM, service) <= busy_stages(STRIPS, PLATFORM, service)
    assert busy_stages([short], PLATFORM, service) == 0
