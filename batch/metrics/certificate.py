"""When the broker's certificate, or the CA's, ends: without them nobody gets in."""

import socket
import ssl
from urllib.parse import urlsplit

from batch.ledger.broker import PORT, Broker


def certificate_end(broker: Broker, timeout_s: float = 3.0) -> float | None:
    """The sooner end of the two (s since 1970); None without TLS. OSError if the broker cannot be reached.

    The CA's counts only if the broker was given one: those of the system are somebody else's care.
    """
    if not broker.tls:
        return None
    given = broker.for_redis()[1]
    context = ssl.create_default_context(cafile=given.get("ssl_ca_certs"), cadata=given.get("ssl_ca_data"))
    parts = urlsplit(broker.url)
    name = parts.hostname or ""
    there = ("127.0.0.1", broker.at) if broker.at else (name, parts.port or PORT)
    with (
        socket.create_connection(there, timeout_s) as plain,
        context.wrap_socket(plain, server_hostname=name) as secured,
    ):
        ends = [(secured.getpeercert() or {}).get("notAfter")]
    if broker.ca or broker.ca_pem:
        ends += [each.get("notAfter") for each in context.get_ca_certs()]
    return min((float(ssl.cert_time_to_seconds(str(end))) for end in ends if end), default=None)
