"""Settings of the lab and the configuration made from them."""

import configparser
from pathlib import Path

import pytest

from tests.lab.configure import configure
from tests.lab.home import SERVICES, SOURCE, LabError, home


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VDS_LAB_HOME", "/tmp/vds-lab" if len(str(tmp_path)) > 85 else str(tmp_path))


def test_ports_follow_keystones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VDS_LAB_PORT", "23000")
    assert home().ports() == dict(zip(SERVICES, range(23000, 23006), strict=True))
    assert home().auth_url == "http://127.0.0.1:23000/v3"


@pytest.mark.parametrize(
    ("name", "value"), [("VDS_LAB_PORT", "http"), ("VDS_LAB_PORT", "80"), ("VDS_LAB_HOSTS", "-3")]
)
def test_a_number_that_is_none_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(LabError, match=f"{name} is '{value}': give a number from"):
        home()


def test_a_path_too_long_for_a_socket_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VDS_LAB_HOME", "/tmp/" + 90 * "x")
    with pytest.raises(LabError, match="too long a path for a socket"):
        home()
    assert not Path("/tmp/" + 90 * "x").exists()


def test_every_configuration_is_complete() -> None:
    """Each file is filled in, and can be read; a volume manager has the section that it is enabled by."""
    place = home()
    (place.venv / "etc/nova").mkdir(parents=True)
    (place.venv / "etc/nova/api-paste.ini").write_text("[pipeline:x]\n")
    configure(place)
    written = {path.name: path.read_text(encoding="utf-8") for path in place.etc.iterdir()}
    assert set(written) == {path.name for path in (SOURCE / "etc").iterdir()} | {"nova-paste.ini"}
    for name, text in written.items():
        assert "$" not in text, name
    cinder = configparser.ConfigParser(interpolation=None)
    cinder.read_string(written["cinder.conf"])
    zones = cinder["DEFAULT"]["enabled_backends"].split(",")
    assert {"zone-nova", "zone-eu-west-0a"} <= set(zones)
    assert [f"zone-{cinder[zone]['backend_availability_zone']}" for zone in zones] == zones
