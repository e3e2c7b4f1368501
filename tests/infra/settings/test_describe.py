"""The model in words."""

import pytest

from infra.settings.describe import at, every_key, expected, siblings


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (["servers", "stage", "count"], "a whole number from 1 to 200"),
        (["network", "snat"], "true or false, or null"),
        (["network", "routes", 3, "via"], "an IPv4 address"),
        (["servers", "boot", "mode"], "image or volume"),
        (["price", "flavors", "x.1", "hour"], "a figure with its source"),
        (["shared", "path"], "an absolute path"),
        (["cloud", "auth_url"], "a URL with http:// or https://, or null"),
        (["network", "extra"], "a list, each a name of 1 to 64 characters"),
    ],
)
def test_what_a_key_takes(path: list[int | str], words: str) -> None:
    assert expected(at(path)) == words


def test_every_key_says_what_it_is_for() -> None:
    assert [key.path for key in every_key() if not key.description] == []


def test_siblings() -> None:
    assert siblings(["scratch"]) == ["kind", "gb", "volume_type"]
    assert siblings(["price", "flavors"]) == siblings(["nothing"]) == []
