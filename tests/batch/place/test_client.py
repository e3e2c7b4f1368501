from pathlib import Path

import pytest

from batch.config import Settings, settings
from batch.errors import InputError
from batch.place.client import AWS, endpoint_of, make_client
from tests.batch.place.server import write_keys


def test_what_other_servers_than_awss_need(tmp_path: Path) -> None:
    write_keys(tmp_path / "keys", "key", "secret")
    client = make_client(Settings(s3_endpoint="http://host:1", s3_credentials_file=str(tmp_path / "keys")))
    config = client.meta.config
    assert config.request_checksum_calculation == config.response_checksum_validation == "when_required"
    assert client.meta.region_name


@pytest.mark.parametrize(
    ("style", "url"), [("path", "http://host:1/bucket/"), ("virtual", "http://bucket.host:1/")]
)
def test_addressing(tmp_path: Path, style: str, url: str) -> None:
    write_keys(tmp_path / "keys", "key", "secret")
    given = Settings(
        s3_endpoint="http://host:1", s3_credentials_file=str(tmp_path / "keys"), s3_addressing=style
    )
    signed = make_client(given).generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "k"})
    assert signed.startswith(url)


def test_the_file_of_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = tmp_path / "keys"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of the environment")
    with pytest.raises(InputError, match=r"keys cannot be read \(No such file.*correct VDS_S3_CREDENTIALS"):
        make_client(Settings(s3_credentials_file=str(keys)))
    for text in ("secret", "[default]\naws_access_key_id = a\n", "[other]\naws_access_key_id = secret\n"):
        keys.write_text(text)
        with pytest.raises(
            InputError, match=r"does not hold aws_access_key_id and .* below \[default\]"
        ) as told:
            make_client(Settings(s3_credentials_file=str(keys)))
        assert "secret\n" not in str(told.value)
    write_keys(keys, "of the file", "secret")
    client = make_client(Settings(s3_credentials_file=str(keys)))
    assert client._request_signer._credentials.access_key == "of the file"


def test_awss_own_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    assert endpoint_of(Settings()) == AWS
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://theirs")
    monkeypatch.setenv("AWS_REGION", "gra")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "gra")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    client = make_client(Settings())
    assert (client.meta.endpoint_url, client.meta.region_name) == ("https://theirs", "gra")
    assert endpoint_of(Settings()) == "https://theirs"
    assert endpoint_of(Settings(s3_endpoint="https://ours")) == "https://ours"


def test_settings_that_cannot_be_right() -> None:
    with pytest.raises(InputError, match=r"VDS_S3_ENDPOINT is 'host:1', expected https://HOST"):
        make_client(Settings(s3_endpoint="host:1"))
    with pytest.raises(InputError, match=r"VDS_S3_ADDRESSING is 'auto', expected path or virtual"):
        settings({"VDS_S3_ADDRESSING": "auto"})
