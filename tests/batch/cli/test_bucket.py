"""`plan`, `submit` and `run` with s3:// places, as an operator gives them."""

import json
from pathlib import Path

import pytest

from batch.place import Url
from batch.place.publish import sealed
from batch.place.store import Store
from tests.batch.cli.test_commands import Shell
from tests.batch.place.server import Server, upload
from tests.batch.safe.tiny import datastrip_name, write_tiny


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("l0c"), (5,))


@pytest.fixture
def shell(tmp_path: Path, template: Path, s3: Server, bucket: Url) -> Shell:
    upload(Store(s3.settings), template, bucket / "l0c")
    made = Shell(tmp_path, template, "")
    made.environment |= s3.environment
    return made


def test_plan_submit_and_run(shell: Shell, s3: Server, bucket: Url) -> None:
    source, out = f"{bucket}/l0c", f"{bucket}/l1c"
    store = Store(s3.settings)
    planned = shell.vds("plan", source, "--json")
    assert json.loads(planned.stdout)["scenes"] == 5, planned.stderr

    words = (source, "--out", out, "--chain", str(shell.kit.chain))
    refused = shell.vds("submit", *words, "--dry-run")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "needs a folder for what stages share meanwhile; give --work" in refused.stderr
    dry = shell.vds("submit", *words, "--dry-run", VDS_SHARED=str(shell.root / "shared"))
    assert dry.returncode == 0 and "5 scenes" in dry.stdout, dry.stderr
    assert not (shell.root / "shared").exists() and not store.below(bucket / "l1c")

    before = s3.asked(bucket.bucket)["PUT"]
    first = shell.vds("run", *words, "--work", "work", "--json")
    assert first.returncode == 0, first.stderr
    document = json.loads(first.stdout)
    products = bucket / "l1c" / datastrip_name() / "L1C"
    assert document["state"] == "DONE" and document["out"] == str(products.parent)
    assert document["products"] == [str(products / n) for n in sealed(store.below(products))] != []
    sent = s3.asked(bucket.bucket)["PUT"]
    assert sent > before
    again = shell.vds("run", *words, "--work", "work", "--json")
    assert json.loads(again.stdout)["products"] == document["products"]
    assert s3.asked(bucket.bucket)["PUT"] == sent + 1  # only the trial whether it may write
    status = shell.vds("status", "--out", "work", "--json")
    assert json.loads(status.stdout)["state"] == "DONE", status.stderr


def test_wrong_places_are_bad_input(shell: Shell, bucket: Url) -> None:
    for source, sentence in (
        ("s3:///x", "has no bucket, s3://BUCKET/PREFIX was expected"),
        ("https://host/x", "neither a path nor of the form s3://BUCKET/PREFIX"),
        (f"{bucket}/nothing", "is not an L0c datastrip"),
        ("s3://no-such-bucket/x", "has no bucket no-such-bucket"),
    ):
        told = shell.vds("run", source, "--out", "out")
        assert (told.returncode, told.stdout) == (2, "")
        assert sentence in told.stderr and len(told.stderr.splitlines()) == 1
    assert not (shell.root / "out").exists()
