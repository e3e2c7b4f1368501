"""`pulumi stack export | python -m infra.halfmade`: words for `up` that make anew what failed half-way.

A server that the cloud accepted and then could not make (a quota, no room) exists in state ERROR. Pulumi
knows that its making failed, but the next `up` would only update it, find nothing to change and leave it so.
"""

import json
import sys
from typing import Any

SERVER = "openstack:compute/instance:Instance"
#: terraform-provider-openstack 3.4.0, resource_openstack_compute_instance_v2.go, when it creates.
MESSAGE = "to become ready"


def options(export: dict[str, Any]) -> list[str]:
    """`--replace URN` for each server whose making failed, from the document of `pulumi stack export`."""
    resources = (export.get("deployment") or {}).get("resources") or []
    return [word for each in resources if _never_ran(each) for word in ("--replace", each["urn"])]


def _never_ran(resource: dict[str, Any]) -> bool:
    """Told by the provider's message; after a failed resize that is another one, and the server runs."""
    errors = resource.get("initErrors") or []
    return resource.get("type") == SERVER and any(MESSAGE in str(error) for error in errors)


if __name__ == "__main__":
    print(" ".join(options(json.load(sys.stdin))))
