"""The way in, for real: two sshd on loopback play bastion and broker's host, Redis speaks TLS behind them."""

import contextlib
import getpass
import json
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from batch.ledger.acl import acl_rules
from tests.batch.cli.test_commands import Shell, document
from tests.batch.ports import free_port
from tests.batch.safe.tiny import write_tiny
from tests.batch.secured import PASSWORD, SecuredRedis, needs_tls

SSHD = shutil.which("sshd") or ("/usr/sbin/sshd" if Path("/usr/sbin/sshd").exists() else "")
pytestmark = [
    needs_tls,
    pytest.mark.skipif(not SSHD, reason="no sshd here (apt-get install openssh-server)"),
    pytest.mark.skipif(os.geteuid() != 0, reason="sshd for this account needs root here"),
]


class Way:
    """Bastion and broker's host, a key that both know, and OpenSSH's configuration of the operator.

    The bastion lets through to the broker's SSH only, as the firewall of a stack does.
    """

    def __init__(self, folder: Path, redis: SecuredRedis) -> None:
        self.folder = folder
        self.address, self.bastion = redis.address, "bastion.test"
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
        (folder / "keys").write_text((folder / "user.pub").read_text())
        ports = {"bastion": free_port(), "broker": free_port()}
        Path("/run/sshd").mkdir(exist_ok=True)
        self.servers = [
            self._serve("bastion", "127.0.0.1", ports["bastion"], f"{self.address}:{ports['broker']}"),
            self._serve("broker", self.address, ports["broker"], f"{self.address}:6379"),
        ]
        self.known = folder / "known"
        common = f"  IdentityFile {folder}/user\n  IdentitiesOnly yes\n  UserKnownHostsFile {folder}/known\n"
        (folder / "config").write_text(
            f"Host {self.bastion}\n  HostName 127.0.0.1\n  Port {ports['bastion']}\n{common}"
            f"Host {self.address}\n  Port {ports['broker']}\n{common}"
        )
        self.outputs = folder / "outputs.json"
        hosts = {
            "lab-bastion": {"groups": ["bastion"], "id": "1", "address": "10.0.0.1"},
            "lab-broker": {"groups": ["broker"], "id": "2", "address": self.address},
        }
        more = {"ssh_user": getpass.getuser(), "bastion": self.bastion}
        self.outputs.write_text(
            json.dumps(
                {
                    "inventory": {"stack": "lab", "hosts": hosts, "vars": more},
                    "secrets": {"broker_password": PASSWORD, "tls_ca_cert": redis.pki.ca.read_text()},
                }
            )
        )

    def _serve(self, name: str, address: str, port: int, lets: str) -> subprocess.Popen[bytes]:
        config = self.folder / f"{name}.conf"
        config.write_text(
            f"ListenAddress {address}:{port}\nHostKey {self.folder}/host\nPidFile none\nStrictModes no\n"
            f"AuthorizedKeysFile {self.folder}/keys\nPermitOpen {lets}\nPasswordAuthentication no\n"
            "PermitRootLogin prohibit-password\nUsePAM no\n"
        )
        with (self.folder / f"{name}.log").open("wb") as log:
            server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=log)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection((address, port), timeout=1):
                return server
            time.sleep(0.05)
        raise AssertionError((self.folder / f"{name}.log").read_text())

    @property
    def environment(self) -> dict[str, str]:
        return {"VDS_SSH": f"ssh -F {self.folder}/config", "VDS_BROKER": ""}

    def stop(self) -> None:
        for server in self.servers:
            server.terminate()
            server.wait()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("l0c"), (8,))


@pytest.fixture(scope="module")
def redis_there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredRedis]:
    address = f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(250) + 1}.3"
    server = SecuredRedis(tmp_path_factory.mktemp("there"), acl_rules(), address=address, port=6379)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory, redis_there: SecuredRedis) -> Iterator[Way]:
    made = Way(tmp_path_factory.mktemp("way"), redis_there)
    yield made
    made.stop()


