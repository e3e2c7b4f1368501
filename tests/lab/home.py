"""Where a lab keeps its things and on which ports it answers; all of it can be set in the environment."""

import os
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parent
SERVICES = ("keystone", "placement", "glance", "neutron", "nova", "cinder")
#: Of the lab's administrator and services, which answer on loopback only. It protects nothing.
PASSWORD = "lab"


class LabError(Exception):
    """What is wrong with the lab and what to do about it, in one sentence."""


@dataclass(frozen=True)
class Home:
    """`root`: folder of all that the lab writes. `port`: Keystone's; the others follow. `hosts`: of Nova."""

    root: Path
    port: int
    hosts: int

    @property
    def venv(self) -> Path:
        return self.root / "venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin/python"

    @property
    def etc(self) -> Path:
        return self.root / "etc"

    @property
    def data(self) -> Path:
        """The databases and keys: what `reset` drops."""
        return self.root / "data"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def socket(self) -> Path:
        return self.run / "mariadb.sock"

    def ports(self) -> dict[str, int]:
        return {service: self.port + number for number, service in enumerate(SERVICES)}

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports()[service]}"

    @property
    def auth_url(self) -> str:
        return self.url("keystone") + "/v3"


def home() -> Home:
    """From VDS_LAB_HOME (`.lab` in the repository), VDS_LAB_PORT (15000) and VDS_LAB_HOSTS (12)."""
    numbers = {}
    for name, default, low, high in (("VDS_LAB_PORT", 15000, 1024, 65000), ("VDS_LAB_HOSTS", 12, 1, 200)):
        given = os.environ.get(name, str(default))
        if not given.isdigit() or not low <= int(given) <= high:
            raise LabError(f"{name} is {given!r}: give a number from {low} to {high}.")
        numbers[name] = int(given)
    root = Path(os.environ.get("VDS_LAB_HOME", SOURCE.parents[1] / ".lab")).absolute()
    if len(str(root)) > 85:  # a unix socket's path has at most 107 bytes
        raise LabError(f"VDS_LAB_HOME is too long a path for a socket in it: {root}; give a shorter one.")
    for folder in ("log", "run"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    root.chmod(0o700)
    return Home(root, numbers["VDS_LAB_PORT"], numbers["VDS_LAB_HOSTS"])
