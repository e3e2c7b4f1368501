"""Logging in: the connection, and what a refusal means."""

import openstack
from keystoneauth1.exceptions import ClientException
from openstack.connection import Connection
from openstack.exceptions import SDKException

from infra.preflight.fetch import reason
from infra.preflight.lines import Line, failed, passed
from infra.settings.login import Login

BY_HAND = "openstack token issue"


def connect(login: Login) -> Connection:
    """A connection that has not said a word yet. Raises OpenStack's own errors for a
    clouds.yaml without the entry."""
    return openstack.connect(**login.sdk, load_envvars=False, app_name="vds")


def authorize(connection: Connection, login: Login) -> Line:
    """Log in, and say as whom and where."""
    try:
        connection.authorize()
        project = connection.current_project_id
    except (SDKException, ClientException) as error:
        return failed("login", reason(error), BY_HAND, _remedy(error, login))
    where = connection.config.get_auth_args().get("auth_url", "")
    region = connection.config.get_region_name() or "no region"
    notes = "".join(f"; {note}" for note in login.notes)
    return passed("login", f"{login.kind} at {where}, {region}, project {project}{notes}", BY_HAND)


def _status(error: BaseException | None) -> int | None:
    """The HTTP status of an answer; openstacksdk wraps keystoneauth's error without it."""
    while error is not None:
        status = getattr(error, "http_status", None) or getattr(error, "status_code", None)
        if status:
            return int(status)
        error = error.__cause__ or error.__context__
    return None


def _remedy(error: Exception, login: Login) -> str:
    status = _status(error)
    if status == 401 and login.kind == "password":
        return (
            "check OS_USERNAME, OS_PASSWORD, project and domains; where accounts have a second "
            "factor a password "
            "does not do: make an application credential (openstack application credential create vds)"
        )
    if status == 401:
        return f"the {login.kind.replace('_', ' ')} is wrong or expired: make a new one"
    return "check the address (OS_AUTH_URL, vds:cloud.auth_url) and the way to it"
