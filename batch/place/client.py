"""The client of an S3 server, from VDS_S3_* and, where those are silent, from AWS's own variables and files.

The checksums that AWS's SDKs send as a trailer since 2025 are off: other servers refuse the request (Huawei's
OBS, OVH: boto3 issues 4392, 4401), or store the trailer as part of the object (4435). `store.py` sends
Content-MD5 instead, which servers of every kind compare.
"""

import configparser
import os
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from batch.config import Settings
from batch.errors import InputError

#: Objects in transfer at once.
LINES = 8
AWS = "the S3 server of AWS"


def endpoint_of(settings: Settings) -> str:
    """The server's address as error messages name it."""
    given = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    return settings.s3_endpoint or given or AWS


def make_client(settings: Settings) -> Any:
    """A boto3 client; it may be used by many threads. InputError if the settings cannot be right."""
    endpoint = settings.s3_endpoint
    if endpoint and not endpoint.startswith(("https://", "http://")):
        raise InputError(f"VDS_S3_ENDPOINT is {endpoint!r}, expected https://HOST[:PORT]; correct it")
    try:
        return boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=settings.s3_region or _region(),
            config=Config(
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                retries={"mode": "standard", "total_max_attempts": 5},
                connect_timeout=10,
                read_timeout=60,
                max_pool_connections=LINES,
                s3=_addressing(settings),
            ),
            **_keys(settings.s3_credentials_file),
        )
    except ValueError as error:
        raise InputError(f"VDS_S3_ENDPOINT {endpoint!r} cannot be used ({error}); correct it") from None


def _addressing(settings: Settings) -> dict[str, str]:
    return {"addressing_style": settings.s3_addressing} if settings.s3_addressing else {}


def _region() -> str | None:
    """That of AWS's variables and files; a server of one's own wants any region rather than none."""
    return boto3.session.Session().region_name or "us-east-1"


def _keys(file: str) -> dict[str, str]:
    """Keys from a file in the form of ~/.aws/credentials; nothing if none is given: boto3 looks by itself."""
    if not file:
        return {}
    profile = os.environ.get("AWS_PROFILE") or "default"
    read = configparser.RawConfigParser()
    try:
        read.read_string(Path(file).read_text())
        found = read[profile]
        keys = {name: found[name] for name in ("aws_access_key_id", "aws_secret_access_key")}
    except OSError as error:
        raise InputError(
            f"{file} cannot be read ({error.strerror}); correct VDS_S3_CREDENTIALS_FILE"
        ) from None
    except (configparser.Error, KeyError, UnicodeDecodeError):
        # Not what was found: that may be the secret.
        raise InputError(
            f"{file} does not hold aws_access_key_id and aws_secret_access_key below [{profile}]; correct it"
        ) from None
    token = found.get("aws_session_token")
    return {**keys, **({"aws_session_token": token} if token else {})}
