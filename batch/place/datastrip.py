"""An L0c datastrip in a bucket: its metadata are fetched, its granules are only listed."""

from pathlib import Path

from batch.errors import InputError
from batch.place.fetch import bring, fetch_pdi
from batch.place.store import Store, each
from batch.place.url import Url
from batch.safe.check import all_listed, long_enough
from batch.safe.datastrip import Datastrip, read_datastrip
from batch.safe.names import BANDS, is_l0c, mtd_path, packets_path

DATASTRIP, GRANULES = "DS", "GR"


def find_remote(store: Store, source: Url) -> tuple[Url, Url]:
    """URLs (DS, GR) of a datastrip given as DIR (holding DS/ and GR/) or as DIR/DS/<name>."""
    if is_l0c(source.name, "DS"):
        return source, source.parent.parent / GRANULES
    found = [n for n in store.folders(source / DATASTRIP) if is_l0c(n, "DS")]
    if len(found) > 1:
        raise InputError(
            f"{source / DATASTRIP} holds {len(found)} datastrips, one was expected; give "
            f"{source / DATASTRIP / found[0]} or another"
        )
    if not found:
        raise InputError(
            f"{source} is not an L0c datastrip, DS/S2x_OPER_MSI_L0__DS_… and GR/ below it were expected; "
            "give that prefix, or the PDI in its DS"
        )
    return source / DATASTRIP / found[0], source / GRANULES


def read_remote(store: Store, ds: Url, gr: Url, folder: Path) -> Datastrip:
    """Fetch metadata and first packets of a datastrip to `folder` and check that all granules are there.

    Their content is checked by the stage that fetches them. InputError at the first mistake.
    """
    fetch_pdi(store, ds, folder / DATASTRIP / ds.name)
    datastrip = read_datastrip(folder / DATASTRIP / ds.name, folder / GRANULES)
    long_enough(datastrip)
    found = store.below(gr)
    present = {name.partition("/")[0] for name in found}
    alone = len([n for n in store.folders(ds.parent) if is_l0c(n, "DS")]) == 1
    all_listed(datastrip, {n for n in present if is_l0c(n, "GR")}, str(gr), alone)
    for granules in datastrip.granules.values():
        for granule in granules:
            inside = Path(granule.name)
            for file in (mtd_path(inside), *(packets_path(inside, band) for band in BANDS)):
                if str(file) not in found or not found[str(file)].size:
                    raise InputError(f"{gr / str(file)} is missing or empty; upload the granule again")
    first = packets_path(Path(datastrip.granules["01"][0].name), BANDS[0])
    bring(store, found[str(first)], datastrip.gr_dir / first)
    return datastrip


def fetch_granules(store: Store, gr: Url, names: list[str], folder: Path) -> int:
    """The granules called `names` to `folder`; gives how many files were fetched, not found there."""
    return sum(each(lambda name: fetch_pdi(store, gr / name, folder / name), names))
