"""The fit: exact where the data are, non-negative always, robust, honest about what it does not know."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.bench.fit import Run, fit, nnls
from study.laws import TERMS, Size
from study.laws.model import FEW, GOOD, POOR

SIZES = [
    Size(s * d / 12, 0.0, s * d * 0.3 / n, s * d * 0.3 / n * c)
    for s in (4, 7, 10) for d in (1, 4, 12) for n in (1, 4) for c in (0.05, 0.9)
]  # fmt: skip
TERM = st.one_of(st.just(0.0), st.floats(0.01, 10))


@given(fixed=st.floats(0.05, 5), scene=TERM, mpixel=TERM, covered=TERM)
@settings(deadline=None, max_examples=25)
def test_a_law_without_noise_is_found_again(
    fixed: float, scene: float, mpixel: float, covered: float
) -> None:
    true = np.array([fixed, scene, 0.0, mpixel, covered])
    law = fit([Run(s, float(true @ s.row())) for s in SIZES], replicates=2)
    assert law.coefficients == pytest.approx(tuple(true), rel=1e-3, abs=1e-3 * max(true))
    assert law.quality == GOOD


@given(rows=st.integers(1, 8), columns=st.integers(1, 5), seed=st.integers(0, 10_000), twin=st.booleans())
@settings(deadline=None)
def test_nnls_meets_the_conditions_of_a_minimum(rows: int, columns: int, seed: int, twin: bool) -> None:
    random = np.random.default_rng(seed)
    a, b = random.normal(size=(rows, columns)), random.normal(size=rows)
    if twin:
        a[:, -1] = a[:, 0]
    x = nnls(a, b)
    slope = a.T @ (b - a @ x)
    size = np.abs(a).max() * np.abs(b).max() * rows
    assert (x >= 0).all()
    assert (slope <= 1e-6 * size).all(), "less would be gained by a larger term"
    assert np.abs(slope * x).max() <= 1e-6 * size * (1 + x.max())


@given(seed=st.integers(0, 1000))
@settings(deadline=None, max_examples=10)
def test_terms_are_never_negative(seed: int) -> None:
    random = np.random.default_rng(seed)
    law = fit([Run(s, float(random.lognormal(0, 1))) for s in SIZES], replicates=5)
    assert min(law.coefficients) >= 0
    assert all(law.low[t] <= law.high[t] for t in law.low)


def test_the_interval_holds_the_truth_where_it_was_measured_and_beyond() -> None:
    true = np.array([0.5, 0.1, 0.0, 0.05, 0.2])
    beyond = Size(10, 0.0, 600.0, 500.0)
    held = 0
    for seed in range(20):
        noise = np.random.default_rng(seed).lognormal(0, 0.05, (len(SIZES), 3))
        runs = [Run(s, float(true @ s.row() * n)) for s, ns in zip(SIZES, noise, strict=True) for n in ns]
        low, high = fit(runs, seed, replicates=60).interval(beyond)
        held += low <= true @ beyond.row() <= high
    assert held >= 15, "about 19 of 20 would be right; the bootstrap of few sizes is known to be a bit narrow"


def test_outliers_do_not_move_the_law() -> None:
    true = np.array([0.5, 0.1, 0.0, 0.05, 0.2])
    runs = [Run(s, float(true @ s.row())) for s in SIZES for _ in range(3)]
    spoilt = [Run(r.size, r.seconds * (4 if i % 9 == 0 else 1)) for i, r in enumerate(runs)]
    one, other = fit(runs, replicates=2), fit(spoilt, replicates=2)
    big = Size(10, 0.0, 30.0, 20.0)
    assert other.seconds(big) == pytest.approx(one.seconds(big), rel=0.05)


def test_few_sizes_are_said_to_be_few() -> None:
    law = fit([Run(Size(4, 0, 6), 1.0), Run(Size(7, 0, 11), 2.0)] * 3)
    assert law.quality == FEW
    assert "too few" in law.why
    assert fit([]).quality == FEW


def test_noise_is_said_to_be_no_law() -> None:
    random = np.random.default_rng(1)
    law = fit([Run(s, float(random.lognormal(0, 1.5))) for s in SIZES], replicates=5)
    assert law.quality == POOR


def test_terms_that_the_sizes_cannot_tell_apart_are_not_both_fitted() -> None:
    """At one scale, Mpixel of the whole vDS is a multiple of its scenes."""
    law = fit([Run(Size(n, 0, 1.6 * n), 0.3 + 0.1 * n) for n in (4, 7, 10, 13)], replicates=5)
    assert law.per_scene_s == pytest.approx(0.1, rel=0.01)
    assert law.per_mpixel_s == 0
    assert set(law.low) == set(TERMS[:2])
