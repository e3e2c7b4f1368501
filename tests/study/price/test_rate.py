import pytest

from study.price.rate import rate


@pytest.mark.parametrize(
    ("total", "told"),
    [
        ({"value": 1.25, "at_least": False}, "1.25"),
        ({"value": 1.25, "at_least": True}, ""),
        ({"value": None, "at_least": False}, ""),
        ({}, ""),
    ],
)
def test_only_a_whole_figure_is_a_rate(total: dict[str, object], told: str) -> None:
    assert rate({"commitments": {"hour": {"eur_hour": total}}}) == told


def test_the_rate_is_that_of_the_stacks_commitment() -> None:
    prices = {c: {"eur_hour": {"value": v, "at_least": False}} for c, v in (("hour", 2.0), ("year", 1.5))}
    assert rate({"commitment": "year", "commitments": prices}) == "1.5"


def test_no_document() -> None:
    assert rate({}) == ""
