"""Where broker and ledger are, and what proves both sides to each other.

The password is read from a file and stays in memory: an environment or a process list shows neither it nor a
URL with it. With `rediss://` the broker's certificate must be signed by the CA and carry the URL's host name.
"""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import redis
from redis.exceptions import AuthenticationError, NoPermissionError

from batch.errors import InputError

SCHEMES = ("redis", "rediss", "unix", "redis+socket")
PORT = 6379


@dataclass(frozen=True)
class Broker:
    """`url`: redis[s]://[user[:password]@]host[:port][/db], or a unix socket; `ca`: PEM file of the CA.

    `at` is the port on this machine that leads there, if it is reached through a tunnel; password and CA may
    then be given as texts, which no file and no environment has.
    """

    url: str
    ca: str = ""
    password_file: str = ""
    at: int = 0
    password_given: str = field(default="", repr=False)
    ca_pem: str = field(default="", repr=False)

    @property
    def where(self) -> str:
        """The URL without credentials, for people."""
        return self.url.rpartition("@")[2]

    @property
    def user(self) -> str:
        """The ACL user; Redis' own is called default."""
        return unquote(urlsplit(self.url).username or "") or "default"

    @property
    def tls(self) -> bool:
        """Whether the connection is encrypted and the broker's name verified."""
        return self.url.startswith("rediss://")

    @property
    def password(self) -> str:
        """As given, else from the file, else from the URL."""
        if self.password_given:
            return self.password_given
        if not self.password_file:
            return unquote(urlsplit(self.url).password or "")
        try:
            return Path(self.password_file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise InputError(
                f"the broker's password cannot be read from {self.password_file} ({error.strerror}); "
                "correct VDS_BROKER_PASSWORD_FILE or use an account that may read it"
            ) from None

    def check(self) -> None:
        """InputError for the first mistake that can be seen without asking the broker."""
        scheme = self.url.partition("://")[0]
        if scheme not in SCHEMES or "://" not in self.url:
            raise InputError(f"{self.where} is not a broker's address; give rediss://user@host:6379/0")
        try:
            urlsplit(self.url).port  # noqa: B018 - raises
        except ValueError as error:
            raise InputError(f"{self.where} is not a broker's address ({error}); correct the port") from None
        if self.ca and not self.tls:
            raise InputError(f"VDS_BROKER_CA is set, but {self.where} is not encrypted; give rediss://…")
        if self.ca and not Path(self.ca).is_file():
            raise InputError(f"the broker's CA {self.ca} is not a file; correct VDS_BROKER_CA")
        _ = self.password

    def for_redis(self) -> tuple[str, dict[str, Any]]:
        """What redis-py's `from_url` takes: URL and keywords."""
        if self.url.startswith("redis+socket://"):  # Celery's spelling
            return "unix://" + self.url.removeprefix("redis+socket://"), {}
        keywords: dict[str, Any] = {"password": self.password} if self.password else {}
        keywords |= self._tls()
        parts = urlsplit(self.url)
        if self.at:
            # What is verified stays the broker's own name.
            keywords |= {"connection_class": _tunnelled(parts.hostname or "", self.tls)}
            login = parts.netloc.rpartition("@")[0]
            return parts._replace(netloc=f"{login}@127.0.0.1:{self.at}").geturl(), keywords
        return self.url, keywords

    def for_celery(self) -> dict[str, Any]:
        """Celery's settings. The URL carries the password, in this process' memory."""
        url = self.url
        if self.password_file or self.password_given:
            parts = urlsplit(url)
            login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
            url = parts._replace(netloc=f"{login}@{parts.netloc.rpartition('@')[2]}").geturl()
        return {"broker_url": url, **({"broker_use_ssl": self._tls()} if self.tls else {})}

    def _tls(self) -> dict[str, Any]:
        if not self.tls:
            return {}
        options: dict[str, Any] = {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}
        if self.ca_pem:
            return {**options, "ssl_ca_data": self.ca_pem}
        return {**options, "ssl_ca_certs": self.ca} if self.ca else options


def as_broker(broker: "Broker | str") -> Broker:
    """A plain URL is a broker without TLS files and password file."""
    return Broker(broker) if isinstance(broker, str) else broker


def _tunnelled(name: str, tls: bool) -> type[redis.Connection]:
    """A connection class whose certificate is checked for `name`, wherever the socket leads."""
    if not tls:
        return redis.Connection

    class Tunnelled(redis.SSLConnection):
        def _wrap_socket_with_ssl(self, sock: Any) -> Any:
            here, self.host = self.host, name
            try:
                return super()._wrap_socket_with_ssl(sock)
            finally:
                self.host = here

    return Tunnelled


def refusal(broker: Broker, error: Exception) -> str:
    """One sentence if the broker is there and will not have us; empty if it may only be away."""
    text = str(error)
    if isinstance(error, NoPermissionError) or "NOPERM" in text:
        return (
            f"the broker at {broker.where} does not let user {broker.user} do that ({text}); give it the "
            "rights in docs/operate.md, section Broker"
        )
    if isinstance(error, AuthenticationError) or any(w in text for w in ("WRONGPASS", "NOAUTH", "AUTH")):
        return (
            f"the broker at {broker.where} refuses user {broker.user}: wrong password or unknown user; "
            "correct VDS_BROKER_PASSWORD_FILE or the user in VDS_BROKER"
        )
    if "CERTIFICATE_VERIFY_FAILED" in text:
        why = text.rpartition("verify failed: ")[2].partition(" (_ssl")[0]
        return (
            f"the broker at {broker.where} has a certificate that cannot be trusted ({why}); give its CA in "
            "VDS_BROKER_CA and call the broker by the name in its certificate"
        )
    if "SSL" in text:
        return f"the broker at {broker.where} does not speak TLS ({text}); give redis://… or set up its TLS"
    if not broker.tls and ("closed by server" in text or "reset by peer" in text):
        return (
            f"the broker at {broker.where} hangs up on a connection without TLS; give rediss://… and its CA "
            "in VDS_BROKER_CA"
        )
    return ""
