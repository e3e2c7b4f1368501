"""How the current cloud's user logs in: kept in the lab's folder, given as environment and as clouds.yaml."""

import json
import shlex
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from tests.lab.admin import Cloud, connect
from tests.lab.home import Home

#: All that a shell may still hold of another cloud.
VARIABLES = (
    "OS_CLOUD",
    "OS_AUTH_TYPE",
    "OS_AUTH_URL",
    "OS_IDENTITY_API_VERSION",
    "OS_REGION_NAME",
    "OS_TOKEN",
    "OS_USERNAME",
    "OS_USER_ID",
    "OS_PASSWORD",
    "OS_PROJECT_NAME",
    "OS_PROJECT_ID",
    "OS_TENANT_NAME",
    "OS_TENANT_ID",
    "OS_DOMAIN_NAME",
    "OS_DOMAIN_ID",
    "OS_USER_DOMAIN_NAME",
    "OS_USER_DOMAIN_ID",
    "OS_PROJECT_DOMAIN_NAME",
    "OS_PROJECT_DOMAIN_ID",
    "OS_DEFAULT_DOMAIN",
    "OS_APPLICATION_CREDENTIAL_ID",
    "OS_APPLICATION_CREDENTIAL_NAME",
    "OS_APPLICATION_CREDENTIAL_SECRET",
    "OS_CLIENT_CONFIG_FILE",
)


@dataclass(frozen=True)
class Login:
    """`auth`: the keys of clouds.yaml's `auth`."""

    profile: str
    region: str
    auth_type: str
    auth: dict[str, str]

    def connect(self) -> Cloud:
        return connect(
            auth_type=self.auth_type, auth=self.auth, region_name=self.region, block_storage_api_version="3"
        )

    def env(self) -> dict[str, str]:
        """The OS_* variables that openstacksdk, the `openstack` command and Pulumi's provider read."""
        return {
            "OS_AUTH_TYPE": self.auth_type,
            "OS_IDENTITY_API_VERSION": "3",
            "OS_REGION_NAME": self.region,
            **{f"OS_{key.upper()}": value for key, value in self.auth.items()},
        }

    def exports(self) -> str:
        """For `eval` in a shell."""
        lines = [f"unset {' '.join(name for name in VARIABLES if name not in self.env())}"]
        lines += [f"export {name}={shlex.quote(value)}" for name, value in self.env().items()]
        return "\n".join(lines)

    def clouds_yaml(self) -> str:
        cloud = {
            "auth_type": self.auth_type,
            "auth": self.auth,
            "region_name": self.region,
            "identity_api_version": 3,
            "interface": "public",
        }
        return yaml.safe_dump({"clouds": {self.profile: cloud}}, sort_keys=False)


def remember(home: Home, login: Login) -> Login:
    """As the lab's current cloud: `login.json` and `clouds.yaml`."""
    _write(home.root / "clouds.yaml", login.clouds_yaml())
    _write(home.data / "login.json", json.dumps(asdict(login)))
    return login


def current(home: Home) -> Login | None:
    """Of the last profile seeded; it is part of the data and goes with them."""
    path = home.data / "login.json"
    return Login(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def forget(home: Home) -> None:
    (home.data / "login.json").unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.chmod(0o600)
    part.replace(path)
