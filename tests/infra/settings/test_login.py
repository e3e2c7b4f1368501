"""How one logs in: the environment decides, the file helps out, what is missing is named."""

import pytest

from infra.settings.errors import SettingsError
from infra.settings.login import SECRET, login
from infra.settings.model import Cloud

PASSWORD = {
    "OS_USERNAME": "user-1",
    "OS_PASSWORD": "hidden",
    "OS_PROJECT_NAME": "p",
    "OS_USER_DOMAIN_NAME": "Default",
    "OS_PROJECT_DOMAIN_NAME": "Default",
}
CREDENTIAL = {"OS_APPLICATION_CREDENTIAL_ID": "1a", "OS_APPLICATION_CREDENTIAL_SECRET": "hidden"}


def cloud(auth: str = "password", **more: str) -> Cloud:
    return Cloud.model_validate(
        {
            "title": "A cloud",
            "status": "live",
            "auth": auth,
            "auth_url": "https://there/v3",
            "region": "r1",
            **more,
        }
    )


def missing(auth: str, environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        login(cloud(auth), environ)
    return caught.value.problems


def test_password() -> None:
    found = login(cloud(), PASSWORD)
    assert found.provider == {
        "auth_url": "https://there/v3",
        "region": "r1",
        "user_name": "user-1",
        "password": "hidden",
        "tenant_name": "p",
        "user_domain_name": "Default",
        "project_domain_name": "Default",
    }
    assert found.sdk["auth"]["username"] == "user-1" and found.sdk["region_name"] == "r1"
    assert found.notes == []


def test_application_credential_wins_over_what_the_file_expects() -> None:
    assert login(cloud("password"), PASSWORD | CREDENTIAL).kind == "application_credential"
    assert login(cloud("password"), CREDENTIAL).sdk["auth_type"] == "v3applicationcredential"


def test_a_token_where_there_is_no_password() -> None:
    found = login(cloud(), {"OS_TOKEN": "hidden", "OS_PROJECT_ID": "1a"})
    assert (found.kind, found.provider["tenant_id"]) == ("token", "1a")


def test_the_environment_wins_over_the_file_and_says_so() -> None:
    found = login(cloud(), PASSWORD | {"OS_AUTH_URL": "http://127.0.0.1:5000/v3", "OS_REGION_NAME": "lab"})
    assert found.provider["auth_url"] == found.sdk["auth"]["auth_url"] == "http://127.0.0.1:5000/v3"
    assert found.notes == [
        "auth_url http://127.0.0.1:5000/v3 from OS_AUTH_URL; the stack file has https://there/v3",
        "region lab from OS_REGION_NAME; the stack file has r1",
    ]


def test_clouds_yaml() -> None:
    found = login(cloud(), {"OS_CLOUD": "mine"})
    assert found.provider == {"cloud": "mine", "region": "r1"}
    assert found.sdk == {"cloud": "mine", "region_name": "r1"}


@pytest.mark.parametrize("variable", PASSWORD)
def test_each_missing_variable_is_named(variable: str) -> None:
    first, remedy = missing("password", {k: v for k, v in PASSWORD.items() if k != variable})
    assert variable in first and "A cloud" in first and "openrc" in remedy


def test_a_password_where_an_application_credential_is_expected() -> None:
    identifier, secret, _ = missing("application_credential", PASSWORD)
    assert "OS_APPLICATION_CREDENTIAL_ID" in identifier and "OS_APPLICATION_CREDENTIAL_SECRET" in secret


def test_nowhere_to_log_in() -> None:
    nowhere = Cloud(title="A lab", status="lab", auth="password")
    with pytest.raises(SettingsError, match="OS_AUTH_URL is not set"):
        login(nowhere, PASSWORD)
    assert login(nowhere, PASSWORD | {"OS_AUTH_URL": "http://x"}).provider["auth_url"] == "http://x"


@pytest.mark.parametrize("environ", [PASSWORD, CREDENTIAL])
def test_what_is_secret_is_marked_and_not_shown(environ: dict[str, str]) -> None:
    found = login(cloud(), environ)
    assert {key for key, value in found.provider.items() if value == "hidden"} <= SECRET
    assert "hidden" not in repr(found)
