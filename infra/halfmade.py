"""`pulumi stack export | python -m infra.halfmade`: words for `up` that make anew what failed half-way.

A server that the cloud accepted and then could not make (a quota, no room) exists in state ERROR. Pulumi
knows that its making failed, but the next `up` would only update it, find nothing to change and leave it so.
"""

import json
import sys
from typing import Any


def options(export: dict[str, Any]) -> list[str]:
    """`--replace URN` for each resource whose making failed, from the document of `pulumi stack export`."""
    resources = (export.get("deployment") or {}).get("resources") or []
    return [word for each in resources if each.get("initErrors") for word in ("--replace", each["urn"])]


if __name__ == "__main__":
    print(" ".join(options(json.load(sys.stdin))))
