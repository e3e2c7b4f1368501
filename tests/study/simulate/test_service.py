"""Times of a vDS, kept."""

import pytest

from batch.chain import load_chain, with_partitions
from study.laws import Law, Laws
from study.simulate.service import Service, total_seconds

CHAIN = with_partitions(load_chain(), {"detector": 1, "band": 1, "atf": 1, "granule": 1})


def service(**more: float) -> Service:
    laws = Laws(
        {("vds", i.name): Law(fixed_s=1.0, per_scene_s=0.5, sd=more.pop("sd", 0.0)) for i in CHAIN.ipfs}
    )
    return Service(CHAIN, laws, slots=4, **more)  # type: ignore[arg-type]


def test_a_law_and_a_speed() -> None:
    slow = service()
    fast = slow.at(2.0)
    assert fast.together(8, 1).makespan == pytest.approx(slow.together(8, 1).makespan / 2)
    assert fast.work(8) == pytest.approx(slow.work(8) / 2)
    assert slow.work(8) == pytest.approx(sum(total_seconds(slow, 8).values()))


def test_two_at_once_take_longer_than_one_and_at_most_twice_as_long() -> None:
    one, two = service().together(12, 1), service().together(12, 2)
    assert one.makespan < two.makespan <= 2 * one.makespan
    assert two.work == pytest.approx(2 * one.work)


def test_failures_make_it_longer_never_shorter() -> None:
    failing = service(failure=0.2)
    factors = [failing.factor(8, n) for n in range(8)]
    assert all(f >= 1 for f in factors) and max(f for f in factors) > 1.01
    assert service().factor(8, 1) == 1.0


def test_what_has_no_law_is_told_and_takes_no_time() -> None:
    bare = Service(CHAIN, Laws({("vds", "DECOMP"): Law(fixed_s=7.0)}), slots=4)
    assert bare.work(8) == 7.0
    assert "GEN_ORTHO_TOA" in bare.missing() and "DECOMP" not in bare.missing()
