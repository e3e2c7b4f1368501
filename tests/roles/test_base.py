"""A node's own firewall opens what the cloud's security groups open."""

from pathlib import Path

from infra.firewall.rules import openings
from roles.generate import options

ROLE = Path(__file__).resolve().parents[2] / "roles/base"


def test_the_openings_are_those_of_the_security_groups() -> None:
    inside = [{"group": o.group, "port": o.port, "from": o.from_group} for o in openings([])]
    assert options(ROLE)["base_firewall_openings"]["default"] == inside
