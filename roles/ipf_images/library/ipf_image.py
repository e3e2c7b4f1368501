"""One image in this node's engine, under its name; verified before it bears it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.ipf_archive import RefusalError, read, refusals, write_untagged
from ansible.module_utils.ipf_engine import RECORD, Engine, check_room, digest_of, write_password

DOCUMENTATION = """
module: ipf_image
short_description: One image in this node's engine, under its name
description:
  - An image that is there is not fetched again. What is fetched is verified, and gets its name last.
  - In check mode it tells whether the image would be fetched, and refuses it if C(bytes) does not fit.
options:
  name: {type: str, required: true, description: Name and tag.}
  source: {type: str, required: true, choices: [registry, archive], description: Where it comes from.}
  origin: {type: str, required: true, description: "repository@sha256:… or the path of an archive."}
  id: {type: str, default: "", description: "Expected id, sha256:…"}
  sha256: {type: str, default: "", description: "Expected SHA-256 of the file, hexadecimal."}
  bytes: {type: int, default: 0, description: "Size of its unpacked layers, if the file is not here yet."}
  carried_bytes: {type: int, default: 0, description: "Size of the file that will be carried to this node."}
  carried_to: {type: path, default: /var/tmp, description: Where to.}
  room_archive: {type: float, required: true, description: Free bytes needed for a byte of unpacked layers.}
  room_pull: {type: float, required: true, description: Free bytes needed for a byte of compressed layers.}
  user: {type: str, default: "", description: For the registry.}
  password: {type: str, default: "", description: For the registry.}
"""

OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "source": {"type": "str", "required": True, "choices": ["registry", "archive"]},
    "origin": {"type": "str", "required": True},
    "id": {"type": "str", "default": ""},
    "sha256": {"type": "str", "default": ""},
    "bytes": {"type": "int", "default": 0},
    "carried_bytes": {"type": "int", "default": 0},
    "carried_to": {"type": "path", "default": "/var/tmp"},
    "room_archive": {"type": "float", "required": True},
    "room_pull": {"type": "float", "required": True},
    "user": {"type": "str", "default": ""},
    "password": {"type": "str", "default": "", "no_log": True},
}


def key(params: dict[str, Any]) -> str:
    """The digest that says which image is meant: of the manifest, of the file, or the image's id."""
    if params["source"] == "registry":
        found = digest_of(params["origin"])
        remedy = "`from` names no digest, expected repository@sha256:… (a tag may become another image)"
    else:
        found = params["sha256"] or params["id"].removeprefix("sha256:")
        remedy = "neither `id` nor `sha256` is given, expected one of them; it says which image is meant"
    if not found:
        raise RefusalError(f"{params['name']}: {remedy}")
    return str(found)


def present(engine: Engine, params: dict[str, Any]) -> str:
    """Id of the image that is meant if the engine has it, else nothing."""
    if params["id"]:
        return engine.id_of(params["id"])
    by_digest = engine.id_of(params["origin"]) if params["source"] == "registry" else ""
    return by_digest or engine.id_of(f"{RECORD}:{key(params)}")


def load(engine: Engine, params: dict[str, Any]) -> str:
    """Verify the file, look for room, load it without its tags."""
    image = read(params["origin"], params["name"], params["id"], params["sha256"])
    check_room(params["name"], [(engine.root(), image.bytes * params["room_archive"])])
    engine.load(params["name"], lambda to: write_untagged(params["origin"], image, to))
    if not engine.id_of(image.id):
        raise RefusalError(
            f"{params['name']}: {image.id} is not there after docker load; see the engine's journal"
        )
    return image.id


def pull(params: dict[str, Any]) -> str:
    """Look for room, pull by digest (the engine checks manifest and layers); it has no tag then."""
    name, origin = params["name"], params["origin"]
    memory = "/run" if Path("/run").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="vds-registry-", dir=memory) as config:
        if params["user"]:
            write_password(config, origin, params["user"], params["password"])
        engine = Engine(config=config)
        check_room(name, [(engine.root(), engine.compressed_bytes(name, origin) * params["room_pull"])])
        engine.must(f"{name}: {origin} was not pulled and nothing was tagged", "pull", "--quiet", origin)
    found = engine.id_of(origin)
    if params["id"] and found != params["id"]:
        engine.run("image", "rm", origin)
        raise RefusalError(
            f"{name}: {origin} is the image {found}, expected {params['id']}; correct `id` or the digest"
        )
    return found


def main() -> None:
    module = AnsibleModule(OPTIONS, supports_check_mode=True)
    params = module.params
    with refusals(module.fail_json):
        record = f"{RECORD}:{key(params)}"
        if not shutil.which("docker"):
            if module.check_mode:
                module.exit_json(changed=True, msg="there is no engine yet")
            raise RefusalError(f"{params['name']}: this node has no Docker engine; run the role docker first")
        engine = Engine()
        root = engine.root()
        found = present(engine, params)
        changed = not found or engine.id_of(params["name"]) != found or engine.id_of(record) != found
        if not found and params["bytes"]:
            carried = (params["carried_to"], float(params["carried_bytes"]))
            check_room(params["name"], [(root, params["bytes"] * params["room_archive"]), carried])
        if changed and not module.check_mode:
            found = found or (pull(params) if params["source"] == "registry" else load(engine, params))
            for tag in (record, params["name"]):
                engine.must(f"{params['name']}: it cannot be tagged", "tag", found, tag)
        module.exit_json(changed=changed, id=found)


if __name__ == "__main__":
    main()
