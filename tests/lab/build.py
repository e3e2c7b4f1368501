"""A lab's data: made once, kept as a template, restored in a moment."""

import hashlib
import shutil
import subprocess
import tarfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.lab.admin import admin, catalogue
from tests.lab.configure import configure
from tests.lab.home import SOURCE, Home, LabError
from tests.lab.install import LOCK
from tests.lab.process import environment, sql, start_database, start_services, stop
from tests.lab.profile import every_volume_zone

DATABASES = ("keystone", "placement", "glance", "neutron", "nova_api", "nova_cell0", "nova_cell1", "cinder")
#: Two at a time, each of about the same length: this is imports and SQL of one CPU.
SCHEMAS = (("nova", "glance"), ("keystone", "neutron", "placement", "cinder"))


def fingerprint(home: Home) -> str:
    """Of what the data depend on: releases, configuration, zones, and the port in the catalogue."""
    parts = [path.read_bytes() for path in (LOCK, *sorted((SOURCE / "etc").iterdir()))]
    parts += [repr((home.port, every_volume_zone())).encode()]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:12]


def template(home: Home) -> Path:
    """`data` as `build` made them."""
    return home.root / f"template-{fingerprint(home)}.tar"


def fresh(home: Home) -> bool:
    """Are there data, and made by the lab as it is now?"""
    stamp = home.data / "made-for"
    return stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint(home)


def build(home: Home) -> None:
    """Databases, tables, users, catalogue, hosts: from nothing to the template."""
    stop(home)
    shutil.rmtree(home.data, ignore_errors=True)
    configure(home)
    made = subprocess.run(
        [
            "mariadb-install-db",
            f"--defaults-file={home.etc / 'mariadb.cnf'}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise LabError(f"mariadb-install-db failed: {made.stderr.strip()[-300:]}")
    start_database(home)
    if not sql(home, "".join(f"create database {name};" for name in DATABASES)):
        raise LabError(f"The databases could not be created; see {home.log / 'mariadb.log'}.")
    with ThreadPoolExecutor() as two:
        list(two.map(lambda services: _schemas(home, services), SCHEMAS))
    start_services(home, ["keystone"])
    with admin(home) as cloud:
        catalogue(home, cloud)
    # Hosts register themselves at their first start, which takes longer than to find themselves again.
    start_services(home)
    stop(home)
    (home.data / "made-for").write_text(fingerprint(home), encoding="ascii")
    for old in home.root.glob("template-*"):
        old.unlink()
    part = home.root / "template-part"
    with tarfile.open(part, "w") as tar:
        tar.add(home.data, "data")
    part.rename(template(home))


def restore(home: Home) -> None:
    """Back to what `build` made; the lab must not run."""
    shutil.rmtree(home.data, ignore_errors=True)
    with tarfile.open(template(home)) as tar:
        tar.extractall(home.root, filter="tar")


def _schemas(home: Home, services: Iterable[str]) -> None:
    for service in services:
        _schema(home, service)


def _schema(home: Home, service: str) -> None:
    done = subprocess.run(
        [home.python, "-m", "vds_lab.schema", service, home.auth_url + "/"],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        (home.log / f"schema-{service}.out").write_text(done.stdout + done.stderr, encoding="utf-8")
        raise LabError(f"The tables of {service} could not be made; see {home.log}/schema-{service}.out.")
