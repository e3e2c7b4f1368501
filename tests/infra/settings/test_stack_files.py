"""The stack files that come with the kit: they read and hold the same keys; Pulumi.yaml declares them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.settings.describe import every_key
from infra.settings.model import Stack
from infra.settings.read import ROOT, from_file, stack_file, stack_names

STACKS = stack_names()
#: Below these the names are the cloud's own.
FREE = ("price.flavors", "price.volume_gb_month")


def document(name: str) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(stack_file(name).read_text())["config"]
    return config


def paths(value: Any, before: str = "") -> set[str]:
    """Dotted keys down to figures, lists and plain values, as the model's description writes them."""
    if not isinstance(value, dict) or {"status", "source"} <= value.keys():
        return {before}
    if before in FREE:
        name = "<flavor>" if before == "price.flavors" else "<type>"
        return {path for each in value.values() for path in paths(each, f"{before}.{name}")}
    return {path for key, each in value.items() for path in paths(each, f"{before}.{key}".lstrip("."))}


def test_there_is_one_for_each_cloud() -> None:
    assert STACKS == ["creodias", "lab", "orange", "otc", "ovh"]


@pytest.mark.parametrize("name", STACKS)
def test_it_reads_without_a_mistake(name: str) -> None:
    assert from_file(stack_file(name)).servers.stage.count == 2


@pytest.mark.parametrize("name", STACKS)
def test_it_holds_every_key_even_where_the_cloud_decides(name: str) -> None:
    config = {key.removeprefix("vds:"): value for key, value in document(name).items()}
    known = {key.path.partition("[]")[0] for key in every_key()}
    assert paths(config) == known


@pytest.mark.parametrize("name", STACKS)
def test_what_is_the_users_own_is_not_filled_in(name: str) -> None:
    stack = from_file(stack_file(name))
    assert stack.access.ssh_public_key is None
    assert stack.cloud.status == "lab" or stack.access.ssh_from == []


@pytest.mark.parametrize("name", STACKS)
def test_nothing_secret_is_in_it(name: str) -> None:
    text = stack_file(name).read_text().lower()
    assert not [word for word in ("password:", "secret:", "token:", "os_password") if word in text]


def test_pulumi_declares_the_models_keys_with_their_descriptions() -> None:
    declared = yaml.safe_load(Path(ROOT / "Pulumi.yaml").read_text())["config"]
    assert declared == {
        name: {"type": "object", "description": field.description}
        for name, field in Stack.model_fields.items()
    }
