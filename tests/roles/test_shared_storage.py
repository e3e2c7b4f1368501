"""A bucket's keys from the instance's metadata, as CREODIAS tells them."""

from pathlib import Path
from typing import Any

import pytest

from tests.roles.load import load

bucket_keys = load("shared_storage/files/bucket_keys.py")

CONFIG = "[store]\ntype = s3\nendpoint = https://old.example\nregion =\n"
POINT = {
    "s3_bucket": "eodata",
    "s3_access_key": "a",
    "s3_secret_key": "100%s",
    "s3_url": "https://new.example",
    "repomount": "eodata",
}


def metadata(*points: dict[str, Any]) -> dict[str, Any]:
    """vendor_data2.json with those mount points."""
    return {"nova": {"vmconfig": {"mountpoints": list(points)}}}


def test_the_keys_of_the_bucket_are_taken() -> None:
    other = {**POINT, "s3_bucket": "other", "s3_access_key": "b"}
    store = bucket_keys.with_keys(CONFIG, metadata(other, POINT), "eodata")["store"]
    assert (store["access_key_id"], store["secret_access_key"]) == ("a", "100%s")
    assert (store["endpoint"], store["type"]) == ("https://new.example", "s3")


def test_the_endpoint_stays_where_the_metadata_have_none() -> None:
    point = {key: value for key, value in POINT.items() if key != "s3_url"}
    assert (
        bucket_keys.with_keys(CONFIG, metadata(point), "eodata")["store"]["endpoint"] == "https://old.example"
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "there is no nova.vmconfig.mountpoints"),
        ([], "there is no nova.vmconfig.mountpoints"),
        (metadata(), "bucket eodata is not in it, there are: none"),
        (metadata({"repomount": "eodata"}), "bucket eodata is not in it"),
        (metadata({**POINT, "s3_bucket": "DIAS"}), "there are: DIAS"),
        (metadata({**POINT, "s3_secret_key": ""}), "s3_secret_key of bucket eodata are missing"),
    ],
)
def test_what_the_metadata_lack_is_named(data: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        bucket_keys.with_keys(CONFIG, data, "eodata")


def test_a_service_that_does_not_answer_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "from").write_text(CONFIG)
    url = (tmp_path / "vendor_data2.json").as_uri()
    assert bucket_keys.main(url, "eodata", str(tmp_path / "from"), str(tmp_path / "to")) == 1
    assert url in capsys.readouterr().err and not (tmp_path / "to").exists()


def test_what_is_written_is_the_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "from").write_text(CONFIG)
    (tmp_path / "vendor_data2.json").write_text(str(metadata(POINT)).replace("'", '"'))
    url = (tmp_path / "vendor_data2.json").as_uri()
    assert bucket_keys.main(url, "eodata", str(tmp_path / "from"), str(tmp_path / "to")) == 0
    assert (tmp_path / "to").stat().st_mode & 0o777 == 0o600
    assert "secret_access_key = 100%s" in (tmp_path / "to").read_text()
