"""An archive of `docker save` is read to its last byte before an engine sees it."""

import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.roles.load import load

archive, engine = (
    load(f"ipf_images/module_utils/{name}.py", f"ansible.module_utils.{name}")
    for name in ("ipf_archive", "ipf_engine")
)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def members(layers: list[bytes], tag: str = "stranger:1", packed: bool = False) -> dict[str, bytes]:
    """The members of an archive with one image."""
    config = json.dumps({"rootfs": {"diff_ids": [f"sha256:{sha(x)}" for x in layers]}}).encode()
    names = [f"{i}-{sha(x)[:8]}/layer.tar" for i, x in enumerate(layers)]
    entry = {"Config": f"{sha(config)}.json", "RepoTags": [tag], "Layers": names}
    content = {n: gzip.compress(x) if packed else x for n, x in zip(names, layers, strict=True)}
    return {f"{sha(config)}.json": config, **content, "manifest.json": json.dumps([entry]).encode()}


def save(path: Path, content: dict[str, Any], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for name, data in content.items():
            info = tarfile.TarInfo(name)
            if isinstance(data, str):
                info.type, info.linkname = tarfile.SYMTYPE, data
                tar.addfile(info)
            else:
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    return path


def id_of(content: dict[str, Any]) -> str:
    return f"sha256:{json.loads(content['manifest.json'])[0]['Config'].removesuffix('.json')}"


LAYERS = [b"one" * 100, b"two" * 2000]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_whole_archive(tmp_path: Path, mode: str, packed: bool) -> None:
    content = members(LAYERS, packed=packed)
    path = save(tmp_path / "a.tar", content, mode)
    found = archive.read(str(path), "x:1", id_of(content), sha(path.read_bytes()))
    assert found.id == id_of(content) and found.bytes == 300 + 6000
    assert archive.read(str(path), "x:1") == found


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_cut_and_no_change_goes_unseen(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Without the file's digest: the image's id is enough to tell."""
    content = members(LAYERS)
    path = save(tmp_path_factory.mktemp("a") / "a.tar", content)
    whole = path.read_bytes()
    end = max(whole.rindex(content[n][-20:]) + 20 for n in content)
    if data.draw(st.booleans()):
        path.write_bytes(whole[: data.draw(st.integers(0, end - 1))])
    else:
        name = data.draw(st.sampled_from([n for n in content if n != "manifest.json"]))
        at = whole.index(content[name]) + data.draw(st.integers(0, len(content[name]) - 1))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    with pytest.raises(archive.RefusalError, match=r"^x:1: .*Nothing was loaded"):
        archive.read(str(path), "x:1", id_of(content))


def test_a_file_that_is_another_one(tmp_path: Path) -> None:
    path = save(tmp_path / "a.tar", members(LAYERS))
    with pytest.raises(
        archive.RefusalError, match=f"has the SHA-256 {sha(path.read_bytes())}, expected 0000"
    ):
        archive.read(str(path), "x:1", sha256="0" * 64)
    with pytest.raises(archive.RefusalError, match=r"holds sha256:.*, expected sha256:0000"):
        archive.read(str(path), "x:1", id="sha256:" + "0" * 64)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(archive.RefusalError, match="is its storage mounted"):
        archive.read(str(tmp_path / "none"), "x:1")


def test_of_several_images_the_one_with_the_name_or_the_id(tmp_path: Path) -> None:
    one, two = members(LAYERS, "x:1"), members([b"three"], "x:2")
    both = json.loads(one["manifest.json"]) + json.loads(two["manifest.json"])
    path = str(save(tmp_path / "a.tar", {**one, **two, "manifest.json": json.dumps(both).encode()}))
    assert archive.read(path, "x:2").id == id_of(two)
    assert archive.read(path, "y:1", id_of(one)).id == id_of(one)
    with pytest.raises(archive.RefusalError, match="one image, or one named y:1"):
        archive.read(path, "y:1")


def test_a_layer_that_comes_twice_may_be_a_link(tmp_path: Path) -> None:
    content: dict[str, Any] = members([b"same", b"same"])
    first, second = json.loads(content["manifest.json"])[0]["Layers"]
    content[second] = f"../{first}"
    assert archive.read(str(save(tmp_path / "a.tar", content)), "x:1").id == id_of(content)


def test_the_engine_gets_the_image_without_its_names(tmp_path: Path) -> None:
    content = {**members(LAYERS, "stranger:1"), "repositories": b"{}", "index.json": b"{}"}
    path = save(tmp_path / "a.tar", content)
    image = archive.read(str(path), "x:1")
    with (tmp_path / "b.tar").open("wb") as to:
        archive.write_untagged(str(path), image, to)
    again = archive.read(str(tmp_path / "b.tar"), "x:1", image.id)
    assert again.members == image.members
    with tarfile.open(tmp_path / "b.tar") as tar:
        assert set(tar.getnames()) == set(content) - {"repositories", "index.json"}
        manifest = tar.extractfile("manifest.json")
        assert manifest and json.load(manifest)[0]["RepoTags"] is None


@pytest.mark.parametrize(
    ("name", "repository"),
    [("x:1", "x"), ("host:5000/x/y:1", "host:5000/x/y"), ("host:5000/x", "host:5000/x"), ("x", "x")],
)
def test_repository(name: str, repository: str) -> None:
    assert engine.repository(name) == repository


def test_only_a_digest_says_which_image() -> None:
    digest = "ab" * 32
    assert engine.digest_of(f"host:5000/x/y@sha256:{digest}") == digest
    for vague in ("host:5000/x/y:1", f"x@sha256:{digest[:-1]}", f"sha256:{digest}"):
        assert engine.digest_of(vague) == ""


def test_old_is_what_no_name_of_the_list_bears() -> None:
    images = [
        ("new", "x:2"), ("new", "vds-from:2"),
        ("before", "x:1"), ("before", "other:1"),
        ("unnamed", "vds-from:3"),
        ("foreign", "debian:bookworm"),
    ]  # fmt: skip
    assert engine.old(images, ["x:2"]) == ["before", "unnamed"]
    assert engine.old(images, ["x:2", "x:1"]) == ["unnamed"]


def test_what_lies_on_one_disk_adds_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 1000

    monkeypatch.setattr(engine.shutil, "disk_usage", lambda _: Usage)
    engine.check_room("x:1", [(str(tmp_path), 400), (str(tmp_path), 600)])
    with pytest.raises(archive.RefusalError, match=r"expected 0\.00 GB"):
        engine.check_room("x:1", [(str(tmp_path), 400), (str(tmp_path), 601)])


def test_a_password_is_for_its_registry_and_its_owner_only(tmp_path: Path) -> None:
    engine.write_password(str(tmp_path), "host:5000/x@sha256:0", "me", "secret")
    path = tmp_path / "config.json"
    assert path.stat().st_mode & 0o77 == 0
    assert json.loads(path.read_text()) == {"auths": {"host:5000": {"auth": "bWU6c2VjcmV0"}}}
