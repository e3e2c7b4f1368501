"""A datastrip from s3:// to s3://: the products of the run by paths; killed, it goes on."""

import hashlib
import os
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from batch.config import Settings
from batch.errors import InputError
from batch.joborder import JobOrder, write_job_order
from batch.ledger import Ledger, State, View
from batch.place import Place, Url
from batch.place.publish import sealed
from batch.place.store import Store
from batch.plan.cut import Cut
from batch.plan.vds import write_vds
from batch.safe.check import check_datastrip
from batch.stage.stage_in import stage_in
from batch.stage.stage_out import stage_out
from batch.stage.submit import Wish, prepare_submission, record_of, write_all_vds
from tests.batch.place.server import SECRET, Server, upload
from tests.batch.safe.tiny import CREATION, write_tiny
from tests.batch.stage.chains import PER_VDS, Tiny
from tests.batch.stage.conftest import Stage

#: Seconds for what takes a few.
LONG_S = 120


@pytest.fixture(scope="module")
def l0c(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("l0c"), (8,))


@pytest.fixture
def store(s3: Server, bucket: Url) -> Store:
    return Store(s3.settings)


@pytest.fixture(scope="module")
def uploaded(s3: Server, l0c: Path) -> Url:
    url = s3.bucket(f"l0c-{secrets.token_hex(4)}") / "in/DIR"
    upload(Store(s3.settings), l0c, url)
    return url


@pytest.fixture
def remote(uploaded: Url, bucket: Url) -> Url:
    """The datastrip in a bucket that tests share; what a test damages there it mends."""
    return uploaded


def process(ledger: Ledger, tiny: Tiny, name: str, source: Place, out: Place, work: Path | None) -> View:
    """Submit and process with one stage, at one creation date."""
    ledger.redis.flushall()
    wish = Wish(source, out, scenes=6, chain=tiny.chain, work=work)
    submission = prepare_submission(wish)
    record, jobs = record_of(submission)
    record["creation_date"] = "20261121T000000"
    write_all_vds(submission)
    ledger.submit(submission.name, record, jobs, submission.chain_text)
    assert Stage(ledger, tiny, name).drain() > 2 * PER_VDS
    view = View(ledger)
    assert view.state(submission.name) == State.DONE, view.jobs(submission.name)
    return view


