"""Clouds side by side."""

import pytest

from study.price.compare import rows
from tests.study.price.stacks import figure, flavor, stack


def test_price_per_performance_and_the_cheaper_commitment() -> None:
    fast = stack({"price.flavors.large": flavor(1.5, 730.0, None, perf_index=figure(1.5, "measured"))})
    one, other = rows({"slow": stack(), "fast": fast}, stages_only=True)
    assert (one.committed.known, one.commitment) == (pytest.approx(0.4), "year")
    assert (other.committed.known, other.commitment) == (pytest.approx(1.0), "month")
    assert other.per_performance(other.on_demand).known == pytest.approx(1.0)


def test_unknown_index_gives_bounds_but_no_value() -> None:
    change = {"price.flavors.large": flavor(1.0, perf_index=figure(None, low=0.5, high=2.0))}
    (row,) = rows({"x": stack(change)}, stages_only=True)
    price = row.per_performance(row.on_demand)
    assert not price.complete and (price.low, price.high) == (0.5, 2.0)
    assert not row.committed.complete and row.commitment == ""
    assert row.document()["eur_hour_per_performance"]["value"] is None


def test_all_flavors_of_all_clouds() -> None:
    found = rows({"a": stack(), "b": stack()})
    assert [(r.stack, r.flavor) for r in found] == [
        (s, f) for s in "ab" for f in ("small", "middle", "large")
    ]
