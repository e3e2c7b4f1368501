"""Lookup plugin: a pair of S3 keys from the operator's own credentials file."""

from __future__ import annotations

import configparser
import os
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleLookupError

from ansible.plugins.lookup import LookupBase

DOCUMENTATION = """
name: site_keys
short_description: S3 keys of the operator's credentials file
description:
  - Gives C(access_key) and C(secret_key) of a section of C(AWS_SHARED_CREDENTIALS_FILE),
    or of C(~/.aws/credentials).
  - Both are empty where there is no such file or section.
options:
  _terms:
    description: Names of sections.
    required: true
"""


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: Any = None, **kwargs: Any) -> list[dict[str, str]]:
        place = os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or Path.home() / ".aws/credentials"
        return [keys(Path(place), term) for term in terms]


def keys(file: Path, section: str) -> dict[str, str]:
    """The pair, or two empty texts."""
    read = configparser.RawConfigParser()
    try:
        read.read_string(file.read_text())
    except FileNotFoundError:
        pass
    except (OSError, configparser.Error) as error:
        raise AnsibleLookupError(
            f"{file} cannot be read ({error}); correct it or AWS_SHARED_CREDENTIALS_FILE."
        ) from error
    found = read[section] if read.has_section(section) else {}
    return {
        "access_key": found.get("aws_access_key_id", ""),
        "secret_key": found.get("aws_secret_access_key", ""),
    }
