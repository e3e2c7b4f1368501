"""How logins are handed to shells and programs."""

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.lab.home import Home
from tests.lab.login import Login, current, forget, remember

PASSWORD = Login(
    "ovh",
    "GRA11",
    "password",
    {
        "auth_url": "http://127.0.0.1:15000/v3",
        "username": "user-lab",
        "password": "it's $5",
        "project_name": "86",
    },
)
CREDENTIAL = Login(
    "creodias",
    "WAW3-2",
    "v3applicationcredential",
    {"auth_url": "http://x/v3", "application_credential_id": "1", "application_credential_secret": "2"},
)


@pytest.mark.parametrize("login", [PASSWORD, CREDENTIAL])
def test_a_shell_holds_this_login_and_nothing_of_another(login: Login) -> None:
    stale = {"OS_CLOUD": "other", "OS_TOKEN": "t", "OS_USERNAME": "o", "OS_APPLICATION_CREDENTIAL_ID": "9"}
    done = subprocess.run(
        ["/bin/sh", "-c", login.exports() + "\nenv -0"], env=stale, capture_output=True, text=True, check=True
    )
    held = dict(line.split("=", 1) for line in done.stdout.split("\0") if line.startswith("OS_"))
    assert held == login.env()


def test_clouds_yaml_has_one_cloud_of_the_profiles_name() -> None:
    cloud = yaml.safe_load(CREDENTIAL.clouds_yaml())["clouds"]["creodias"]
    assert cloud["auth_type"] == "v3applicationcredential"
    assert cloud["region_name"] == "WAW3-2"
    assert cloud["auth"] == CREDENTIAL.auth


def test_what_is_remembered_is_for_its_owner_only(tmp_path: Path) -> None:
    place = Home(tmp_path, 15000, 12)
    place.data.mkdir()
    assert current(place) is None
    remember(place, PASSWORD)
    assert current(place) == PASSWORD
    assert (tmp_path / "clouds.yaml").stat().st_mode & 0o077 == 0
    forget(place)
    assert current(place) is None