def on_disk(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def in_bucket(store: Store, url: Url) -> dict[str, bytes]:
    return {name: store.read(found.url) for name, found in store.below(url).items()}


def test_from_bucket_to_bucket_is_the_run_by_paths(
    new_ledger: Callable[..., Ledger],
    tiny: Tiny,
    store: Store,
    bucket: Url,
    remote: Url,
    l0c: Path,
    tmp_path: Path,
) -> None:
    ledger = new_ledger()
    process(ledger, tiny, "paths", l0c, tmp_path / "l1c", None)
    (folder,) = (p for p in (tmp_path / "l1c").iterdir() if p.is_dir())
    by_paths = {n: c for n, c in on_disk(folder).items() if n.startswith(("l1c/", "L1C/"))}
    work, out = tmp_path / "work", bucket / "out"
    view = process(ledger, tiny, "bucket", remote, out, work)
    assert in_bucket(store, out / folder.name) == by_paths
    assert sum(n.startswith("L1C/") for n in by_paths) == 4  # 2 tiles, each with its checksums
    # On shared storage are metadata and logs, no granule; nothing is left on scratch; keys are nowhere.
    assert not list(work.rglob("*.bin")) or {p.parent.name for p in work.rglob("*.bin")} == {"ANC_DATA"}
    assert not list(work.glob("*/.assembly*")) and not list(tiny.scratch.glob("bucket/S2*/*"))
    assert all(Path(a["log"]).is_relative_to(work) for a in view.attempts(folder.name))
    assert SECRET.encode() not in b"".join(on_disk(work).values())
    assert SECRET.encode() not in b"".join(ledger.redis.dump(k) or b"" for k in ledger.redis.scan_iter())


def test_from_bucket_to_folder(
    new_ledger: Callable[..., Ledger], tiny: Tiny, remote: Url, tmp_path: Path
) -> None:
    process(new_ledger(), tiny, "mixed", remote, tmp_path / "l1c", None)
    assert len(list((tmp_path / "l1c").glob("*/L1C/*.SAFE.sha256"))) == 2


def test_nothing_is_written_when_the_bucket_refuses(
    remote: Url, tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(sentence: str, out: Place = tmp_path / "products", work: Path | None = None) -> None:
        with pytest.raises(InputError, match=sentence):
            prepare_submission(Wish(remote, out, scenes=6, chain=tiny.chain, work=work))
        assert not (tmp_path / "products").exists() and not (tmp_path / "work").exists()

    refused("needs a folder for what stages share meanwhile; give --work", Url("nowhere", "x"))
    refused("has no bucket nowhere", Url("nowhere", "x"), tmp_path / "work")
    keys = tmp_path / "keys"
    keys.write_text("[default]\naws_access_key_id = nobody\naws_secret_access_key = no\n")
    monkeypatch.setenv("VDS_S3_CREDENTIALS_FILE", str(keys))
    refused("refuses the S3 keys")


@pytest.fixture
def order_in(l0c: Path, remote: Url, tmp_path: Path) -> JobOrder:
    """STAGE_IN of a vDS of 4 scenes whose granules are in a bucket."""
    write_vds(check_datastrip(l0c), Cut("v01", 3, 6, 1, 0, 0), tmp_path / "vds", CREATION, granules=False)
    parameters = {
        "SOURCE": str(tmp_path / "vds/v01"),
        "INPUT": str(tmp_path / "input"),
        "GRANULES": str(remote / "GR"),
    }
    return JobOrder("STAGE_IN", "1", parameters=parameters)


def start(order: JobOrder, folder: Path) -> "subprocess.Popen[bytes]":
    """A kit's step as a stage runs it."""
    write_job_order(order, folder / "order.xml")
    command = [sys.executable, "-m", "batch.stage", order.ipf, str(folder / "order.xml")]
    return subprocess.Popen(command, env=dict(os.environ))


def killed_when(process: "subprocess.Popen[bytes]", far: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG_S
    while not far():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def finals(folder: Path) -> dict[str, bytes]:
    """What stands under a final name."""
    return {n: c for n, c in on_disk(folder).items() if not n.endswith(".part")}


def test_a_stage_in_that_was_killed_goes_on(
    s3: Server, order_in: JobOrder, l0c: Path, remote: Url, tmp_path: Path
) -> None:
    granules = tmp_path / "input/GR"
    whole = 4 * 12 * 15
    killed_when(start(order_in, tmp_path), lambda: sum(1 for _ in granules.rglob("*.bin")) > 100)
    arrived = finals(granules)
    assert 100 < len(arrived) < whole
    source = on_disk(l0c / "GR")
    assert all(source[name] == content for name, content in arrived.items())
    before = s3.asked(remote.bucket)
    assert start(order_in, tmp_path).wait(LONG_S) == 0
    got = (s3.asked(remote.bucket) - before)["GET"]
    assert got == whole - len(arrived)  # of what was there, nothing
    names = {p.name for p in granules.iterdir()}
    assert len(names) == 4 * 12
    assert on_disk(granules) == {n: c for n, c in source.items() if n.partition("/")[0] in names}
    check_datastrip(tmp_path / "input", deep=True)


def test_a_stage_in_of_damaged_granules_is_refused(
    store: Store, order_in: JobOrder, remote: Url, tmp_path: Path
) -> None:
    listed = [n for n in store.below(remote / "GR") if n.endswith("_B04.bin")]
    name = next(n for n in listed if "_D03_" in n and _is_of(order_in, n))
    url = remote / "GR" / name
    content = store.read(url)
    store.write(url, content[: len(content) // 2])
    with pytest.raises(Exception, match=rf"{url.name} came with {len(content) // 2} bytes, not those of its"):
        stage_in(order_in)
    assert not (tmp_path / "input/GR" / name).exists()
    store.write(url, content)
    stage_in(order_in)
    assert (tmp_path / "input/GR" / name).read_bytes() == content


def _is_of(order: JobOrder, name: str) -> bool:
    text = next(Path(order.parameters["SOURCE"]).glob("DS/*/S2*_MTD_*.xml")).read_text()
    return name.partition("/")[0] in text


def test_a_stage_out_that_was_killed_goes_on(s3: Server, store: Store, bucket: Url, tmp_path: Path) -> None:
    source = tmp_path / "job/PACK_SAFE/output/PDI_SAFE"
    for tile in ("36MZD", "36MXA"):
        for number in range(60):
            path = source / f"X_T{tile}.SAFE/IMG_DATA/{number:02d}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(hashlib.sha256(path.name.encode()).digest() * (30_000 if number % 9 == 0 else 9))
    target = bucket / "out/DS/l1c/v01"
    order = JobOrder("STAGE_OUT", "1", inputs={"PDI_SAFE": (source,)}, parameters={"TARGET": str(target)})
    files = on_disk(source)
    killed_when(start(order, tmp_path), lambda: len(store.below(target)) >= 75)
    there = in_bucket(store, target)
    assert sealed(store.below(target)) == ["X_T36MXA.SAFE"]  # the second is not whole
    assert all(files[n] == c for n, c in there.items() if n in files)  # and nothing is half
    assert not store.client.list_multipart_uploads(Bucket=bucket.bucket).get("Uploads")
    before = s3.asked(bucket.bucket)
    assert start(order, tmp_path).wait(LONG_S) == 0
    sent: Counter[str] = s3.asked(bucket.bucket) - before
    assert sent["PUT"] == 120 + 1 - (len(there) - 1)  # what was missing, and one seal
    assert {n: c for n, c in in_bucket(store, target).items() if n in files} == files
    assert sealed(store.below(target)) == ["X_T36MXA.SAFE", "X_T36MZD.SAFE"]
    before = s3.asked(bucket.bucket)
    stage_out(order)
    assert (s3.asked(bucket.bucket) - before)["PUT"] == 0


def test_settings_reach_a_step_through_the_environment() -> None:
    given = Settings(s3_endpoint="https://host", s3_region="gra", s3_credentials_file="/keys")
    assert {"VDS_S3_ENDPOINT", "VDS_S3_REGION", "VDS_S3_CREDENTIALS_FILE"} <= given.environment().keys()
