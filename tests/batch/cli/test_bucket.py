"""`plan`, `submit` and `run` with s3:// places, as an operator gives them."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from batch.embedded.redis import EmbeddedRedis
from batch.ledger import Ledger, State, View
from batch.place import Url
from batch.place.publish import sealed
from batch.place.store import Store
from tests.batch.cli.test_commands import Shell
from tests.batch.place.server import KEY, Server, upload, write_keys
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


def test_a_stage_with_wrong_keys_fails_visibly_and_is_resubmitted(
    shell: Shell, s3: Server, bucket: Url, new_ledger: Callable[..., Ledger], redis_server: EmbeddedRedis
) -> None:
    view = View(new_ledger())
    shell.environment |= {"VDS_BROKER": redis_server.url, "VDS_SHARED": str(shell.root / "shared")}
    words = (f"{bucket}/l0c", "--out", f"{bucket}/l1c", "--chain", str(shell.kit.chain), "--whole", "--json")
    submitted = shell.vds("submit", *words)
    assert json.loads(submitted.stdout)["submitted"] is True, submitted.stderr
    assert json.loads(shell.vds("submit", *words).stdout)["submitted"] is False
    right = shell.environment["VDS_S3_CREDENTIALS_FILE"]
    write_keys(shell.root / "wrong", KEY, "wrong")
    shell.environment["VDS_S3_CREDENTIALS_FILE"] = str(shell.root / "wrong")
    with shell.worker("s1", 2):
        ended(view, State.FAILED)
    reason = view.jobs(datastrip_name())[0]["reason"]
    assert f"{s3.endpoint} refuses the S3 keys (SignatureDoesNotMatch); correct" in reason
    assert not Store(s3.settings).below(bucket / "l1c")
    shell.environment["VDS_S3_CREDENTIALS_FILE"] = right
    with shell.worker("s1", 2):
        assert shell.vds("resubmit", datastrip_name()).returncode == 0
        ended(view, State.DONE)
    assert sealed(Store(s3.settings).below(bucket / "l1c" / datastrip_name() / "L1C"))


def ended(view: View, state: State) -> None:
    """Wait until the datastrip has ended in `state`."""
    deadline = time.monotonic() + 120
    while view.state(datastrip_name()) != state:
        assert time.monotonic() < deadline, view.jobs(datastrip_name())
        time.sleep(0.5)


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
