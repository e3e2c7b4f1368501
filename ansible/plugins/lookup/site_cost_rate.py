"""Lookup plugin: what a stack costs per hour, for monitoring."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from ansible.utils.display import Display

from ansible.plugins.lookup import LookupBase

DOCUMENTATION = """
name: site_cost_rate
short_description: EUR per hour of a stack, as C(vds price) tells
description:
  - Asks C(vds) of the project's own C(.venv), whichever Ansible is running.
  - Empty, with a warning, where there is no stack file of that name or where a price is unknown.
  - Never an error, since a figure of monitoring is no reason not to deploy.
options:
  _terms:
    description: Names of stacks.
    required: true
"""

ROOT = Path(__file__).resolve().parents[3]
BIN = ROOT / ".venv/bin"


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: Any = None, **kwargs: Any) -> list[str]:
        return [rate(term) for term in terms]


def rate(stack: str) -> str:
    """EUR/h, or an empty text."""
    try:
        prices = asked([str(BIN / "vds"), "price", "--stack", stack, "--json"])
        known = asked([str(BIN / "python"), "-m", "study.price.rate"], prices).strip()
        why = "not every price of it is known"
    except OSError as error:
        known, why = "", f"{error}; run make setup"
    except subprocess.CalledProcessError as error:
        known, why = "", error.stderr.strip()
    if not known:
        Display().warning(f"Monitoring will not tell what {stack} costs: {why}")
    return known


def asked(command: list[str], text: str = "") -> str:
    """What a program of the project prints."""
    return subprocess.run(command, cwd=ROOT, input=text, capture_output=True, text=True, check=True).stdout
