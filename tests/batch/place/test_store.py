"""Against a real server: what arrives is whole and checksummed, and every refusal is one sentence."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from batch.config import Settings
from batch.errors import InputError, VdsError
from batch.place import Url
from batch.place.store import Store, Sum, each
from tests.batch.place.server import KEY, READER, READER_SECRET, SECRET, Server, write_keys
from tests.batch.ports import free_port


@pytest.fixture
def store(s3: Server, bucket: Url) -> Store:
    return Store(s3.settings)


def sent(store: Store, url: Url, path: Path, content: bytes) -> str:
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    store.put(path, url, digest)
    return digest


def test_there_and_back(store: Store, bucket: Url, tmp_path: Path) -> None:
    content = os.urandom(3_000_000)
    url = bucket / "a b/ö+%41.bin"  # what a URL would have to escape
    digest = sent(store, url, tmp_path / "file", content)
    found = store.below(bucket)
    assert list(found) == ["a b/ö+%41.bin"] and found["a b/ö+%41.bin"].size == len(content)
    assert store.folders(bucket) == ["a b"]
    assert store.sha256(url) == digest
    store.get(found["a b/ö+%41.bin"], tmp_path / "back", Sum("sha256", digest))
    assert (tmp_path / "back").read_bytes() == content
    assert (tmp_path / "back").stat().st_mtime_ns == found["a b/ö+%41.bin"].modified
    store.delete(url)
    assert store.below(bucket) == {}


def test_a_listing_has_more_than_a_page(store: Store, bucket: Url) -> None:
    names = {f"d/{n:04d}" for n in range(1001)}
    each(lambda name: store.write(bucket / name, b""), names)
    assert set(store.below(bucket)) == names


def test_other_bytes_than_the_checksum_are_refused(store: Store, bucket: Url, tmp_path: Path) -> None:
    sent(store, bucket / "x", tmp_path / "x", b"right")
    found = store.below(bucket)["x"]
    with pytest.raises(VdsError, match=r"s3://\S+/x came with 5 bytes, not those of its checksum; upload"):
        store.get(found, tmp_path / "y", Sum("sha3_256", hashlib.sha3_256(b"other").hexdigest()))
    with pytest.raises(VdsError, match=r"came with 5 bytes, 7 were expected"):
        store.get(replace(found, size=7), tmp_path / "y")
    (tmp_path / "z").write_bytes(b"wrong")
    store.put(tmp_path / "z", bucket / "x", hashlib.sha256(b"right").hexdigest())  # its own sum does not fit
    with pytest.raises(VdsError, match="not those of its checksum"):
        store.get(found, tmp_path / "y")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x", "z"]  # neither y nor a part of it


def test_bytes_that_change_on_the_way_are_refused_by_the_server(
    store: Store, bucket: Url, tmp_path: Path
) -> None:
    def turn_over(request: Any, **_: object) -> None:
        request.body = b"y" * 1000

    store.client.meta.events.register_first("before-send.s3.PutObject", turn_over)
    with pytest.raises(VdsError, match=r"did not write s3://\S+/x: 400 .*BadDigest.*; try again later"):
        sent(store, bucket / "x", tmp_path / "x", b"x" * 1000)
    assert store.below(bucket) == {}


def settings_of(s3: Server, tmp_path: Path, key: str, secret: str) -> Settings:
    write_keys(tmp_path / "other-keys", key, secret)
    return replace(s3.settings, s3_credentials_file=str(tmp_path / "other-keys"))


@pytest.mark.parametrize(("key", "secret"), [(KEY, "wrong"), ("nobody", SECRET)])
def test_wrong_keys(s3: Server, bucket: Url, tmp_path: Path, key: str, secret: str) -> None:
    wrong = Store(settings_of(s3, tmp_path, key, secret))
    sentence = rf"{s3.endpoint} refuses the S3 keys \(\w+\); correct VDS_S3_CREDENTIALS_FILE or AWS_"
    with pytest.raises(InputError, match=sentence) as told:
        wrong.below(bucket)
    assert secret not in str(told.value)
    with pytest.raises(InputError, match=sentence):
        wrong.write(bucket / "x", b"x")


def test_a_reader_may_not_write(s3: Server, bucket: Url, tmp_path: Path) -> None:
    reader = Store(settings_of(s3, tmp_path, READER, READER_SECRET))
    assert reader.below(bucket) == {}
    with pytest.raises(
        InputError, match=rf"the S3 keys may not write {bucket}/\S+ at {s3.endpoint}; correct"
    ):
        reader.check_writable(bucket)


def test_what_is_not_there(store: Store, s3: Server, bucket: Url) -> None:
    with pytest.raises(
        InputError, match=rf"{s3.endpoint} has no bucket nowhere; make it, or correct the URL"
    ):
        store.below(Url("nowhere", "x"))
    for ask in (store.read, store.sha256):
        with pytest.raises(InputError, match=rf"{bucket}/x is missing at {s3.endpoint}; upload it"):
            ask(bucket / "x")


def test_nobody_answers(s3: Server) -> None:
    alone = Store(replace(s3.settings, s3_endpoint=f"http://127.0.0.1:{free_port()}"))
    with pytest.raises(
        VdsError, match=r"http://127\.0\.0\.1:\d+ does not answer .*; correct VDS_S3_ENDPOINT"
    ):
        alone.below(Url("bucket"))


def test_a_server_without_tls(s3: Server) -> None:
    tls = Store(replace(s3.settings, s3_endpoint=s3.endpoint.replace("http:", "https:")))
    with pytest.raises(InputError, match="certificate that is not trusted, or none; set AWS_CA_BUNDLE"):
        tls.below(Url("bucket"))


def test_a_server_with_a_ca_of_its_own(s3: Server, bucket: Url, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    tls = replace(s3.settings, s3_endpoint=s3.tls)
    with pytest.raises(InputError, match=r"certificate that is not trusted, or none; set AWS_CA_BUNDLE"):
        Store(tls).below(bucket)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(s3.pki.ca))
    Store(tls).write(bucket / "x", b"over TLS")
    assert Store(s3.settings).read(bucket / "x") == b"over TLS"


def test_each_begins_no_more_after_an_error() -> None:
    begun: list[int] = []

    def one(number: int) -> None:
        begun.append(number)
        raise VdsError("no")

    with pytest.raises(VdsError, match="no"):
        each(one, range(10_000))
    assert len(begun) < 10_000
