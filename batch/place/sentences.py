"""What an S3 server or the way to it says, as one sentence with its remedy."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    SSLError,
)

from batch.errors import InputError, VdsError
from batch.place.url import Url

KEYS = "correct VDS_S3_CREDENTIALS_FILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
_WRONG_KEYS = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken"}
_WRONG_REGION = {"AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException"}


@contextmanager
def told(url: Url, endpoint: str, doing: str) -> Iterator[None]:
    """Turns the client's errors within the block, which is `doing` (read, write, list) `url`, into ours."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise sentence(error, url, endpoint, doing) from None


def sentence(error: Exception, url: Url, endpoint: str, doing: str) -> VdsError:
    """InputError where the user gave something wrong, VdsError where trying again may help."""
    if isinstance(error, ClientError):
        return _refusal(error, url, endpoint, doing)
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return InputError(f"no S3 keys are known for {url}; set VDS_S3_CREDENTIALS_FILE or AWS_*")
    if isinstance(error, SSLError):
        return InputError(
            f"{endpoint} shows a certificate that is not trusted, or none; set AWS_CA_BUNDLE to the PEM file "
            "of its CA, or correct VDS_S3_ENDPOINT"
        )
    if isinstance(error, ConnectionError | HTTPClientError):
        return VdsError(
            f"{endpoint} does not answer ({_short(error)}); correct VDS_S3_ENDPOINT, or try again later"
        )
    return VdsError(f"{url} cannot be {_done(doing)}: {_short(error)}; see VDS_S3_* in `vds submit --help`")


def _refusal(error: ClientError, url: Url, endpoint: str, doing: str) -> VdsError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code == "NoSuchBucket":
        return InputError(f"{endpoint} has no bucket {url.bucket}; make it, or correct the URL")
    if code in _WRONG_KEYS:
        return InputError(f"{endpoint} refuses the S3 keys ({code}); {KEYS}")
    if code in _WRONG_REGION:
        return InputError(f"{endpoint} wants another region ({_short(error)}); correct VDS_S3_REGION")
    if code == "AccessDenied" or status == 403:
        return InputError(f"the S3 keys may not {doing} {url} at {endpoint}; {KEYS}, or the bucket's policy")
    if code == "NoSuchKey" or status == 404:
        return InputError(f"{url} is missing at {endpoint}; upload it, or correct the URL")
    if status == 301:
        return InputError(f"{endpoint} is not the endpoint of bucket {url.bucket}; correct VDS_S3_ENDPOINT")
    return VdsError(f"{endpoint} did not {doing} {url}: {status} {_short(error)}; try again later")


def _done(doing: str) -> str:
    return {"write": "written", "list": "listed"}.get(doing, doing)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
