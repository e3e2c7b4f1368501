"""From rows to laws: what counts, what is left out, what is said of it."""

from dataclasses import replace

import pytest

from study.bench.derive import law_of, laws_of, scaling_of
from study.bench.record import Row
from tests.study.bench.test_record import ROW


def rows(scales: tuple[int, ...] = (16,), **changed: object) -> list[Row]:
    """A whole-vDS IPF: 0.3 s, and 0.1 s per scene."""
    return [
        replace(
            ROW, ipf="UPDATE_LOC", unit="", scale=s, vds_scenes=n, scenes=float(n), tiles=0.0,
            mpixels=400.0 * n / s**2, covered=0.0, coverage=None, repetition=r, cpu_s=0.3 + 0.1 * n,
            wall_s=(0.3 + 0.1 * n) * 1.5, **changed,
        )
        for s in scales for n in (4, 7, 10) for r in (1, 2)
    ]  # fmt: skip


def test_one_scale_is_said_to_leave_pixels_open() -> None:
    law = law_of(rows(), 2)
    assert law.per_scene_s == pytest.approx(0.1, rel=0.01)
    assert "one scale only (16)" in law.why


def test_two_scales_tell_scenes_from_pixels() -> None:
    law = law_of(rows((16, 8)), 2)
    assert "one scale" not in law.why
    assert law.scales == (8, 16)
    assert law.per_mpixel_s == pytest.approx(0, abs=1e-3)


def test_wall_time_counts_only_where_a_core_was_free() -> None:
    assert law_of(rows(others=0.3), 2).wall_per_cpu == pytest.approx(1.5)
    assert law_of(rows(others=1.5), 2).wall_per_cpu == 1.0


def test_crowds_and_failures_are_left_out() -> None:
    some = [replace(r, slots=2, cpu_s=99.0) for r in rows()] + [replace(r, exit=137) for r in rows()]
    assert laws_of(some, {}) == {}
    assert laws_of([*rows(), *some], {})["vds", "UPDATE_LOC"].n == 6


def test_machines_are_not_mixed() -> None:
    other = [replace(r, machine="m2", cpu_s=50.0) for r in rows()[:2]]
    assert laws_of([*rows(), *other], {})["vds", "UPDATE_LOC"].n == 6


def test_scaling_is_against_the_same_unit_alone() -> None:
    twice = [replace(r, slots=2, copy=c, cpu_s=r.cpu_s * 1.1, wall_s=r.wall_s * 1.25)
             for r in rows() if r.vds_scenes == 10 for c in (1, 2)]  # fmt: skip
    (found,) = scaling_of([*rows(), *twice])
    assert (found.slots, found.cpu, found.wall) == (2, pytest.approx(1.1), pytest.approx(1.25))
    assert found.gain == pytest.approx(1.6)
    assert scaling_of(twice) == []
