"""From measurements to a law: non-negative, robust least squares on relative errors. Pure.

Times span orders of magnitude, so errors are relative: the residual of a run is (measured − law) / law. No
term may be negative: an IPF does not get faster by having more to do (Lawson & Hanson 1974, ch. 23). Outliers
(a neighbour on the machine) get Huber's weights (Huber 1964, k = 1.345). Uncertainty by the bootstrap: whole
sizes are drawn with their repetitions, as the repetitions of one size share its misfit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from study.laws.model import FAIR, FEW, GOOD, POOR, TERMS, Law
from study.laws.size import Size

Floats = NDArray[np.float64]

REPLICATES = 200
ROUNDS = 8
HUBER = 1.345
#: Laplace's ratio of a normal's standard deviation to its median absolute deviation.
MAD = 1.4826
#: Criterion of the fit: r² of the weighted fit, and the typical relative error of a size's mean.
R2_GOOD, R2_FAIR = 0.95, 0.80
ERROR_GOOD, ERROR_FAIR = 0.10, 0.25


@dataclass(frozen=True)
class Run:
    """One measurement as the fit sees it."""

    size: Size
    seconds: float


def fit(runs: Sequence[Run], seed: int = 0, replicates: int = REPLICATES) -> Law:
    """The law of one IPF. `few` if its sizes are fewer than the terms and one more; never an exception."""
    good = [r for r in runs if r.seconds > 0]
    if not good:
        return Law(quality=FEW, why="no run was measured")
    rows = np.array([r.size.row() for r in good])
    times = np.array([r.seconds for r in good])
    groups = _groups(rows)
    used = _used(rows)
    beta = _solve(rows, times, used)
    boots = _bootstrap(rows, times, groups, used, np.random.default_rng(seed), replicates, beta)
    predicted = rows @ beta
    off = times / predicted - 1
    r2 = _r2(rows, times, beta)
    error = float(np.median(np.abs([np.median(off[groups == g]) for g in np.unique(groups)])))
    sizes = len(np.unique(groups))
    quality, why = _judge(sizes, len(used), r2, error)
    low, high = np.percentile(boots, [2.5, 97.5], axis=0)
    return Law(
        **dict(zip(TERMS, beta.tolist(), strict=True)),
        sd=float(MAD * np.median(np.abs(off - np.median(off)))) if len(off) > 1 else 0.0,
        n=len(good),
        sizes=sizes,
        r2=r2,
        quality=quality,
        why=why,
        low={TERMS[i]: float(low[i]) for i in used},
        high={TERMS[i]: float(high[i]) for i in used},
        covariance=tuple(map(tuple, np.cov(boots, rowvar=False).tolist())) if sizes > 1 else None,
    )


def _groups(rows: Floats) -> NDArray[np.intp]:
    """The number of the size of each row."""
    _, inverse = np.unique(rows.round(9), axis=0, return_inverse=True)
    return np.asarray(inverse).reshape(-1)


def _used(rows: Floats) -> list[int]:
    """Terms that the sizes can tell apart: those that vary, each not a multiple of one before it."""
    used = [0]
    for i in range(1, rows.shape[1]):
        if np.linalg.matrix_rank(_scaled(rows[:, [*used, i]]), tol=1e-6) > len(used):
            used.append(i)
    return used


def _scaled(rows: Floats) -> Floats:
    top = np.abs(rows).max(axis=0)
    return rows / np.where(top > 0, top, 1)


def _solve(
    rows: Floats, times: Floats, used: Sequence[int], start: Floats | None = None, rounds: int = ROUNDS
) -> Floats:
    """Coefficients, in the order of TERMS; those that are not `used` are 0. `start`: a law that is near."""
    scale = times if start is None else np.maximum(rows @ start, 1e-3 * times)
    robust = np.ones(len(times))
    beta = np.zeros(rows.shape[1])
    for _ in range(rounds):
        weight = np.sqrt(robust) / scale
        found = np.zeros(rows.shape[1])
        found[list(used)] = nnls(rows[:, list(used)] * weight[:, None], times * weight)
        predicted = np.maximum(rows @ found, 1e-3 * times)
        off = times / predicted - 1
        spread = max(MAD * float(np.median(np.abs(off))), 1e-3)
        robust = np.minimum(1.0, HUBER * spread / np.maximum(np.abs(off), 1e-12))
        scale = predicted
        if np.allclose(found, beta, rtol=1e-4, atol=1e-12):
            return found
        beta = found
    return beta


def nnls(a: Floats, b: Floats) -> Floats:
    """x ≥ 0 that makes |a x − b| least: Lawson & Hanson (1974), chapter 23, on the normal equations."""
    top = np.sqrt((a * a).sum(axis=0))
    top[top == 0] = 1.0
    a = a / top
    gram, right = a.T @ a, a.T @ b
    x, inside = np.zeros(len(right)), np.zeros(len(right), bool)
    enough = 1e-12 * float(np.abs(right).max(initial=0.0))
    for _ in range(3 * len(right)):
        slope = np.where(inside, -np.inf, right - gram @ x)
        if inside.all() or slope.max() <= enough:
            break
        inside[slope.argmax()] = True
        while True:
            columns = np.flatnonzero(inside)
            wish = np.zeros(len(right))
            wish[columns] = _least(gram[np.ix_(columns, columns)], right[columns])
            bad = inside & (wish <= 0)
            if not bad.any():
                break
            step = (x[bad] / (x[bad] - wish[bad])).min()
            x = np.maximum(0.0, x + step * (wish - x))
            inside &= x > 1e-14 * x.max(initial=1.0)
            x[~inside] = 0.0
        x = wish
    return x / top


def _least(gram: Floats, right: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(gram, right), np.float64)
    except np.linalg.LinAlgError:  # sizes of a bootstrap draw may all be the same
        return np.asarray(np.linalg.lstsq(gram, right, rcond=1e-12)[0], np.float64)


def _bootstrap(
    rows: Floats,
    times: Floats,
    groups: NDArray[np.intp],
    used: Sequence[int],
    random: np.random.Generator,
    replicates: int,
    start: Floats,
) -> Floats:
    """Coefficients of `replicates` draws of as many sizes as there are, with repetition."""
    members = [np.flatnonzero(groups == g) for g in np.unique(groups)]
    found = []
    for _ in range(replicates):
        drawn = random.integers(0, len(members), len(members))
        picked = np.concatenate([random.choice(members[d], len(members[d])) for d in drawn])
        found.append(_solve(rows[picked], times[picked], used, start, rounds=2))
    return np.array(found)


def _r2(rows: Floats, times: Floats, beta: Floats) -> float | None:
    """Share of the variance of log time that the law explains; None if there is only one time."""
    spread = np.log(times) - np.log(times).mean()
    total = float(spread @ spread)
    off = np.log(times) - np.log(rows @ beta)
    return 1 - float(off @ off) / total if total > 0 else None


def _judge(sizes: int, terms: int, r2: float | None, error: float) -> tuple[str, str]:
    """Quality of a fit, and the sentence that says why."""
    if sizes < terms + 1 or sizes < 3:
        return FEW, f"{sizes} sizes are too few to tell {terms} terms apart; measure more"
    if error <= ERROR_FAIR and (r2 is None or r2 < R2_FAIR):
        # The times hardly vary: there is nothing to explain, and the law is within its error all the same.
        return (
            GOOD if error <= ERROR_GOOD else FAIR
        ), f"hardly depends on size; sizes are off by {error:.0%}"
    said = f"r² {r2 or 0:.2f}, sizes are off by {error:.0%} (median)"
    if error <= ERROR_GOOD and (r2 or 0) >= R2_GOOD:
        return GOOD, said
    if error <= ERROR_FAIR and (r2 or 0) >= R2_FAIR:
        return FAIR, said
    return POOR, said
