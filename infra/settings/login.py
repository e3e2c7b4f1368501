"""How one logs in: from the stack's `cloud` keys and the environment to arguments. Pure.

The environment decides as whom (OS_* variables, or OS_CLOUD for an entry of clouds.yaml) and wins over the
stack file for where, so that a lab can stand in for the cloud. What it overrides is told: one stack in two
regions would be a costly mistake.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.settings.errors import SettingsError
from infra.settings.model import Cloud

#: Of the provider's arguments: to be wrapped with pulumi.Output.secret, or they are in clear in the state.
SECRET = frozenset({"password", "token", "application_credential_secret"})

#: Provider argument → openstacksdk's `auth` key, environment variables in the order in which they count.
IDENTITY: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "password": {
        "user_name": ("username", ("OS_USERNAME",)),
        "user_id": ("user_id", ("OS_USER_ID",)),
        "password": ("password", ("OS_PASSWORD",)),
        "tenant_id": ("project_id", ("OS_PROJECT_ID", "OS_TENANT_ID")),
        "tenant_name": ("project_name", ("OS_PROJECT_NAME", "OS_TENANT_NAME")),
        "user_domain_id": ("user_domain_id", ("OS_USER_DOMAIN_ID",)),
        "user_domain_name": ("user_domain_name", ("OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME")),
        "project_domain_id": ("project_domain_id", ("OS_PROJECT_DOMAIN_ID",)),
        "project_domain_name": ("project_domain_name", ("OS_PROJECT_DOMAIN_NAME", "OS_DOMAIN_NAME")),
    },
    "application_credential": {
        "application_credential_id": ("application_credential_id", ("OS_APPLICATION_CREDENTIAL_ID",)),
        "application_credential_secret": (
            "application_credential_secret",
            ("OS_APPLICATION_CREDENTIAL_SECRET",),
        ),
    },
    "token": {
        "token": ("token", ("OS_TOKEN",)),
        "tenant_id": ("project_id", ("OS_PROJECT_ID", "OS_TENANT_ID")),
        "tenant_name": ("project_name", ("OS_PROJECT_NAME", "OS_TENANT_NAME")),
        "project_domain_id": ("project_domain_id", ("OS_PROJECT_DOMAIN_ID",)),
        "project_domain_name": ("project_domain_name", ("OS_PROJECT_DOMAIN_NAME", "OS_DOMAIN_NAME")),
    },
}
#: What each kind cannot do without: one of each group of arguments.
NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "password": (
        ("user_name", "user_id"),
        ("password",),
        ("tenant_name", "tenant_id"),
        ("user_domain_name", "user_domain_id", "user_id"),
        ("project_domain_name", "project_domain_id", "tenant_id"),
    ),
    "application_credential": (("application_credential_id",), ("application_credential_secret",)),
    "token": (("token",), ("tenant_name", "tenant_id")),
}
AUTH_TYPE = {
    "password": "v3password",
    "application_credential": "v3applicationcredential",
    "token": "v3token",
}


@dataclass(frozen=True)
class Login:
    """`provider`: arguments of pulumi_openstack.Provider; `sdk`: of openstack.connect.

    `notes`: what the environment overrides. `kind`: password, application_credential, token, or clouds.yaml.
    """

    kind: str
    provider: dict[str, Any] = field(repr=False)
    sdk: dict[str, Any] = field(repr=False)
    notes: list[str]


def login(cloud: Cloud, environ: Mapping[str, str]) -> Login:
    """How to log in; SettingsError with a sentence for each variable that is missing."""
    auth_url, url_note = _place("auth_url", cloud.auth_url, "OS_AUTH_URL", environ)
    region, region_note = _place("region", cloud.region, "OS_REGION_NAME", environ)
    notes = [note for note in (url_note, region_note) if note]
    if name := environ.get("OS_CLOUD"):
        where = {"region": region} if region else {}
        return Login(
            kind="clouds.yaml",
            provider={"cloud": name, **where},
            sdk={"cloud": name, **({"region_name": region} if region else {})},
            notes=[
                f"as {name} of clouds.yaml (OS_CLOUD), which knows the address",
                *(n for n in [region_note] if n),
            ],
        )
    kind = _kind(cloud, environ)
    known = {
        argument: next(environ[each] for each in names if environ.get(each))
        for argument, (_, names) in IDENTITY[kind].items()
        if any(environ.get(each) for each in names)
    }
    problems = _missing(kind, known, cloud)
    if auth_url is None:
        problems.insert(
            0,
            "OS_AUTH_URL is not set, and vds:cloud.auth_url is null: one of them must say where Keystone is.",
        )
    if problems:
        raise SettingsError(problems)
    auth = {IDENTITY[kind][argument][0]: value for argument, value in known.items()}
    provider: dict[str, Any] = {"auth_url": auth_url, **known}
    sdk: dict[str, Any] = {
        "auth_type": AUTH_TYPE[kind],
        "auth": {"auth_url": auth_url, **auth},
        "identity_api_version": "3",
    }
    if region:
        provider["region"], sdk["region_name"] = region, region
    if certificate := environ.get("OS_CACERT"):
        provider["cacert_file"], sdk["cacert"] = certificate, certificate
    return Login(kind, provider, sdk, notes)


def _place(
    key: str, in_file: str | None, variable: str, environ: Mapping[str, str]
) -> tuple[str | None, str | None]:
    value = environ.get(variable) or in_file
    overridden = in_file is not None and value != in_file
    return value, f"{key} {value} from {variable}; the stack file has {in_file}" if overridden else None


def _kind(cloud: Cloud, environ: Mapping[str, str]) -> str:
    if environ.get("OS_APPLICATION_CREDENTIAL_ID"):
        return "application_credential"
    if environ.get("OS_TOKEN") and not environ.get("OS_PASSWORD"):
        return "token"
    return cloud.auth


def _missing(kind: str, known: Mapping[str, str], cloud: Cloud) -> list[str]:
    found = []
    for group in NEEDED[kind]:
        if any(known.get(argument) for argument in group):
            continue
        variables = [IDENTITY[kind][argument][1][0] for argument in group if argument in IDENTITY[kind]]
        found.append(
            f"{' or '.join(variables)} is not set: {cloud.title} is logged in to by {kind.replace('_', ' ')}."
        )
    if found:
        found.append(
            "Source the openrc file that the cloud's dashboard offers, or set OS_CLOUD to an "
            "entry of clouds.yaml."
        )
    return found
