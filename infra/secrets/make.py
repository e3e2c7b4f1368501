"""New secrets: nothing of them is written anywhere here."""

import datetime
import secrets

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

#: The broker's name, which every node resolves.
BROKER = "broker"
#: The CA outlives several of the broker's certificates.
CA_DAYS = 3650
#: As long as the strictest clients accept.
BROKER_DAYS = 825
#: Clocks differ.
EARLIER = datetime.timedelta(hours=1)


def password() -> str:
    """256 random bits in characters that need no quoting in a URL."""
    return secrets.token_urlsafe(32)


def certificates(stack: str, now: datetime.datetime) -> dict[str, str]:
    """A CA of the stack's own and the broker's certificate from it, elliptic curve P-256, as PEM.

    Keys: tls_ca_cert, tls_ca_key, tls_broker_cert, tls_broker_key. `now`: aware of its time zone.
    """
    ca_key, broker_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = _ca(stack, ca_key, now)
    broker = _broker(broker_key, ca, ca_key, now)
    return {
        "tls_ca_cert": _pem(ca),
        "tls_ca_key": _pem(ca_key),
        "tls_broker_cert": _pem(broker),
        "tls_broker_key": _pem(broker_key),
    }


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime.datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _ca(stack: str, key: ec.EllipticCurvePrivateKey, now: datetime.datetime) -> x509.Certificate:
    name = f"vds {stack} CA"
    return (
        _builder(name, _name(name), key, now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _broker(
    key: ec.EllipticCurvePrivateKey,
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    now: datetime.datetime,
) -> x509.Certificate:
    return (
        _builder(BROKER, ca.subject, key, now, BROKER_DAYS)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(BROKER)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )


def _pem(what: x509.Certificate | ec.EllipticCurvePrivateKey) -> str:
    if isinstance(what, x509.Certificate):
        return what.public_bytes(serialization.Encoding.PEM).decode()
    return what.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
