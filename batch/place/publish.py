"""A product to a bucket: its objects, then `<product>.sha256`, which says that it is complete.

Repeated, it sends only what is not there with the same checksum. While a product is replaced it has no
`<product>.sha256`.
"""

from collections.abc import Mapping
from pathlib import Path

from batch.place.fetch import read_sums
from batch.place.store import Found, Store, each
from batch.place.url import Url


def publish(store: Store, product: Path, sums: str, target: Url, there: Mapping[str, Found]) -> Url:
    """Publish a folder or file in `target`, of which `there` is the listing. `sums`: lines of `sha256sum`.

    Gives the product's URL, whether it was there before or not.
    """
    digests = read_sums(sums)
    place, seal = target / product.name, f"{product.name}.sha256"
    mine = {n: f.size for n, f in there.items() if n == product.name or n.startswith(f"{product.name}/")}
    sizes = {name: (product.parent / name).stat().st_size for name in digests}
    if seal in there:
        if mine == sizes and store.read(target / seal) == sums.encode():
            return place
        store.delete(target / seal)

    def send(name: str) -> None:
        known = mine.get(name) == sizes[name] and store.sha256(target / name) == digests[name]
        if not known:
            store.put(product.parent / name, target / name, digests[name])

    each(send, digests)
    for strange in sorted(mine.keys() - digests.keys()):
        store.delete(target / strange)
    store.write(target / seal, sums.encode())
    return place


def sealed(listing: Mapping[str, Found]) -> list[str]:
    """Names of the complete products in the listing of a folder of products."""
    ends = ".sha256"
    return sorted(n.removesuffix(ends) for n in listing if n.endswith(ends) and "/" not in n)
