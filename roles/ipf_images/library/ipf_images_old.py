"""Images that no list names any more, away; one that a container uses stays."""

from __future__ import annotations

import shutil

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.ipf_archive import refusals
from ansible.module_utils.ipf_engine import Engine, old

DOCUMENTATION = """
module: ipf_images_old
short_description: Remove images that no list names any more
description: Those that came by this role or bear a repository of C(names), unless a container uses them.
options:
  names: {type: list, elements: str, required: true, description: Names and tags of those that stay.}
"""


def main() -> None:
    module = AnsibleModule(
        {"names": {"type": "list", "elements": "str", "required": True}}, supports_check_mode=True
    )
    if module.check_mode and not shutil.which("docker"):
        module.exit_json(changed=False, msg="there is no engine yet")
    engine = Engine()
    with refusals(module.fail_json):
        candidates = old(engine.images(), module.params["names"])
        ask = ("ps", "--all", "--quiet", "--filter")
        used = [
            i for i in candidates if engine.must("the containers cannot be listed", *ask, f"ancestor={i}")
        ]
        removed = [i for i in candidates if i not in used]
        if not module.check_mode:
            for image in removed:
                # Forced, since it has more than one tag; no container has it.
                engine.must(f"{image} cannot be removed", "image", "rm", "--force", image)
        module.exit_json(changed=bool(removed), removed=removed, in_use=used)


if __name__ == "__main__":
    main()