def test_operators_commands_go_through_the_bastion(
    tmp_path: Path, template: Path, way: Way, redis_there: SecuredRedis
) -> None:
    shell = Shell(tmp_path, template, "")
    shell.environment |= way.environment
    there = ("--stack", "lab", "--inventory", str(way.outputs))
    assert document(shell.vds("status", "--json", *there))["datastrips"] == []
    # Submitted on the broker's side, where the storage is; all else from here.
    words = ("submit", "l0c", "--out", "out", "--chain", str(shell.kit.chain), "--scenes", "6", "--json")
    by_name = {**redis_there.environment, "VDS_BROKER": f"rediss://vds@{redis_there.address}:6379/0"}
    assert document(shell.vds(*words, **by_name))["submitted"]
    name = document(shell.vds("status", "--json", *there))["datastrip"]
    assert document(shell.vds("cancel", name, "--json", *there))["cancelled"] == ["v01", "v02"]
    assert document(shell.vds("resubmit", name, "--json", *there))["resubmitted"] == ["v01", "v02"]
    assert document(shell.vds("trace", name, "--json", *there))["attempts"] == []
    assert document(shell.vds("dead", "--json", *there))["dead"] == []
    assert shell.vds("report", name, "--to", "r.html", *there).returncode == 0
    found = json.loads(shell.vds("check", "--json", *there).stdout)["findings"]
    assert {f["what"]: f["level"] for f in found}["broker"] == "ok"
    assert redis_there.refusals() == []


def test_submit_is_done_where_the_storage_is(tmp_path: Path, template: Path, way: Way) -> None:
    """`sudo` of the broker's host is a stand-in here that says what it was asked."""
    shell = Shell(tmp_path, template, "")
    stand_in = tmp_path / "kit/sudo"
    stand_in.write_text('#!/bin/sh\nprintf "%s|" "$@"\nexit 3\n')
    stand_in.chmod(0o755)
    environment = {**way.environment, "VDS_SSH": f"{tmp_path}/kit/ssh"}
    wrapper = tmp_path / "kit/ssh"  # the real ssh, with the stand-in first on the path over there
    wrapper.write_text(
        f'#!/bin/bash\nssh="ssh -F {way.folder}/config"\n'
        f'[[ "$*" = *ProxyCommand=* ]] || exec $ssh "$@"\n'
        f'exec $ssh "${{@:1:$#-1}}" "PATH={tmp_path}/kit:$PATH; ${{@: -1}}"\n'
    )
    wrapper.chmod(0o755)
    words = (
        "submit",
        "/srv/a b",
        "--out",
        "/srv/o",
        "--inventory",
        str(way.outputs),
        "--stack=lab",
        "--json",
    )
    done = shell.vds(*words, **environment)
    assert done.returncode == 3, done.stderr
    assert done.stdout == "-n|vds|submit|/srv/a b|--out|/srv/o|--json|"


def test_a_servers_key_is_kept_and_no_other_one_taken(tmp_path: Path, template: Path, way: Way) -> None:
    shell = Shell(tmp_path, template, "")
    asked = ("status", "--json", "--inventory", str(way.outputs))
    assert shell.vds(*asked, **way.environment).returncode == 0
    kept = way.known.read_text()
    assert {line.split()[0] for line in kept.splitlines()} == {"lab-bastion.1", "lab-broker.2"}
    other = (way.folder / "user.pub").read_text()
    way.known.write_text(f"lab-bastion.1 {other}lab-broker.2 {other}")
    refused = shell.vds(*asked, **way.environment)
    way.known.write_text(kept)
    assert refused.returncode == 1 and "no way to" in refused.stderr


def test_no_way_in_is_one_sentence(tmp_path: Path, template: Path, way: Way) -> None:
    shell = Shell(tmp_path, template, "")
    (tmp_path / "kit/config").write_text((way.folder / "config").read_text().replace("/user\n", "/host\n"))
    done = shell.vds(
        "status",
        "--inventory",
        str(way.outputs),
        **way.environment | {"VDS_SSH": f"ssh -F {tmp_path}/kit/config"},
    )
    assert done.returncode == 1 and done.stdout == ""
    assert "Permission denied" in done.stderr or "no way to" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
