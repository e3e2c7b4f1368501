"""Counted differences say what numpy says of all of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.quality.histogram import Differences


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(1, 1100),
    spread=st.sampled_from([1, 9, 800, 65535]),
    share=st.floats(0, 1),
)
def test_mean_and_quantile_are_those_of_numpy(seed: int, rows: int, spread: int, share: float) -> None:
    luck = np.random.default_rng(seed)
    counted, off = Differences(), []
    for _ in range(2):  # two images, as of two tiles
        a, b = (luck.integers(0, spread, (rows, 7), np.uint16, endpoint=True) for _ in range(2))
        chosen = luck.random((rows, 7)) < 0.7
        chosen[0, 0] = True
        counted.add(a, b, chosen)
        off.append(b[chosen].astype(float) - a[chosen])
    every = np.concatenate(off)
    assert len(counted) == every.size
    assert counted.mean == every.mean()
    for part in (share, 0.95, 0.0, 1.0):
        assert counted.quantile(part) == pytest.approx(np.quantile(np.abs(every), part), rel=1e-12, abs=1e-12)


def test_nothing_counted_is_nothing() -> None:
    counted = Differences()
    counted.add(np.ones((3, 3), np.uint16), np.ones((3, 3), np.uint16), np.zeros((3, 3), bool))
    assert not counted
    with pytest.raises(ValueError, match="no difference"):
        counted.quantile(0.95)
