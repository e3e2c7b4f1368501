"""Pulumi's command line, as far as secrets need it. A value goes in by standard input, never
as an argument."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from infra.settings.errors import SettingsError
from infra.settings.read import PROJECT


def write(stack: str, values: Mapping[str, str], file: Path, pulumi: str) -> None:
    """Put all values into the stack file, encrypted, or none: on a copy that then takes the file's place."""
    if _run(pulumi, file.parent, "config", "--stack", stack, "--json").returncode != 0:
        _must(pulumi, file.parent, "stack", "init", stack, "--no-select")
    copy = file.with_name(f".{file.stem}.{os.getpid()}.yaml")
    try:
        shutil.copy2(file, copy)
        for name, value in values.items():
            key = f"{PROJECT}:{name}"
            options = ("--secret", "--stack", stack, "--config-file", str(copy))
            _must(pulumi, file.parent, "config", "set", *options, key, value=value)
        copy.replace(file)
    finally:
        copy.unlink(missing_ok=True)


def _must(pulumi: str, folder: Path, *arguments: str, value: str | None = None) -> None:
    done = _run(pulumi, folder, *arguments, value=value)
    if done.returncode != 0:
        said = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        words = " ".join(arguments[:2])
        remedy = (
            "; set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE" if _passphrase(said) else ""
        )
        raise SettingsError(
            [f"pulumi {words} failed: {said[-1].strip() if said else 'without a word'}{remedy}."]
        )


def _passphrase(said: list[str]) -> bool:
    return any("passphrase" in line.lower() for line in said)


def _run(
    pulumi: str, folder: Path, *arguments: str, value: str | None = None
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [pulumi, *arguments, "--non-interactive"],
            cwd=folder,
            input=value if value is not None else "",
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise SettingsError([f"{pulumi} cannot be run ({error.strerror}): run make setup-cloud."]) from None
