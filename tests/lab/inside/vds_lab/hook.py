"""The hook: a command that makes a real host of each server that Nova believes in.

VDS_LAB_HOOK names it. It is called as `$VDS_LAB_HOOK VERB` with one JSON object on standard input:

* from Nova: spawn, destroy, power_on, power_off, reboot, attach, detach (the object: `vds_lab.hosts`);
* from Neutron: fip, with the floating IP as its API shows it, whenever it is associated or not any more.

A verb that the command does not know must end with 0.
"""

import json
import os
import subprocess
from typing import Any


def call(verb: str, document: dict[str, Any]) -> str | None:
    """Run the hook, if any, for VDS_LAB_HOOK_TIMEOUT s at most (300). Gives what went wrong, or None."""
    command = os.environ.get("VDS_LAB_HOOK")
    if not command:
        return None
    limit = float(os.environ.get("VDS_LAB_HOOK_TIMEOUT", "300"))
    try:
        done = subprocess.run(
            [command, verb],
            input=json.dumps(document, default=str),
            text=True,
            capture_output=True,
            timeout=limit,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"the hook {command} {verb} did not run to its end: {error}"
    if done.returncode:
        return f"the hook {command} {verb} ended with {done.returncode}: {done.stderr[-500:].strip()}"
    return None
