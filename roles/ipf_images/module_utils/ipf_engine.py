"""A Docker engine through its command line, as far as images go; and the room that an image needs."""

from __future__ import annotations

import base64
import json
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

from ansible.module_utils.ipf_archive import RefusalError

#: Repository of the tags that say where an image came from; the tag is the digest of file, manifest or image.
RECORD = "vds-from"
DIGEST = re.compile(r"[^\s@]+@sha256:([0-9a-f]{64})")
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
GB = 1e9


class Engine:
    """`config`: folder of the client's configuration, for a registry's password."""

    def __init__(self, program: str = "docker", config: str = "") -> None:
        self.words = [program, *(["--config", config] if config else [])]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*self.words, *words], capture_output=True, text=True, check=False)

    def must(self, why: str, *words: str) -> str:
        """Its output; RefusalError, beginning with `why`, if it fails."""
        done = self.run(*words)
        if done.returncode:
            raise RefusalError(f"{why}: {last_line(done.stderr)}")
        return done.stdout.strip()

    def root(self) -> str:
        """Folder of the engine's data."""
        return self.must("the Docker engine does not answer", "info", "--format", "{{.DockerRootDir}}")

    def id_of(self, reference: str) -> str:
        """Id of the image, or nothing."""
        done = self.run("image", "inspect", "--format", "{{.Id}}", reference)
        return done.stdout.strip() if done.returncode == 0 else ""

    def load(self, name: str, write: Callable[[IO[bytes]], None]) -> None:
        """Load what `write` writes."""
        with (
            tempfile.TemporaryFile() as said,
            subprocess.Popen(
                [*self.words, "load", "--quiet"], stdin=subprocess.PIPE, stdout=said, stderr=said
            ) as load,
        ):
            assert load.stdin
            try:
                write(load.stdin)
                load.stdin.close()
            except BrokenPipeError:
                pass  # it has said why
            if load.wait():
                said.seek(0)
                raise RefusalError(
                    f"{name}: docker load failed: {last_line(said.read().decode(errors='replace'))}"
                )

    def compressed_bytes(self, name: str, reference: str) -> int:
        """Size of the layers that a pull of `reference` brings, from its manifest."""
        why = (
            f"{name}: the registry does not give the manifest of {reference}; correct the digest, or "
            "user and password"
        )
        manifest = json.loads(self.must(why, "manifest", "inspect", reference))
        if "manifests" in manifest:
            wanted = MACHINES.get(platform.machine(), platform.machine())
            fitting = [m for m in manifest["manifests"] if m["platform"]["architecture"] == wanted]
            if not fitting:
                raise RefusalError(f"{name}: {reference} has no image for {wanted}; name one that has")
            repository = reference.partition("@")[0]
            manifest = json.loads(
                self.must(why, "manifest", "inspect", f"{repository}@{fitting[0]['digest']}")
            )
        return sum(int(layer["size"]) for layer in manifest["layers"])

    def images(self) -> list[tuple[str, str]]:
        """(id, repository:tag) of every tag."""
        ask = ("image", "ls", "--no-trunc", "--format", "{{json .}}")
        rows = [json.loads(line) for line in self.must("the images cannot be listed", *ask).splitlines()]
        return [(row["ID"], f"{row['Repository']}:{row['Tag']}") for row in rows]


def old(images: Iterable[tuple[str, str]], names: Iterable[str]) -> list[str]:
    """Ids of the images that came by this role, or bear a repository of `names`, and are none of `names`."""
    images, names = list(images), set(names)
    repositories = {repository(n) for n in names} | {RECORD}
    wanted = {i for i, tag in images if tag in names}
    return sorted({i for i, tag in images if repository(tag) in repositories} - wanted)


def repository(name: str) -> str:
    """`host:5000/x/y:tag` → `host:5000/x/y`."""
    head, colon, tail = name.rpartition(":")
    return head if colon and "/" not in tail else name


def digest_of(reference: str) -> str:
    """The hexadecimal digest of `repository@sha256:…`, or nothing."""
    found = DIGEST.fullmatch(reference)
    return found[1] if found else ""


def check_room(name: str, needs: Iterable[tuple[str, float]]) -> None:
    """RefusalError if the folders' file systems lack the bytes; what lies on the same one adds up."""
    sums: dict[int, tuple[str, float]] = {}
    for folder, count in needs:
        device = Path(folder).stat().st_dev
        sums[device] = (folder, sums.get(device, (folder, 0.0))[1] + count)
    for folder, count in sums.values():
        free = shutil.disk_usage(folder).free
        if free < count:
            raise RefusalError(
                f"{name}: {folder} has {free / GB:.2f} GB free, expected {count / GB:.2f} GB to bring in the "
                "image; make room, or put the engine's data on a larger disk. Nothing was written."
            )


def write_password(folder: str, reference: str, user: str, password: str) -> None:
    """The client's configuration with the password for the registry of `reference`."""
    host = reference.partition("/")[0]
    auth = base64.b64encode(f"{user}:{password}".encode()).decode()
    path = Path(folder) / "config.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps({"auths": {host: {"auth": auth}}}))


def last_line(text: str) -> str:
    """What a program said in the end."""
    lines: list[Any] = text.strip().splitlines()
    return str(lines[-1]) if lines else "it said nothing"
