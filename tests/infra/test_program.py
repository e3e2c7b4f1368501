"""`__main__.py` itself, against Pulumi's mocks."""

import json
import runpy
from typing import Any

import pulumi
import pytest
import yaml
from pulumi.runtime.mocks import set_mocks
from pulumi.runtime.mocks import test as awaited

from infra.settings.read import SECRETS
from tests.infra.fake_cloud import KEY, Recorder
from tests.infra.stack_files import ROOT

LOGIN = {
    "OS_USERNAME": "someone",
    "OS_PASSWORD": "hidden",
    "OS_PROJECT_NAME": "project",
    "OS_USER_DOMAIN_NAME": "Default",
    "OS_PROJECT_DOMAIN_NAME": "Default",
    "VDS_PREFLIGHT": "no",
}


def run(
    monkeypatch: pytest.MonkeyPatch, config: dict[str, Any], clear: str = ""
) -> tuple[Recorder, dict[str, Any]]:
    """The program with a stack's configuration: what it registers, and what it exports."""
    for name, value in LOGIN.items():
        monkeypatch.setenv(name, value)
    exported: dict[str, Any] = {}
    monkeypatch.setattr(pulumi, "export", exported.__setitem__)
    recorder = Recorder()
    set_mocks(recorder.mocks, project="vds", stack="ovh", preview=False, monitor=recorder)
    pulumi.runtime.set_all_config(
        {
            key: value if isinstance(value, str) else json.dumps(value, default=str)
            for key, value in config.items()
        },
        secret_keys=[f"vds:{key}" for key in SECRETS if key != clear],
    )
    known: dict[str, Any] = {}

    @awaited
    def program() -> pulumi.Output[None]:
        runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")
        hidden = pulumi.Output.from_input(exported["secrets"]["broker_password"].is_secret())
        return pulumi.Output.all(**exported, hidden=hidden).apply(known.update)

    program()
    assert known.pop("hidden"), "the broker's password is exported in clear"
    return recorder, known


@pytest.fixture
def config() -> dict[str, Any]:
    document = yaml.safe_load((ROOT / "Pulumi.ovh.yaml").read_text(encoding="utf-8"))["config"]
    document["vds:access"] |= {"ssh_from": ["198.51.100.0/24"], "ssh_public_key": KEY}
    return document | {f"vds:{key}": f"value of {key}" for key in SECRETS}


def test_exports(monkeypatch: pytest.MonkeyPatch, config: dict[str, Any]) -> None:
    recorder, exported = run(monkeypatch, config)
    assert set(exported) == {"inventory", "secrets"}
    golden = ROOT / "tests/infra/golden/ovh.json"
    assert exported["inventory"] == json.loads(golden.read_text(encoding="utf-8"))
    assert exported["secrets"] == {key: f"value of {key}" for key in SECRETS if key != "tls_ca_key"}
    provider = next(each for each in recorder.registered if each.type == "pulumi:providers:openstack")
    assert all(each.provider for each in recorder.registered if each.type.startswith("openstack:"))
    assert provider.inputs["authUrl"] == "https://auth.cloud.ovh.net/v3"


def test_a_secret_in_clear_is_refused(monkeypatch: pytest.MonkeyPatch, config: dict[str, Any]) -> None:
    with pytest.raises(pulumi.RunError, match=r"vds:tls_broker_key is in clear in Pulumi\.ovh\.yaml"):
        run(monkeypatch, config, clear="tls_broker_key")


MISTAKES: list[tuple[tuple[str, ...], Any, str]] = [
    (("tls_ca_key",), None, "vds:tls_ca_key is missing: run `make secrets STACK=ovh`"),
    (("netwrok",), {}, "netwrok is not a known key: did you mean network"),
    (("access", "ssh_from"), [], "access.ssh_from is empty"),
    (("network", "cidr"), "10.20.0.0/29", "network.cidr 10.20.0.0/29 is too small"),
    (("image", "name"), "no-such-image", "vds:image.name: the cloud has no"),
]


@pytest.mark.parametrize(
    ("path", "value", "sentence"), MISTAKES, ids=[".".join(path) for path, *_ in MISTAKES]
)
def test_mistakes_end_the_program_before_anything_is_registered(
    monkeypatch: pytest.MonkeyPatch, config: dict[str, Any], path: tuple[str, ...], value: Any, sentence: str
) -> None:
    first, *rest = path
    section, key = (config[f"vds:{first}"], rest[0]) if rest else (config, f"vds:{first}")
    section[key] = value
    if value is None:
        del section[key]
    with pytest.raises(pulumi.RunError, match=sentence):
        run(monkeypatch, config)
