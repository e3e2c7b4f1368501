"""What a file of `docker save` holds, after all of it was checked."""

from __future__ import annotations

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.ipf_archive import read, refusals

DOCUMENTATION = """
module: ipf_archive_info
short_description: What a file of docker save holds
description: Reads all of the file and refuses it if it is not whole or not what is expected. Changes nothing.
options:
  name: {type: str, required: true, description: Name and tag that it is meant for.}
  path: {type: path, required: true, description: The file.}
  id: {type: str, default: "", description: "Expected id, sha256:…"}
  sha256: {type: str, default: "", description: "Expected SHA-256 of the file, hexadecimal."}
"""


def main() -> None:
    module = AnsibleModule(
        {
            "name": {"type": "str", "required": True},
            "path": {"type": "path", "required": True},
            "id": {"type": "str", "default": ""},
            "sha256": {"type": "str", "default": ""},
        },
        supports_check_mode=True,
    )
    path = module.params["path"]
    with refusals(module.fail_json):
        image = read(path, module.params["name"], module.params["id"], module.params["sha256"])
        module.exit_json(
            changed=False, id=image.id, sha256=image.sha256, bytes=image.bytes, size=Path(path).stat().st_size
        )


if __name__ == "__main__":
    main()
