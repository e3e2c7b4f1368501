#!/usr/bin/python3
"""vds-bucket-keys URL BUCKET FROM TO: rclone's configuration FROM with the keys of the instance's metadata.

CREODIAS serves the keys of its archive so: `nova.vmconfig.mountpoints` of vendor_data2.json is a list with
`s3_bucket`, `s3_access_key`, `s3_secret_key` and `s3_url`. TO is written anew, for its owner alone.
"""

import configparser
import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any


def with_keys(config: str, metadata: Any, bucket: str) -> configparser.ConfigParser:
    """The configuration with the bucket's keys; ValueError if the metadata do not tell them."""
    try:
        mountpoints = metadata["nova"]["vmconfig"]["mountpoints"]
        known = {point["s3_bucket"]: point for point in mountpoints if "s3_bucket" in point}
    except (KeyError, TypeError):
        raise ValueError("there is no nova.vmconfig.mountpoints; use credentials `file`") from None
    if bucket not in known:
        raise ValueError(f"bucket {bucket} is not in it, there are: {', '.join(sorted(known)) or 'none'}")
    point = known[bucket]
    missing = [key for key in ("s3_access_key", "s3_secret_key") if not point.get(key)]
    if missing:
        raise ValueError(f"{' and '.join(missing)} of bucket {bucket} are missing; use credentials `file`")
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(config)
    store = parser["store"]
    store["access_key_id"], store["secret_access_key"] = point["s3_access_key"], point["s3_secret_key"]
    if point.get("s3_url"):
        store["endpoint"] = point["s3_url"]
    return parser


def main(url: str, bucket: str, source: str, target: str) -> int:
    """Exit code."""
    # The address is the instance's own; a proxy is never asked.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=20) as answer:
            metadata = json.load(answer)
        parser = with_keys(Path(source).read_text(encoding="utf-8"), metadata, bucket)
    except (OSError, ValueError) as error:
        print(f"vds-bucket-keys: {url}: {error}", file=sys.stderr)
        return 1
    os.umask(0o077)
    aside = Path(f"{target}.new")
    with aside.open("w", encoding="utf-8") as file:
        parser.write(file)
    aside.replace(target)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
