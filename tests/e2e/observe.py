"""What can be seen of a run from outside: its products and seals, its ledger, its processes."""

import contextlib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from batch.embedded.redis import EmbeddedRedis
from batch.ledger import Ledger, View

#: The environment variable by which the processes of one run are told from all others.
MARK = "VDS_E2E_MARK"
#: Files in which the date of creation stands.
DATED = (".xml", ".html")
TILE = re.compile(r"_T(\d{2}[A-Z]{3})_")


def datastrip_folder(out: Path) -> Path:
    """OUT/<DS name>: there is one datastrip."""
    (folder,) = (p for p in out.iterdir() if p.is_dir() and not p.name.startswith("."))
    return folder


def product_folders(out: Path) -> list[Path]:
    """L1C of the datastrip and of each of its vDS."""
    ds = datastrip_folder(out)
    return [ds / "L1C", *sorted((ds / "l1c").iterdir())]


def check_published(out: Path) -> dict[str, list[str]]:
    """Every product stands once, whole and sealed, and there is nothing else; gives tiles by folder."""
    found: dict[str, list[str]] = {}
    for folder in product_folders(out):
        entries = {p.name for p in folder.iterdir()}
        products = sorted(n for n in entries if not n.endswith(".sha256"))
        assert entries == {*products, *(f"{n}.sha256" for n in products)}, folder
        for name in products:
            check_seal(folder / name)
        tiles = [TILE.findall(n)[0] for n in products if n.endswith(".SAFE")]
        assert tiles and len(tiles) == len(set(tiles)), f"{folder} has a tile twice: {tiles}"
        assert len(products) == len(tiles) + 1, f"{folder} has not one datastrip PDI: {products}"
        found[folder.name] = tiles
    return found


def check_seal(product: Path) -> None:
    """`<product>.sha256` names every file of the product and its checksum, and no other."""
    lines = Path(f"{product}.sha256").read_text().splitlines()
    sealed = {line[66:]: line[:64] for line in lines}
    there = {
        str(f.relative_to(product.parent)): hashlib.sha256(f.read_bytes()).hexdigest()
        for f in product.rglob("*")
        if f.is_file()
    }
    assert there == sealed, f"{product} is not what its seal says"


def leftovers(out: Path) -> list[Path]:
    """Temporary files and folders that a run that is done must not leave behind."""
    scratch = out / ".vds" / "scratch"
    return sorted(
        p
        for p in out.rglob("*")
        if p.name.endswith(".part")
        or p.name.startswith((".gone.", ".assembly."))
        or (p.is_file() and p.is_relative_to(scratch) and ".chains" not in p.parts)
    )


def contents(out: Path, creation: str) -> dict[str, str]:
    """Checksum of every published file, with the date of creation (YYYY-MM-DDTHH:MM:SSZ) taken out.

    Manifests and seals are left out: they hold checksums of files in which that date stands.
    """
    compact = creation.replace("-", "").replace(":", "").removesuffix("Z")
    dates = [compact, creation, creation.removesuffix("Z")]

    def timeless(text: bytes) -> bytes:
        for date in dates:
            text = text.replace(date.encode(), b"<creation>")
        return text

    return {
        timeless(str(f.relative_to(folder.parent)).encode()).decode(): hashlib.sha256(
            timeless(f.read_bytes()) if f.suffix in DATED else f.read_bytes()
        ).hexdigest()
        for folder in product_folders(out)
        for f in sorted(folder.rglob("*"))
        if f.is_file() and f.name != "manifest.safe" and f.suffix != ".sha256"
    }


@dataclass(frozen=True)
class Record:
    """What the ledger of a run has: its record's date, events by job, attempts."""

    creation: str
    events: dict[str, list[str]]
    attempts: list[dict[str, object]]


def ledger_of(out: Path) -> Record:
    """The ledger of a run that is over, from its append-only file."""
    server = EmbeddedRedis(out / ".vds")
    server.start()
    try:
        ledger = Ledger(server.url)
        view = View(ledger)
        (ds,) = view.datastrips()
        events = {job["id"]: view.log(f"{ds}/{job['id']}") for job in view.jobs(ds)}
        found = Record(view.record(ds)["creation_date"], events, view.attempts(ds))
        ledger.redis.close()
        return found
    finally:
        server.stop()


def processes(mark: str) -> Iterator[psutil.Process]:
    """Processes that were started by the run with this mark, whoever their parent is now."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                yield process
