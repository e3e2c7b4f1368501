"""To a bucket: the seal is last, what is there is not sent again, what is strange goes away."""

from pathlib import Path

import pytest

from batch.errors import VdsError
from batch.place import Url
from batch.place.fetch import fetch_product
from batch.place.publish import publish, sealed
from batch.place.store import Store
from batch.stage.stage_out import checksums
from tests.batch.place.server import Server

NAME = "X_T36MZD_1.SAFE"


@pytest.fixture
def store(s3: Server, bucket: Url) -> Store:
    return Store(s3.settings)


@pytest.fixture
def product(tmp_path: Path) -> Path:
    for name, content in (("a", "1"), ("GRANULE/b", "22"), ("GRANULE/c", "333")):
        path = tmp_path / NAME / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return tmp_path / NAME


def put(store: Store, product: Path, target: Url) -> Url:
    return publish(store, product, checksums(product), target, store.below(target))


def content(store: Store, target: Url) -> dict[str, bytes]:
    return {name: store.read(found.url) for name, found in store.below(target).items()}


def expected(product: Path) -> dict[str, bytes]:
    files = {str(p.relative_to(product.parent)): p.read_bytes() for p in product.rglob("*") if p.is_file()}
    return {**files, f"{NAME}.sha256": checksums(product).encode()}


def test_a_product_is_sent_once(s3: Server, store: Store, bucket: Url, product: Path) -> None:
    assert put(store, product, bucket / "l1c") == bucket / "l1c" / NAME
    assert content(store, bucket / "l1c") == expected(product)
    before = s3.asked(bucket.bucket)
    put(store, product, bucket / "l1c")
    assert s3.asked(bucket.bucket) - before == {"LIST": 1, "GET": 1}


def test_a_file_is_a_product_as_well(store: Store, bucket: Url, product: Path) -> None:
    for _ in range(2):
        put(store, product / "a", bucket)
        assert set(content(store, bucket)) == {"a", "a.sha256"}


def test_what_was_interrupted_goes_on(s3: Server, store: Store, bucket: Url, product: Path) -> None:
    put(store, product, bucket)
    store.delete(bucket / f"{NAME}.sha256")
    store.delete(bucket / NAME / "a")
    before = s3.asked(bucket.bucket)
    put(store, product, bucket)
    assert s3.asked(bucket.bucket) - before == {
        "LIST": 1,
        "GET": 2,
        "PUT": 2,
    }  # HEAD counts as GET; a and the seal
    assert content(store, bucket) == expected(product)


def test_what_differs_is_replaced_and_what_is_strange_removed(
    store: Store, bucket: Url, product: Path
) -> None:
    put(store, product, bucket)
    store.write(bucket / NAME / "GRANULE/old", b"of another version")
    store.write(bucket / NAME / "a", b"2")
    store.write(bucket / f"{NAME}.other/x", b"of another product")
    (product / "GRANULE/b").write_text("44")
    put(store, product, bucket)
    assert content(store, bucket) == {**expected(product), f"{NAME}.other/x": b"of another product"}


def test_a_product_has_no_seal_until_it_is_whole(store: Store, bucket: Url, product: Path) -> None:
    put(store, product, bucket)
    for name in ("a", "GRANULE/b"):
        (product / name).write_text("other")
    sums = checksums(product)
    with pytest.raises(VdsError, match="the server did not answer"):
        publish(Broken(store), product, sums, bucket, store.below(bucket))  # type: ignore[arg-type]
    assert sealed(store.below(bucket)) == []


class Broken:
    """A store whose way to the server breaks with the second file."""

    def __init__(self, store: Store) -> None:
        self.store, self.sent = store, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    def put(self, path: Path, url: Url, sha256: str) -> None:
        self.sent += 1
        if self.sent > 1:
            raise VdsError("the server did not answer")
        self.store.put(path, url, sha256)


def test_a_product_is_fetched_with_its_seal(store: Store, bucket: Url, product: Path, tmp_path: Path) -> None:
    put(store, product, bucket)
    there = store.below(bucket)
    assert sealed(there) == [NAME]
    assert fetch_product(store, there, NAME, tmp_path / "back") == 3
    assert fetch_product(store, there, NAME, tmp_path / "back") == 0
    assert checksums(tmp_path / "back" / NAME) == checksums(product)
    store.write(bucket / NAME / "GRANULE/c", b"334")
    with pytest.raises(VdsError, match=rf"{NAME}/GRANULE/c came with 3 bytes, not those of its checksum"):
        fetch_product(store, store.below(bucket), NAME, tmp_path / "anew")
    store.delete(bucket / NAME / "GRANULE/c")
    with pytest.raises(VdsError, match=rf"{NAME} lacks {NAME}/GRANULE/c, which its \.sha256 lists"):
        fetch_product(store, store.below(bucket), NAME, tmp_path / "anew")
