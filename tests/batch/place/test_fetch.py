"""From a bucket: only what is not there, refused where it is not what its manifest or seal says."""

from pathlib import Path

import pytest

from batch.errors import InputError, VdsError
from batch.place import Url
from batch.place.datastrip import fetch_granules, find_remote, read_remote
from batch.place.fetch import fetch_pdi
from batch.place.store import Store
from batch.safe.check import check_datastrip
from batch.safe.names import packets_path
from tests.batch.place.server import Server, upload
from tests.batch.safe.tiny import datastrip_name, granule_names, positions_of, write_tiny


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def store(s3: Server, bucket: Url) -> Store:
    return Store(s3.settings)


@pytest.fixture
def granule(store: Store, bucket: Url, template: Path) -> Url:
    """One granule in a bucket."""
    name = granule_names(positions_of((5,)))["01"][0]
    upload(store, template / "GR" / name, bucket / "GR" / name)
    return bucket / "GR" / name


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_pdi_is_fetched_once(
    s3: Server, store: Store, granule: Url, template: Path, tmp_path: Path
) -> None:
    assert fetch_pdi(store, granule, tmp_path) == 15
    assert files(tmp_path) == files(template / "GR" / granule.name)
    before = s3.asked(granule.bucket)
    assert fetch_pdi(store, granule, tmp_path) == 0
    assert s3.asked(granule.bucket) - before == {"LIST": 1}


def test_what_is_half_or_changed_here_is_fetched_again(store: Store, granule: Url, tmp_path: Path) -> None:
    fetch_pdi(store, granule, tmp_path)
    right = files(tmp_path)
    band = packets_path(tmp_path / granule.name, "B05").relative_to(tmp_path / granule.name)
    (tmp_path / band).write_bytes(right[str(band)][::-1])  # same size
    manifest = tmp_path / "manifest.safe"
    manifest.write_bytes(manifest.read_bytes())  # same content, but nobody knows: another time
    (tmp_path / "IMG_DATA" / f".{band.name}.77.part").write_bytes(b"left by a kill")
    assert fetch_pdi(store, granule, tmp_path) == 2
    assert files(tmp_path) == right


@pytest.mark.parametrize("change", ["truncated", "other bytes", "missing"])
def test_what_is_damaged_there_is_refused(store: Store, granule: Url, tmp_path: Path, change: str) -> None:
    url = granule / str(packets_path(Path(granule.name), "B05").relative_to(granule.name))
    content = store.read(url)
    match change:
        case "missing":
            store.delete(url)
            sentence = f"{url} is missing though manifest.safe lists it; upload it again"
        case "truncated":
            store.write(url, content[:-1])
            sentence = f"{url} came with {len(content) - 1} bytes, not those of its checksum; upload it again"
        case _:
            store.write(url, content[:-1] + b"!")
            sentence = f"{url} came with {len(content)} bytes, not those of its checksum; upload it again"
    for _ in range(2):
        with pytest.raises(VdsError) as told:
            fetch_pdi(store, granule, tmp_path)
        assert str(told.value) == sentence
        assert not list(tmp_path.rglob(f"*{url.name}*"))
    store.write(url, content)
    fetch_pdi(store, granule, tmp_path)
    assert (tmp_path / "IMG_DATA" / url.name).read_bytes() == content


def test_the_metadata_of_a_datastrip(
    s3: Server, store: Store, bucket: Url, template: Path, tmp_path: Path
) -> None:
    source = bucket / "in/DIR"
    with pytest.raises(InputError, match=rf"{source} is not an L0c datastrip, DS/S2x_OPER_MSI_L0__DS_"):
        find_remote(store, source)
    upload(store, template, source)
    before = s3.asked(bucket.bucket)
    ds, gr = find_remote(store, source)
    assert (ds, gr) == (source / "DS" / datastrip_name(), source / "GR") == find_remote(store, ds)
    remote = read_remote(store, ds, gr, tmp_path / "meta")
    local = check_datastrip(template)
    assert (remote.name, remote.granules, remote.gps_times) == (local.name, local.granules, local.gps_times)
    assert (s3.asked(bucket.bucket) - before)["GET"] < 10  # of 905 files
    names = [g.name for granules in remote.granules.values() for g in granules]
    assert fetch_granules(store, gr, names, tmp_path / "all/GR") == 60 * 15
    assert files(tmp_path / "all/GR") == files(template / "GR")
    band = packets_path(Path(names[7]), "B8A")
    store.delete(gr / str(band))
    with pytest.raises(InputError, match=rf"{gr / str(band)} is missing or empty; upload the granule again"):
        read_remote(store, ds, gr, tmp_path / "again")
    for name in store.below(gr / names[7]):
        store.delete(gr / names[7] / name)
    with pytest.raises(InputError, match=rf"{gr} lacks granule {names[7]} \(1 of 60 are missing\)"):
        read_remote(store, ds, gr, tmp_path / "again")
    store.write(source / "DS" / datastrip_name("S2A") / "x", b"")
    with pytest.raises(InputError, match=r"/DS holds 2 datastrips, one was expected; give s3://"):
        find_remote(store, source)
