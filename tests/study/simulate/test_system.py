"""The system's invariants: nothing lost or made twice, costs add up, more stages never hurt."""

from collections import Counter

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from batch.chain import load_chain, with_partitions
from batch.errors import InputError
from batch.plan.cut import cut
from batch.plan.forecast import tiles_of
from study.laws import Law, Laws
from study.simulate.model import L0C_FIXED_S, L0C_MB, L0C_PER_SCENE_S, TILE_MB, Arrival, Outcome, Platform
from study.simulate.service import Service
from study.simulate.system import simulate

#: Few units and short laws, so that a run takes milliseconds.
CHAIN = with_partitions(load_chain(), {"detector": 1, "band": 1, "atf": 1, "granule": 1})
LAWS = Laws({("vds", i.name): Law(fixed_s=2.0, per_scene_s=0.5) for i in CHAIN.ipfs})


def service(**more: float) -> Service:
    return Service(CHAIN, LAWS, slots=4, **more)  # type: ignore[arg-type]


def strips(*scenes: int, every: float = 600.0) -> list[Arrival]:
    return [Arrival(f"ds{n}", s, n * every, n * every + 1000) for n, s in enumerate(scenes)]


#: A failing run of minutes is not made shorter: the seed tells enough.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
CALM = {"failure": 0.0, "lost_per_hour": 0.0}


def test_one_datastrip_by_hand() -> None:
    # 16 scenes: one vDS; links of 1 Gbit/s = 125 MB/s.
    platform = Platform(stages=1, ingest=1.0, storage=1.0, nic=1.0, **CALM)
    one = simulate(strips(16), platform, service())
    ready = 1000 + L0C_FIXED_S + 16 * L0C_PER_SCENE_S + 16 * L0C_MB / 125
    made = ready + 16 * L0C_MB / 125 + service().together(16, 1).makespan + tiles_of(16) * TILE_MB / 125
    (product,) = one.made
    assert product.ready == pytest.approx(ready)
    assert one.order[0][0] == pytest.approx(made, abs=0.01)
    assert product.done == pytest.approx(made + service().assembly(16, 0).makespan, abs=0.01)
    assert one.vds == one.vds_attempts == 1


def test_two_vds_on_one_stage_take_as_long_as_two_scheduled_together() -> None:
    """What the aggregation stands for: equal vDS that start together, against every invocation in full."""
    platform = Platform(stages=1, scenes=13, storage=1e6, nic=1e6, ingest=1e6, hold=2, **CALM)
    one = simulate(strips(23), platform, service())  # cut in two of 13, overlap 3
    assert [c.scenes for c in cut([23], 13, 3)] == [13, 13]
    spent = max(at for at, _, _ in one.order) - one.made[0].ready
    assert spent == pytest.approx(service().together(13, 2).makespan, rel=0.001)


lengths = st.lists(st.integers(1, 120), min_size=1, max_size=8)


@settings(max_examples=20, deadline=None, phases=PHASES)
@given(lengths, st.integers(1, 4), st.integers(0, 3), st.floats(0, 2), st.integers(0, 9))
def test_nothing_is_lost_or_made_twice(
    scenes: list[int], stages: int, more: int, lost_per_hour: float, seed: int
) -> None:
    platform = Platform(
        stages=stages, most=stages + more, lost_per_hour=lost_per_hour, seed=seed, boot_s=60, cap=50
    )
    out = simulate(strips(*scenes), platform, service(failure=0.01))
    assert Counter(m.name for m in out.made) == Counter(f"ds{n}" for n in range(len(scenes)))
    assert all((m.done is None) == (m.scenes < 4) for m in out.made)
    wanted = [(f"ds{n}", v) for n, s in enumerate(scenes) if s >= 4 for v in range(len(cut([s], 16, 3)))]
    assert sorted((name, vds) for _, name, vds in out.order) == sorted(wanted)
    assert out.vds == len(wanted) <= out.vds_attempts
    assert out.in_mb == pytest.approx(sum(s for s in scenes if s >= 4) * L0C_MB)
    lives = [(a, b) for a, b in out.stages]
    assert all(b >= a for a, b in lives)
    assert out.stage_busy_s <= out.stage_s + 1e-6
    assert sum(out.waiting.values()) == pytest.approx(out.end)


@settings(max_examples=15, deadline=None, phases=PHASES)
@given(lengths.filter(lambda s: max(s) >= 4), st.integers(1, 6))
def test_more_stages_never_take_longer_than_the_links_explain(scenes: list[int], stages: int) -> None:
    def makespan(n: int) -> float:
        return simulate(strips(*scenes), Platform(stages=n, **CALM), service()).end

    # With more stages more transfers share the storage at once: at most all bytes once more over it, and one
    # vDS that list scheduling may put late.
    bytes_mb = sum(s * L0C_MB + 2 * tiles_of(s) * TILE_MB for s in scenes)
    allowance = bytes_mb / (10 * 125) + service().together(16, 2).makespan
    assert makespan(stages + 1) <= makespan(stages) + allowance


def test_an_elastic_platform_grows_and_shrinks() -> None:
    platform = Platform(stages=1, most=6, boot_s=60, patience_s=60, idle_s=300, **CALM)
    burst = [*strips(*[110] * 8, every=1.0), Arrival("late", 50, 200_000, 200_000)]
    out = simulate(burst, platform, service())
    assert len(out.stages) > 3
    fixed = simulate(burst, Platform(stages=1, **CALM), service())
    assert out.made[-2].done is not None and fixed.made[-2].done is not None
    assert out.made[-2].done < fixed.made[-2].done
    # given back in the long pause
    assert out.stage_s < 1.5 * out.end


def test_a_vds_that_is_lost_too_often_fails_its_datastrip_visibly() -> None:
    platform = Platform(stages=1, lost_per_hour=1e3, cap=2, seed=1, failure=0.0)
    out: Outcome = simulate(strips(16), platform, service())
    (product,) = out.made
    assert product.done is None and "lost 2 times" in product.why
    assert out.lost_stages >= 2


def test_the_same_seed_gives_the_same_run() -> None:
    def run(seed: int) -> Outcome:
        return simulate(strips(60, 80, 100), Platform(stages=2, lost_per_hour=0.5, seed=seed), service())

    assert run(3) == run(3)
    assert run(3) != run(4)


def test_an_impossible_cut_is_refused() -> None:
    with pytest.raises(InputError, match="raise --scenes"):
        simulate(strips(16), Platform(scenes=5, overlap=8), service())
