"""The items of a stack, against sums done by hand."""

import pytest

from study.price.bounds import total
from study.price.items import COMMITMENTS, items, per_hour, rates
from tests.study.price.stacks import figure, stack


def hours(**change: object) -> dict[str, float]:
    return {i.what: i.hour.known for i in items(stack(dict(change)))}


def test_every_item_by_hand() -> None:
    # Volumes: 0.10 EUR per GB and month of 730 h.
    assert hours() == pytest.approx(
        {
            "small (bastion, broker)": 0.2,
            "middle (storage)": 0.4,
            "large (stage)": 2.0,
            "boot volumes (bastion, broker, storage), ssd, 3 × 73 GB": 3 * 73 * 0.1 / 730,
            "boot volumes (stages), ssd, 2 × 73 GB": 2 * 73 * 0.1 / 730,
            "scratch volumes, ssd, 2 × 365 GB": 2 * 365 * 0.1 / 730,
            "data volume, hdd, 1 × 730 GB": 730 * 0.04 / 730,
            "floating IP (bastion)": 0.005,
            "router, external gateway": 0.0,
        }
    )
    assert per_hour(stack()).known == pytest.approx(2.6 + 0.05 + 0.1 + 0.04 + 0.005)


def test_commitment_changes_servers_only() -> None:
    assert per_hour(stack(), "year").known == pytest.approx((2 * 29.2 + 109.5 + 2 * 292) / 730 + 0.195)
    for commitment in COMMITMENTS:
        rest = [i for i in items(stack(), commitment) if i.unit != "server"]
        assert total(i.hour for i in rest).known == pytest.approx(0.195)


def test_more_stages_bring_their_volumes() -> None:
    more, less = per_hour(stack(), stages=5).known, per_hour(stack(), stages=2).known
    assert more - less == pytest.approx(3 * (1.0 + 73 * 0.1 / 730 + 365 * 0.1 / 730))


def test_local_disks_cost_nothing_more() -> None:
    change = {"servers.boot": {"mode": "image"}, "scratch": {"kind": "local"}}
    assert not [i for i in items(stack(change)) if "boot" in i.what or "scratch" in i.what]


@pytest.mark.parametrize(
    "change",
    [
        {"price.volume_gb_month": {"ssd": figure(0.1)}},
        {"data": {"gb": 730}},
        {"price.router_hour": figure(None)},
        {"servers.stage": {"flavor": "huge", "count": 2}},
        {"scratch": {"kind": "volume", "volume_type": "ssd"}},
    ],
)
def test_what_has_no_price_makes_the_total_a_lower_bound(change: dict[str, object]) -> None:
    whole = per_hour(stack(change))
    assert not whole.complete and whole.high is None
    assert 0 < whole.known < per_hour(stack()).known + 1e-9


def test_rates_are_not_in_the_total() -> None:
    dear = stack({"price.egress_gb": figure(1e6), "price.object_gb_month": figure(1e6)})
    assert per_hour(dear) == per_hour(stack())
    assert [r.figure.value for r in rates(dear)] == [1e6, 1e6]
