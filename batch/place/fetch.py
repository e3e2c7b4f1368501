"""From a bucket to a folder. Repeated, it fetches only what is not there yet, or not what it should be.

Every file is compared with a checksum on its way: that of the PDI's own manifest, or of the product's
`<product>.sha256`, and the one that the object has as metadata.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from batch.errors import InputError, VdsError
from batch.place.store import PART, Found, Store, Sum
from batch.place.url import Url
from batch.safe.manifest import FILE_NAME, read_manifest


def fetch_pdi(store: Store, source: Url, folder: Path) -> int:
    """A PDI and its manifest's checksums to `folder`; gives how many files were fetched.

    InputError if there is none, or something of it is missing; VdsError if something of it has changed.
    """
    found = store.below(source)
    if not found:
        raise InputError(f"{source} is missing at {store.endpoint}, a PDI was expected; upload it")
    for left in folder.rglob(f".*{PART}"):  # else it would go on to the IPFs
        left.unlink(missing_ok=True)
    fetched = 0
    sums: dict[str, Sum] = {}
    if manifest := found.pop(FILE_NAME, None):
        fetched += bring(store, manifest, folder / FILE_NAME)
        entries = read_manifest(folder / FILE_NAME)
        sums = {e.href: Sum("sha3_256", e.checksum.lower()) for e in entries}
        for entry in entries:
            if entry.href not in found:
                raise InputError(
                    f"{source / entry.href} is missing though {FILE_NAME} lists it; upload it again"
                )
    return fetched + sum(bring(store, one, folder / name, sums.get(name)) for name, one in found.items())


def fetch_product(store: Store, products: Mapping[str, Found], name: str, target: Path) -> int:
    """The sealed product `name` of the listing `products` to `target/name`; gives how many were fetched."""
    sums = read_sums(store.read(products[f"{name}.sha256"].url).decode())
    for missing in sums.keys() - products.keys():
        raise VdsError(f"{name} lacks {missing}, which its .sha256 lists; resubmit the datastrip")
    return sum(bring(store, products[n], target / n, Sum("sha256", s)) for n, s in sums.items())


def read_sums(text: str) -> dict[str, str]:
    """Lines of `sha256sum`: checksum by name."""
    return {name: digest for digest, name in (line.split("  ", 1) for line in text.splitlines())}


def bring(store: Store, found: Found, target: Path, expected: Sum | None = None) -> bool:
    """Fetch one object, unless `target` is the same by size and checksum (if none is known, time)."""
    if target.exists() and target.stat().st_size == found.size:
        if expected is None and target.stat().st_mtime_ns == found.modified:
            return False
        if expected is not None and _digest(target, expected.algorithm) == expected.hex:
            return False
    target.parent.mkdir(parents=True, exist_ok=True)
    store.get(found, target, expected)
    return True


def _digest(path: Path, algorithm: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()
