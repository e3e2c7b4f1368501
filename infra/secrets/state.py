"""Which secrets a stack file holds, and which must be made. Pure."""

from collections.abc import Mapping
from typing import Any

from infra.settings.read import PROJECT, SECRETS

#: Of the stages, and of monitoring, which may only read.
PASSWORDS = ("broker_password", "monitor_password")
TLS = tuple(name for name in SECRETS if name not in PASSWORDS)


def present(config: Mapping[str, Any]) -> set[str]:
    """Secrets that are there, encrypted."""
    return {
        name
        for name in SECRETS
        if isinstance(value := config.get(f"{PROJECT}:{name}"), dict) and set(value) == {"secure"}
    }


def in_clear(config: Mapping[str, Any]) -> list[str]:
    """Secrets that somebody wrote as they are."""
    there = present(config)
    return [name for name in SECRETS if config.get(f"{PROJECT}:{name}") is not None and name not in there]


def to_make(there: set[str], rotate: bool) -> list[str]:
    """What must be made. The parts of TLS belong together: one of them missing, all are made."""
    if rotate:
        return list(SECRETS)
    passwords = [name for name in PASSWORDS if name not in there]
    return passwords + ([] if there.issuperset(TLS) else list(TLS))


def sentence(stack: str, missing: list[str]) -> str:
    """For the program: what is missing, and the remedy."""
    names = ", ".join(f"{PROJECT}:{name}" for name in missing)
    return f"{names} {'is' if len(missing) == 1 else 'are'} missing: run `make secrets STACK={stack}` once."


def clear_sentence(stack: str, clear: list[str]) -> str:
    """The same for what is there, but not encrypted."""
    names = ", ".join(f"{PROJECT}:{name}" for name in clear)
    return (
        f"{names} {'is' if len(clear) == 1 else 'are'} in clear in Pulumi.{stack}.yaml: "
        f"take it for known, and make others by `make secrets STACK={stack} ARGS=--rotate`."
    )
