"""STAGE_OUT: a job's products to shared storage. A product is there whole and with its checksums, or not.

Order of appearance: the product under a temporary name, the product, its `<product>.sha256`. The checksum
file is last, so it says "complete" (the lesson of COPRS issue 562); it can be checked by `sha256sum -c`.
In a bucket, where nothing can be renamed, only the last of these says that a product is there.
"""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from batch.errors import VdsError
from batch.joborder import JobOrder
from batch.place import Place, Url, place
from batch.stage.transfer import files_of, lay, sha256

#: What is a product, as <producer>/<File_Type>, unless the chain's parameter PRODUCTS says otherwise.
PRODUCTS = "PACK_SAFE/PDI_SAFE MERGE_TILE/PDI_SAFE FORMAT_METADATA_DS_L1C/PDI_DS"


def stage_out(order: JobOrder) -> Sequence[Place]:
    """Parameters: TARGET, PRODUCTS. Gives the products' places, whether they were there or not."""
    target = place(order.parameters["TARGET"])
    if isinstance(target, Url):
        return send(products(order), target)
    if target.is_dir():
        return [put(product, target) for product in products(order)]
    # The first time the folder appears with everything in it; a second try finds what the first has brought.
    aside = target.with_name(f".{target.name}.part")
    aside.mkdir(parents=True, exist_ok=True)
    names = [put(product, aside).name for product in products(order)]
    aside.replace(target)
    return [target / name for name in names]


def send(found: list[Path], target: Url) -> list[Url]:
    """Publish products in a bucket."""
    from batch.place.publish import publish
    from batch.place.store import Store

    store = Store()
    there = store.below(target)
    return [publish(store, p, checksums(p), target, there) for p in found]


def products(order: JobOrder) -> list[Path]:
    """The folders and files that the job order's inputs hold and that are products."""
    wanted = order.parameters.get("PRODUCTS", PRODUCTS).split()
    found = []
    for file_type, places in order.inputs.items():
        for folder in places:
            # <job>/<producer>/output/<TYPE>
            if folder.is_dir() and f"{folder.parents[1].name}/{file_type}" in wanted:
                found += sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    names = [p.name for p in found]
    twice = {n for n in names if names.count(n) > 1}
    if twice:
        raise VdsError(f"two products are called {min(twice)}; correct PRODUCTS of STAGE_OUT in the chain")
    return found


def put(product: Path, target: Path) -> Path:
    """Publish one product (a folder or a file) in `target`; nothing is done if it is there and the same."""
    place, seal = target / product.name, target / f"{product.name}.sha256"
    sums = checksums(product)
    if place.exists() and seal.exists() and seal.read_text() == sums and _sizes(place) == _sizes(product):
        return place
    for left in target.glob(f".{product.name}.*.part"):
        _remove(left)
    seal.unlink(missing_ok=True)
    aside = target / f".{product.name}.{os.getpid()}.part"
    if product.is_dir():
        aside.mkdir()
        for path in files_of(product):
            made = aside / path.relative_to(product)
            made.parent.mkdir(parents=True, exist_ok=True)
            lay(path, made)
    else:
        lay(product, aside)
    if place.exists():
        _remove(place)
    aside.replace(place)
    written = target / f".{seal.name}.{os.getpid()}.part"
    written.write_text(sums)
    written.replace(seal)
    return place


def checksums(product: Path) -> str:
    """Lines of `sha256sum` for each file, relative to the product's parent."""
    files = files_of(product) if product.is_dir() else [product]
    return "".join(f"{sha256(f)}  {f.relative_to(product.parent)}\n" for f in files)


def _sizes(product: Path) -> list[tuple[str, int]]:
    files = files_of(product) if product.is_dir() else [product]
    return [(str(f.relative_to(product.parent)), f.stat().st_size) for f in files]


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
