"""The preflight against a real OpenStack that looks like each cloud."""

from collections.abc import Iterator

import pytest

from infra.preflight import Line, check, require
from infra.settings.errors import SettingsError
from infra.settings.login import login
from infra.settings.model import Stack
from tests.infra.preflight.clouds import stack
from tests.lab.fixture import LabCloud, lab_cloud, needs_lab

pytestmark = [pytest.mark.lab, needs_lab]
CLOUDS = ["creodias", "orange", "ovh", "otc", "lab"]


@pytest.fixture(scope="module", params=CLOUDS)
def cloud(request: pytest.FixtureRequest) -> Iterator[LabCloud]:
    with lab_cloud(request.param) as made:
        yield made


def lines(cloud: LabCloud, wanted: Stack) -> list[Line]:
    return check("s", wanted, login(wanted.cloud, cloud.env))


def test_the_stack_file_passes_on_the_cloud_it_is_for(cloud: LabCloud) -> None:
    found = lines(cloud, stack(cloud.profile.name))
    assert [line for line in found if line.status == "FAIL"] == []
    checked = {line.what for line in found if line.status == "PASS"}
    assert {
        "login",
        "subnet",
        "quota: cores",
        "quota: gigabytes",
        "quota: ports",
        "quota: server groups",
    } <= checked


def test_a_quota_too_small_fails_by_name(cloud: LabCloud) -> None:
    cloud.quota(cores=20, ports=4, gigabytes=50)
    try:
        failed = {line.what for line in lines(cloud, stack(cloud.profile.name)) if line.status == "FAIL"}
    finally:
        cloud.quota()
    assert failed == {"quota: cores", "quota: ports", "quota: gigabytes"}


def test_a_flavor_that_is_not_there_fails_before_anything_is_created(cloud: LabCloud) -> None:
    wanted = stack(cloud.profile.name)
    servers = wanted.servers.model_copy(
        update={"stage": wanted.servers.stage.model_copy(update={"flavor": "x9.huge"})}
    )
    with pytest.raises(SettingsError, match=r"flavor x9\.huge: not there; correct servers\.stage\.flavor"):
        require("s", wanted.model_copy(update={"servers": servers}), login(wanted.cloud, cloud.env))
    assert cloud.leftovers() == []


def test_a_wrong_password_is_told_as_such(cloud: LabCloud) -> None:
    wanted = stack(cloud.profile.name)
    secret = next(name for name in cloud.env if name.endswith(("PASSWORD", "CREDENTIAL_SECRET")))
    [line] = check("s", wanted, login(wanted.cloud, cloud.env | {secret: "wrong"}))
    assert (line.what, line.status) == ("login", "FAIL")
    assert "application credential" in line.remedy and "wrong" not in line.found
