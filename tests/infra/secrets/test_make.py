"""The secrets themselves: checked with the library's own verifier, as a client would."""

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from infra.secrets.make import BROKER_DAYS, CA_DAYS, certificates, password

NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)


def verify(made: dict[str, str], name: str, when: datetime.datetime) -> None:
    ca = x509.load_pem_x509_certificate(made["tls_ca_cert"].encode())
    broker = x509.load_pem_x509_certificate(made["tls_broker_cert"].encode())
    verifier = PolicyBuilder().store(Store([ca])).time(when).build_server_verifier(x509.DNSName(name))
    verifier.verify(broker, [])


def test_a_client_that_trusts_the_ca_accepts_the_broker_for_as_long_as_it_says() -> None:
    made = certificates("ovh", NOW)
    verify(made, "broker", NOW)
    verify(made, "broker", NOW + datetime.timedelta(days=BROKER_DAYS - 1))
    with pytest.raises(VerificationError):
        verify(made, "broker", NOW + datetime.timedelta(days=BROKER_DAYS + 1))


def test_a_clock_that_is_behind_is_no_trouble() -> None:
    verify(certificates("ovh", NOW), "broker", NOW - datetime.timedelta(minutes=30))


@pytest.mark.parametrize("name", ["storage", "broker.example"])
def test_no_other_name_is_accepted(name: str) -> None:
    with pytest.raises(VerificationError):
        verify(certificates("ovh", NOW), name, NOW)


def test_another_ca_is_not_trusted() -> None:
    first, second = certificates("ovh", NOW), certificates("ovh", NOW)
    with pytest.raises(VerificationError):
        verify(first | {"tls_ca_cert": second["tls_ca_cert"]}, "broker", NOW)


@pytest.mark.parametrize("which", ["ca", "broker"])
def test_the_key_is_the_certificates(which: str) -> None:
    made = certificates("ovh", NOW)
    key = serialization.load_pem_private_key(made[f"tls_{which}_key"].encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == "secp256r1"
    assert key.public_key() == x509.load_pem_x509_certificate(made[f"tls_{which}_cert"].encode()).public_key()


def test_the_ca_outlives_the_broker() -> None:
    assert CA_DAYS > 2 * BROKER_DAYS


def test_passwords() -> None:
    made = {password() for _ in range(100)}
    assert len(made) == 100
    assert all(len(each) >= 43 and each.replace("-", "").replace("_", "").isalnum() for each in made)
