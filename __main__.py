"""The platform of one stack, as `pulumi up --stack <name>` makes it: read, check, build, export."""

import os
from typing import Any

import pulumi
import pulumi_openstack as openstack
from pulumi.runtime.config import CONFIG, is_config_secret

from infra.lookup import find
from infra.platform import Platform, PlatformArgs
from infra.preflight import require
from infra.secrets.state import clear_sentence, sentence
from infra.settings.errors import SettingsError
from infra.settings.key import public_key
from infra.settings.login import SECRET, Login, login
from infra.settings.read import SECRETS, from_pulumi
from infra.settings.rules import stack_name


def main() -> None:
    """Nothing is registered before everything that can be wrong was looked at."""
    name = pulumi.get_stack()
    problems = stack_name(name)
    if problems:
        raise SettingsError(problems)
    stack = from_pulumi(CONFIG.get())
    key = public_key(stack.access.ssh_public_key or "")
    secrets = read_secrets(name)
    way_in = login(stack.cloud, os.environ)
    if os.environ.get("VDS_PREFLIGHT") != "no":
        require(name, stack, way_in)

    provider = provider_for(way_in)
    found = find(stack, pulumi.InvokeOptions(provider=provider))
    opts = pulumi.ResourceOptions(providers=[provider])
    platform = Platform(name, PlatformArgs(stack, found, key), opts)

    pulumi.export("inventory", platform.inventory)
    # The CA's key signs the next certificate, by `make secrets`; nobody else needs it.
    pulumi.export("secrets", {key: value for key, value in secrets.items() if key != "tls_ca_key"})


def read_secrets(name: str) -> dict[str, pulumi.Output[str]]:
    """What `make secrets` wrote, encrypted; Pulumi shows and stores it as such."""
    config = pulumi.Config()
    missing = [key for key in SECRETS if config.get(key) is None]
    if missing:
        raise SettingsError([sentence(name, missing)])
    clear = [key for key in SECRETS if not is_config_secret(f"vds:{key}")]
    if clear:
        raise SettingsError([clear_sentence(name, clear)])
    return {key: config.require_secret(key) for key in SECRETS}


def provider_for(way_in: Login) -> openstack.Provider:
    """Logged in as the stack file and the environment say; what is secret of it stays so in the state."""
    arguments: dict[str, Any] = {
        key: pulumi.Output.secret(value) if key in SECRET else value for key, value in way_in.provider.items()
    }
    return openstack.Provider("cloud", **arguments)


try:
    main()
except SettingsError as error:
    raise pulumi.RunError("\n".join(error.problems)) from None
